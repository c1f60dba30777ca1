// The operators' endpoint: /metrics, /livez and /readyz[?verbose]. Binds where it is told and
// nowhere else.
//
// THREAD  start and destruction from one thread; the pages are made on the server's own, one at a
//         time.
// OWNS    its thread: it has ended once the destructor has returned.
// FAILS   failed when the port cannot be had.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/monitor/http_connections.h"
#include "app/monitor/listen_address.h"
#include "app/monitor/metrics.h"
#include "app/monitor/readiness.h"
#include "core/agent.h"
#include "core/result.h"

namespace senne::monitor {

// A further page, made anew for each request.
struct ExtraPage {
  std::string path;
  std::string content_type;
  std::function<std::string()> body;
};

class HttpServer {
 public:
  // `metrics` and `readiness` must outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(const ListenAddress& listen,
                                                   MetricsSource& metrics,
                                                   const Readiness& readiness,
                                                   std::vector<ExtraPage> extra_pages = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port that is listened on: the chosen one when 0 was asked for.
  int port() const { return address_.port; }
  // http://127.0.0.1:9464
  std::string url() const { return "http://" + address_.text(); }

 private:
  HttpServer(Descriptor listener, ListenAddress address, MetricsSource& metrics,
             const Readiness& readiness, std::vector<ExtraPage> extra_pages);
  HttpAnswer answer(const HttpRequest& request);
  HttpAnswer metrics_page();
  HttpAnswer readiness_page(const std::string& query) const;

  const ListenAddress address_;
  MetricsSource& metrics_;
  const Readiness& readiness_;
  const std::vector<ExtraPage> extra_pages_;
  HttpConnections connections_;
  AgentRunner thread_;  // ends before what it uses
};

}  // namespace senne::monitor
