#include "pipeline/decode/ultralight.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pipeline/decode/iotagent_topic.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/lorawan.h"
#include "pipeline/decode/parts.h"
#include "pipeline/decode/text_value.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

// Takes what stands before the next `separator`, and it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return part;
}

std::string_view without_line_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

DecodeResult UltralightDecoder::decode(const Message& message, Instant /*receive_time*/,
                                       Decoded& out) {
  const auto topic = iotagent_topic(message.topic);
  if (!topic) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic /{apikey}/{device}/attrs or /ul/{apikey}/{device}/attrs");
  }
  if (topic->suppressed) return suppressed(*topic->suppressed);
  Report report;
  report.device = out.keep(topic->device);
  std::string_view text = without_line_end(message.payload);
  if (!topic->attribute.empty()) {
    if (auto appended = append_value(topic->attribute, text, out); !appended) return appended;
    if (!out.readings.empty()) add_report(report, 0, out);
  } else {
    const auto marks = static_cast<std::size_t>(std::count(text.begin(), text.end(), '#'));
    Parts parts("", marks + 1, readings_limit_, out);
    for (std::size_t number = 0; !text.empty(); ++number) {
      const auto group = take_until(text, '#');
      parts.begin();
      auto result = append_group(group, number, report, out);
      if (auto ended = parts.end(std::move(result)); !ended) return ended;
    }
    if (auto finished = parts.finish()) return std::move(*finished);
  }
  if (!out.reports.empty()) return {};
  return rejected(DeadLetterReason::malformed, "expected name|value, found no value");
}

DecodeResult UltralightDecoder::append_group(std::string_view group, std::size_t number,
                                             const Report& as, Decoded& out) {
  const std::size_t first = out.readings.size();
  Report report = as;
  if (group.starts_with('|')) group.remove_prefix(1);
  // `device@command|result`: how a command ended.
  const auto command = group.substr(0, group.find('|')).find('@');
  if (command != group.npos && command > 0) return suppressed(SuppressedReason::command);
  std::size_t bars = 0;
  for (const char c : group) bars += c == '|' ? 1 : 0;
  // An odd number of fields begins with the time of the group.
  if (bars % 2 == 0) {
    const auto time = take_until(group, '|');
    report.time.from = "the time before the group";
    report.time.start = parse_rfc3339(time);
    if (!report.time.start || bars == 0) {
      return rejected(
          DeadLetterReason::malformed,
          fmt::format("expected name|value pairs, or a time before them, in group {}", number));
    }
  }
  while (!group.empty()) {
    const auto name = take_until(group, '|');
    const auto value = take_until(group, '|');
    // IoT agents take the time from a measure of this name.
    if (name == "TimeInstant") {
      report.time.from = "TimeInstant";
      report.time.start = parse_rfc3339(value);
      report.time.malformed = !report.time.start;
      continue;
    }
    if (auto appended = append_value(name, value, out); !appended) return appended;
  }
  if (out.readings.size() > first) add_report(report, first, out);
  return {};
}

DecodeResult UltralightDecoder::append_value(std::string_view name, std::string_view value,
                                             Decoded& out) {
  RawReading reading;
  reading.name = out.keep_name(name);
  if (!read_text_value(value, reading, out)) return {};
  if (!out.make_room(readings_limit_)) return too_many_readings(readings_limit_);
  if (name.empty()) reading.bad = DeadLetterReason::malformed;
  if (name.size() > RawReading::name_bytes_max) reading.bad = DeadLetterReason::limit;
  out.readings.push_back(reading);
  return {};
}

}  // namespace senne::decode
