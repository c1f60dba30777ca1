// The real binary as a test runs it: in its own folder, against the servers that the test started.
//
// THREAD  one.
// OWNS    the folder and the process.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/child_process.h"
#include "core/result.h"

namespace senne::test {

class SenneProcess {
 public:
  // Writes the files into a fresh folder; `senne.yaml` must be among them. "{data_dir}" in it
  // stands for the data directory.
  explicit SenneProcess(const std::map<std::string, std::string>& files);
  ~SenneProcess();
  SenneProcess(const SenneProcess&) = delete;
  SenneProcess& operator=(const SenneProcess&) = delete;

  struct Finished {
    int status = -1;
    std::string output;  // standard output and error
  };
  // senne <arguments> -c senne.yaml, to its end.
  Finished command(std::vector<std::string> arguments);

  void start();  // senne run
  bool wait_ready(Duration patience);
  void kill();  // SIGKILL
  int stop();   // SIGTERM; the exit status
  bool running() { return process_ && process_->running(); }
  pid_t pid() const { return process_->pid(); }

  // Anonymous memory in KiB: what a leak grows. The mapped journal is not in it.
  std::uint64_t rss_anon_kib() const;
  // Of /metrics, by the whole series name; 0 when it is not there.
  double metric(const std::string& series) const;
  std::string get(const std::string& path) const;
  std::string log() const;
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  int runs_ = 0;
  std::optional<ChildProcess> process_;
};

}  // namespace senne::test
