// The connections of an HTTP endpoint: one request each, answered and closed.
//
// All are served side by side without waiting for any of them, so a reader that is slow, or sends
// nothing, keeps nobody else waiting. At most `connections_max` are open, each for at most
// `patience`; who comes beyond that waits to be accepted.
//
// THREAD  an agent's: what answers is called from it alone.
// OWNS    the sockets.
#pragma once

#include <poll.h>

#include <functional>
#include <string>
#include <vector>

#include "app/monitor/http_message.h"
#include "app/monitor/sockets.h"
#include "core/agent.h"
#include "core/clock.h"

namespace senne::monitor {

class HttpConnections final : public Agent {
 public:
  static constexpr std::size_t connections_max = 64;
  static constexpr std::size_t head_bytes_max = 8192;
  static constexpr Duration default_patience = std::chrono::seconds{5};

  // `listener` listens and does not block.
  HttpConnections(Descriptor listener, std::function<HttpAnswer(const HttpRequest&)> answer,
                  Duration patience = default_patience)
      : listener_(std::move(listener)), answer_(std::move(answer)), patience_(patience) {}

  // Waits for events for at most 100 ms.
  Duration do_work() override;

 private:
  enum class Stage { reading, writing, draining, over };
  struct Connection {
    Descriptor socket;
    Duration until;  // monotonic
    Stage stage = Stage::reading;
    std::string request = {};
    std::string answer = {};
    std::size_t sent = 0;
  };

  bool accept_waiting(Duration now);
  void step(Connection& connection, Duration now);
  void read(Connection& connection);
  void write(Connection& connection, Duration now);
  std::string answer_to(std::string_view request) const;

  const Descriptor listener_;
  const std::function<HttpAnswer(const HttpRequest&)> answer_;
  const Duration patience_;
  const SystemClock clock_;
  std::vector<Connection> connections_;
  std::vector<pollfd> polled_;  // scratch
};

}  // namespace senne::monitor
