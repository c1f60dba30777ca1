// The real binary as a test runs it: in its own folder, against the servers that the test started.
//
// THREAD  one.
// OWNS    the folder and the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/child_process.h"
#include "core/result.h"
#include "tests/support/temporary_folder.h"

namespace senne::test {

// A command that was run to its end.
struct Ended {
  int status = -1;  // the exit status; 128 + number after a signal; -1 when it did not end
  std::string out;
  std::string err;
};

bool is_one_line(std::string_view text);

class SenneProcess {
 public:
  // In a fresh folder with these files; `senne.yaml` must be among them.
  explicit SenneProcess(const std::map<std::string, std::string>& files);

  // Writes a file of the folder; "{data_dir}" in it stands for the data directory.
  void put(const std::string& name, std::string text) const;
  // senne <arguments>, in the folder: `-c senne.yaml` finds its configuration. `input` is what it
  // reads from standard input. With `output` it writes there instead of into `Ended::out`.
  Ended command(const std::vector<std::string>& arguments, std::string_view input = {},
                const std::string& output = {}) const;

  void start();  // senne run
  // Of the starts from now on, beside ours: NAME=value.
  void set_environment(std::vector<std::string> environment) {
    environment_ = std::move(environment);
  }
  bool wait_ready(Duration patience);
  void kill();  // SIGKILL
  int stop();   // SIGTERM; the exit status
  bool running() { return process_ && process_->running(); }
  // Of the last start; THREAD any.
  pid_t pid() const { return pid_.load(); }

  // Anonymous memory in KiB: what a leak grows. The mapped journal is not in it. 0 when it does not
  // run. THREAD any.
  std::uint64_t rss_anon_kib() const;
  // Of /metrics, by the whole series name; 0 when it is not there.
  double metric(const std::string& series) const;
  std::string get(const std::string& path) const;
  std::string log() const;
  const std::string& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::vector<std::string> environment_;
  std::optional<ChildProcess> process_;
  std::atomic<pid_t> pid_{0};
};

}  // namespace senne::test
