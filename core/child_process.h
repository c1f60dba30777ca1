// A program started by this one: the demo's private MQTT broker, the real servers of the tests. It
// dies with us.
//
// THREAD  one.
// OWNS    the process: the destructor kills and reaps it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace senne {

class ChildProcess {
 public:
  // `arguments[0]` is looked up in PATH. Standard output and error are appended to `output_file`.
  // `environment` entries
  // (`NAME=value`) are added to ours.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments,
                                    const std::string& output_file,
                                    const std::vector<std::string>& environment = {});
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;
  // The status as waitpid gives it, once the process has ended; nothing if it still runs after
  // `patience`.
  std::optional<int> wait(Duration patience);
  // SIGTERM, then SIGKILL after `patience`.
  void stop(Duration patience);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// A TCP port on 127.0.0.1 that nobody listens on at the moment.
int free_port();

// Whether something accepts connections there.
bool port_open(int port);

}  // namespace senne
