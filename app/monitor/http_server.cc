#include "app/monitor/http_server.h"

#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace senne::monitor {
namespace {

constexpr const char* threads = "2";
constexpr const char* request_timeout_ms = "5000";
constexpr std::string_view text = "text/plain; charset=utf-8";
constexpr std::string_view metrics_text = "text/plain; version=0.0.4; charset=utf-8";

struct Listen {
  std::string host;
  std::string port;
};

// The library would take a bare port as "on every interface", and letters after it as options: what
// is not plainly host:port is refused here.
Result<Listen> parse_listen(const std::string& listen) {
  const auto refuse = [&] {
    return fail(ErrorKind::configuration,
                fmt::format("http.listen {}: expected host:port, as in 127.0.0.1:9464", listen));
  };
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0) return refuse();
  Listen result{listen.substr(0, colon), listen.substr(colon + 1)};
  if (result.host.find_first_of(":, /+[]") != std::string::npos) return refuse();
  std::uint16_t port = 0;
  const char* const end = result.port.data() + result.port.size();
  const auto [parsed, error] = std::from_chars(result.port.data(), end, port);
  if (result.port.empty() || error != std::errc{} || parsed != end) return refuse();
  return result;
}

std::string start_failure(const std::string& listen, std::string_view library_says) {
  if (library_says.find("Address already in use") != std::string_view::npos) {
    return fmt::format("http.listen {}: address already in use", listen);
  }
  if (library_says.find("Permission denied") != std::string_view::npos) {
    return fmt::format("http.listen {}: permission denied", listen);
  }
  return fmt::format("http.listen {}: cannot listen there: {}", listen, library_says);
}

}  // namespace

struct HttpServer::Page {
  int status = 200;
  std::string_view status_text = "OK";
  std::string_view type = text;
  std::string body;
};

HttpServer::HttpServer(MetricsSource& metrics, const Readiness& readiness, std::string host)
    : metrics_(metrics), readiness_(readiness), host_(std::move(host)) {}

// The first complaint says why a start failed; later ones are about readers that went away.
int HttpServer::take_log_line(const mg_connection* connection, const char* line) {
  auto* const self = static_cast<HttpServer*>(mg_get_user_data(mg_get_context(connection)));
  const std::lock_guard lock(self->mutex_);
  if (self->first_complaint_.empty()) self->first_complaint_ = line;
  return 1;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const std::string& listen,
                                                      MetricsSource& metrics,
                                                      const Readiness& readiness,
                                                      std::vector<ExtraPage> extra_pages) {
  const Result<Listen> where = parse_listen(listen);
  if (!where) return tl::unexpected(where.error());
  std::unique_ptr<HttpServer> server(new HttpServer(metrics, readiness, where->host));
  server->extra_pages_ = std::move(extra_pages);

  const std::array<const char*, 9> options = {"listening_ports",
                                              listen.c_str(),
                                              "num_threads",
                                              threads,
                                              "request_timeout_ms",
                                              request_timeout_ms,
                                              "enable_directory_listing",
                                              "no",
                                              nullptr};
  mg_callbacks callbacks{};
  callbacks.log_message = &HttpServer::take_log_line;
  mg_init_data start{&callbacks, server.get(), const_cast<const char**>(options.data())};
  server->context_ = mg_start2(&start, nullptr);
  if (server->context_ == nullptr) {
    return fail(ErrorKind::failed, start_failure(listen, server->first_complaint_));
  }
  mg_set_request_handler(server->context_, "/", &HttpServer::answer, server.get());
  mg_server_port bound{};
  if (mg_get_server_ports(server->context_, 1, &bound) == 1) server->port_ = bound.port;
  return server;
}

HttpServer::~HttpServer() {
  if (context_ != nullptr) mg_stop(context_);
}

std::string HttpServer::url() const { return fmt::format("http://{}:{}", host_, port_); }

HttpServer::Page HttpServer::page(const std::string& path, const std::string& query) {
  if (path == "/metrics") {
    std::vector<prometheus::MetricFamily> families;
    {
      const std::lock_guard lock(mutex_);
      metrics_.collect(families);
    }
    return {.type = metrics_text, .body = exposition(families)};
  }
  if (path == "/livez") return {.body = "ok\n"};
  if (path == "/readyz") {
    Page result;
    const bool ready = readiness_.ready();
    if (!ready) {
      result.status = 503;
      result.status_text = "Service Unavailable";
    }
    const bool verbose =
        query == "verbose" || query.starts_with("verbose=") || query.starts_with("verbose&");
    if (verbose) result.body = readiness_.verbose();
    result.body += ready ? "ready\n" : "not ready\n";
    return result;
  }
  for (const ExtraPage& extra : extra_pages_) {
    if (path == extra.path) return {.type = extra.content_type, .body = extra.body()};
  }
  return {.status = 404,
          .status_text = "Not Found",
          .body = "not found: there are /metrics, /livez and /readyz?verbose\n"};
}

int HttpServer::answer(mg_connection* connection, void* self) {
  const mg_request_info* const request = mg_get_request_info(connection);
  const std::string_view method = request->request_method;
  Page page;
  std::string_view allow;
  if (method == "GET" || method == "HEAD") {
    page = static_cast<HttpServer*>(self)->page(
        request->local_uri, request->query_string == nullptr ? "" : request->query_string);
  } else {
    page = {.status = 405,
            .status_text = "Method Not Allowed",
            .body = "only GET and HEAD are answered\n"};
    allow = "Allow: GET, HEAD\r\n";
  }
  const std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\n{}Connection: close\r\n\r\n",
      page.status, page.status_text, page.type, page.body.size(), allow);
  mg_write(connection, head.data(), head.size());
  if (method != "HEAD") mg_write(connection, page.body.data(), page.body.size());
  return page.status;
}

}  // namespace senne::monitor
