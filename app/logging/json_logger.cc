#include "app/logging/json_logger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <ctime>
#include <string>
#include <vector>

#include "app/json_text.h"

namespace senne::app {
namespace {

constexpr Duration window = std::chrono::minutes{1};
constexpr int patience_ms = 10;
// Event names are constants of the program; this only bounds what a mistake could cost.
constexpr std::size_t events_max = 1000;
constexpr std::array<std::string_view, 4> severity_names = {"debug", "info", "warning", "error"};

// RFC 3339, milliseconds, UTC.
std::string rfc3339_ms(Instant instant) {
  const auto second = whole_second(instant);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(second));
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(instant - second).count();
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms);
}

// What tells one fault from another. librdkafka ends its sentences with times and counts: "(after
// 3ms in state CONNECT, 2 identical error(s) suppressed)".
std::string reason_of(std::string_view sentence, std::initializer_list<LogField> fields) {
  std::string reason(sentence.substr(0, sentence.find(" (after ")));
  for (const LogField& field : fields) {
    const auto* text = std::get_if<std::string_view>(&field.value);
    if (text != nullptr) reason.append("\n").append(*text);
  }
  return reason;
}

struct ToJson {
  std::string operator()(std::string_view text) const { return json_string(text); }
  std::string operator()(double number) const { return json_number(number); }
  template <class Plain>  // a whole number or a boolean
  std::string operator()(Plain value) const {
    return fmt::format("{}", value);
  }
};

// A field cannot take the place of what every line has, nor of an earlier field.
std::string field_name(std::string_view wanted, std::vector<std::string>& taken) {
  std::string name(wanted);
  while (std::find(taken.begin(), taken.end(), name) != taken.end()) name += '_';
  taken.push_back(name);
  return name;
}

}  // namespace

JsonLogger::JsonLogger(int descriptor, const Clock& clock, Severity least)
    : descriptor_(descriptor), clock_(clock), least_(least) {}

void JsonLogger::write(Severity severity, std::string_view event, std::string_view sentence,
                       std::initializer_list<LogField> fields) {
  if (severity < least_) return;
  const std::lock_guard lock(mutex_);
  auto found = recent_.find(event);
  if (found == recent_.end()) {
    if (recent_.size() >= events_max) return;
    found = recent_.emplace(std::string(event), Recent{clock_.monotonic(), 0, 0, {}}).first;
  }
  Recent& recent = found->second;
  if (clock_.monotonic() - recent.minute_start >= window) {
    recent.minute_start = clock_.monotonic();
    recent.lines = 0;
  }
  if (recent.lines >= lines_per_minute_max) {
    ++recent.suppressed;
    return;
  }
  std::string reason;
  if (severity >= Severity::warning) {
    reason = reason_of(sentence, fields);
    std::erase_if(recent.reasons,
                  [&](const auto& said) { return clock_.monotonic() - said.second >= window; });
    if (recent.reasons.contains(reason)) {
      ++recent.suppressed;
      return;
    }
  }
  std::string line =
      fmt::format(R"({{"ts":"{}","severity":"{}","event":{},"message":{})",
                  rfc3339_ms(clock_.wall()), severity_names[static_cast<std::size_t>(severity)],
                  json_string(event), json_string(sentence));
  std::vector<std::string> taken = {"ts", "severity", "event", "message", "suppressed"};
  for (const LogField& field : fields) {
    line += fmt::format(",{}:{}", json_string(field_name(field.name, taken)),
                        std::visit(ToJson{}, field.value));
  }
  if (recent.suppressed > 0) line += fmt::format(R"(,"suppressed":{})", recent.suppressed);
  line += "}\n";
  if (put(line)) {
    ++recent.lines;
    recent.suppressed = 0;
    if (!reason.empty()) recent.reasons.emplace(std::move(reason), clock_.monotonic());
  } else {
    ++recent.suppressed;
  }
}

bool JsonLogger::put(std::string_view line) {
  std::string with_end_of_torn_line;
  if (torn_) {
    with_end_of_torn_line = fmt::format("\n{}", line);
    line = with_end_of_torn_line;
  }
  bool begun = false;
  while (!line.empty()) {
    // The descriptor is shared with whoever gave it and may block: ask before each write, and
    // write no more than a pipe takes at once when it says it is writable.
    pollfd ready{descriptor_, POLLOUT, 0};
    const int polled = ::poll(&ready, 1, patience_ms);
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) break;
    const std::size_t size = std::min<std::size_t>(line.size(), PIPE_BUF);
    const ssize_t written = ::write(descriptor_, line.data(), size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    begun = true;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  if (begun) torn_ = !line.empty();
  return line.empty();
}

}  // namespace senne::app
