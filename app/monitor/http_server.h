// The operators' endpoint: /metrics, /livez and /readyz[?verbose]. Binds where it is told and
// nowhere else; two threads answer, so a slow reader cannot take more than those.
//
// THREAD  start and destruction from one thread; the pages are made on the server's own.
// OWNS    its threads: none runs once the destructor has returned.
// FAILS   configuration when `listen` does not say where, failed when the port cannot be had.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/monitor/metrics.h"
#include "app/monitor/readiness.h"
#include "core/result.h"

struct mg_context;
struct mg_connection;

namespace senne::monitor {

// A further page, made anew for each request.
struct ExtraPage {
  std::string path;
  std::string content_type;
  std::function<std::string()> body;
};

class HttpServer {
 public:
  // `listen`: host:port, where host is a name or an IPv4 address; port 0 takes any free one.
  // `metrics` and `readiness` must outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(const std::string& listen,
                                                   MetricsSource& metrics,
                                                   const Readiness& readiness,
                                                   std::vector<ExtraPage> extra_pages = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port that is listened on: the chosen one when 0 was asked for.
  int port() const { return port_; }
  // http://127.0.0.1:9464
  std::string url() const;

 private:
  struct Page;

  HttpServer(MetricsSource& metrics, const Readiness& readiness, std::string host);
  Page page(const std::string& path, const std::string& query);
  static int answer(mg_connection* connection, void* self);

  static int take_log_line(const mg_connection* connection, const char* line);

  std::mutex mutex_;             // one scrape at a time; guards first_complaint_
  std::string first_complaint_;  // of the library, in its own words
  MetricsSource& metrics_;
  const Readiness& readiness_;
  std::vector<ExtraPage> extra_pages_;
  std::string host_;
  int port_ = 0;
  mg_context* context_ = nullptr;
};

}  // namespace senne::monitor
