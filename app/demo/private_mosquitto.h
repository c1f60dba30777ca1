// An MQTT broker for ourselves: mosquitto on a free loopback port, in a temporary directory of its
// own. It touches no other mosquitto on the machine and leaves nothing behind.
//
// THREAD  one, which must outlive the object: the broker is killed when the thread that started it
//         ends.
// OWNS    the process and its directory: the destructor ends the one and removes the other.
// FAILS   failed, with the end of mosquitto's own log, when it is not installed or does not start.
#pragma once

#include <string>

#include "core/child_process.h"
#include "core/result.h"

namespace senne::demo {

class PrivateMosquitto {
 public:
  // Returns once it accepts connections. The temporary directory is made below `parent`; empty:
  // $TMPDIR or /tmp.
  static Result<PrivateMosquitto> start(const std::string& parent = "");
  PrivateMosquitto(PrivateMosquitto&& other) noexcept;
  PrivateMosquitto& operator=(PrivateMosquitto&& other) noexcept;
  PrivateMosquitto(const PrivateMosquitto&) = delete;
  PrivateMosquitto& operator=(const PrivateMosquitto&) = delete;
  ~PrivateMosquitto();

  int port() const { return port_; }
  // mqtt://127.0.0.1:port
  std::string url() const;
  const std::string& directory() const { return directory_; }
  bool running() { return process_.running(); }

 private:
  PrivateMosquitto(ChildProcess process, std::string directory, int port);

  ChildProcess process_;
  std::string directory_;
  int port_ = 0;
};

}  // namespace senne::demo
