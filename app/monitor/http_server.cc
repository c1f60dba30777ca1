#include "app/monitor/http_server.h"

#include <fmt/format.h>

#include <utility>

namespace senne::monitor {

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ListenAddress& listen,
                                                      MetricsSource& metrics,
                                                      const Readiness& readiness,
                                                      std::vector<ExtraPage> extra_pages) {
  auto listener = listen_at(listen);
  if (!listener) {
    return fail(ErrorKind::failed,
                fmt::format("http.listen {}: {}", listen.text(), listener.error().message));
  }
  const ListenAddress bound{listen.host, port_of(*listener)};
  std::unique_ptr<HttpServer> server(
      new HttpServer(std::move(*listener), bound, metrics, readiness, std::move(extra_pages)));
  server->thread_.start();
  return server;
}

HttpServer::HttpServer(Descriptor listener, ListenAddress address, MetricsSource& metrics,
                       const Readiness& readiness, std::vector<ExtraPage> extra_pages)
    : address_(std::move(address)),
      metrics_(metrics),
      readiness_(readiness),
      extra_pages_(std::move(extra_pages)),
      connections_(std::move(listener),
                   [this](const HttpRequest& request) { return answer(request); }),
      thread_("http", connections_) {}

HttpAnswer HttpServer::metrics_page() {
  std::vector<prometheus::MetricFamily> families;
  metrics_.collect(families);
  return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = exposition(families)};
}

HttpAnswer HttpServer::readiness_page(const std::string& query) const {
  const bool ready = readiness_.ready();
  const bool verbose =
      query == "verbose" || query.starts_with("verbose=") || query.starts_with("verbose&");
  HttpAnswer answer{.status = ready ? 200 : 503};
  if (verbose) answer.body = readiness_.verbose();
  answer.body += ready ? "ready\n" : "not ready\n";
  return answer;
}

HttpAnswer HttpServer::answer(const HttpRequest& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    return {.status = 405, .body = "only GET and HEAD are answered\n", .allow = "GET, HEAD"};
  }
  if (request.path == "/metrics") return metrics_page();
  if (request.path == "/livez") return {.body = "ok\n"};
  if (request.path == "/readyz") return readiness_page(request.query);
  for (const ExtraPage& extra : extra_pages_) {
    if (request.path == extra.path) return {.type = extra.content_type, .body = extra.body()};
  }
  if (request.path == "/") {
    return {.status = 404,
            .body =
                "the console is not in this version; there are /metrics, /livez and "
                "/readyz?verbose\n"};
  }
  return {.status = 404, .body = "not found: there are /metrics, /livez and /readyz?verbose\n"};
}

}  // namespace senne::monitor
