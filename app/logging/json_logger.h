// Log lines as JSON objects on a file descriptor, one a line: ts, severity, event, message, then
// the event's own fields. At most ten lines a minute are written for one event, and a warning or
// error that gives the same reason again only once a minute; the next line of the event says in
// `suppressed` how many were not.
//
// THREAD  any. A reader that does not read (a full pipe) delays a writer by at most 10 ms; then the
//         line is dropped and counted as suppressed.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "core/clock.h"
#include "core/logging.h"

namespace senne::app {

class JsonLogger final : public Logger {
 public:
  static constexpr int lines_per_minute_max = 10;

  // Writes to `descriptor`, which stays the caller's; `least` and what is graver is written.
  JsonLogger(int descriptor, const Clock& clock, Severity least = Severity::info);

  void write(Severity severity, std::string_view event, std::string_view sentence,
             std::initializer_list<LogField> fields) override;

 private:
  struct Recent {
    Duration minute_start{};  // monotonic
    int lines = 0;
    std::uint64_t suppressed = 0;
    std::map<std::string, Duration> reasons;  // of the last minute: monotonic, when written
  };
  bool put(std::string_view line);

  const int descriptor_;
  const Clock& clock_;
  const Severity least_;
  std::mutex mutex_;
  std::map<std::string, Recent, std::less<>> recent_;
  bool torn_ = false;  // the last line went out in part
};

}  // namespace senne::app
