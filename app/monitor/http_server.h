// The operators' endpoint: /metrics, /livez and /readyz[?verbose]. Binds where it is told and
// nowhere else; two threads answer, so a slow reader cannot take more than those.
//
// THREAD  start and destruction from one thread; the pages are made on the server's own.
// OWNS    its threads: none runs once the destructor has returned.
// FAILS   configuration when `listen` does not say where, failed when the port cannot be had.
#pragma once

#include <memory>
#include <string>

#include "app/monitor/metrics.h"
#include "app/monitor/readiness.h"
#include "core/result.h"

namespace senne::monitor {

class HttpServer {
 public:
  // `listen`: host:port, [IPv6]:port; port 0 takes any free one. `metrics` and `readiness` must
  // outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(const std::string& listen,
                                                   MetricsSource& metrics,
                                                   const Readiness& readiness);
  virtual ~HttpServer() = default;

  // The port that is listened on: the chosen one when 0 was asked for.
  virtual int port() const = 0;
  // http://127.0.0.1:9464
  virtual std::string url() const = 0;
};

}  // namespace senne::monitor
