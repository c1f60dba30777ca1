// Log lines: one JSON object a line, with a stable event name, a sentence for a person, and fields.
// An event that repeats is written at most a few times a minute; the next line that is written says
// how many were not.
//
// THREAD  any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace senne {

enum class Severity : std::uint8_t { debug, info, warning, error };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

class Logger {
 public:
  virtual ~Logger() = default;
  // `event` is a constant in snake_case by which lines are found and suppressed
  // (`mqtt_disconnected`).
  virtual void write(Severity severity, std::string_view event, std::string_view sentence,
                     std::initializer_list<LogField> fields = {}) = 0;
};

// Writes nothing: for tests and tools.
class SilentLogger final : public Logger {
 public:
  void write(Severity, std::string_view, std::string_view,
             std::initializer_list<LogField>) override {}
};

}  // namespace senne
