#include "sinks/cloud_events.h"

#include <chrono>

namespace senne::sinks {
namespace {

void put_digits(char* at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = width; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

void put_hex(char* at, std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 16; i-- > 0; value >>= 4) at[i] = digits[value & 0xF];
}

}  // namespace

std::string_view event_type(Topic topic) {
  static constexpr std::array<std::string_view, topic_count> names = {
      "senne.observations.v1", "senne.window.v1", "senne.device.v1", "senne.deadletter.v1"};
  return names[static_cast<std::size_t>(topic)];
}

std::string_view content_type(Encoding encoding) {
  return encoding == Encoding::json ? "application/json" : "application/protobuf";
}

std::string_view format_time(Instant time, std::span<char, 32> text) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto nanos_of_day = static_cast<std::uint64_t>((time - day).count());
  const std::uint64_t seconds = nanos_of_day / 1'000'000'000;
  std::uint64_t fraction = nanos_of_day % 1'000'000'000;

  char* at = text.data();
  put_digits(at, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  at[4] = '-';
  put_digits(at + 5, static_cast<unsigned>(date.month()), 2);
  at[7] = '-';
  put_digits(at + 8, static_cast<unsigned>(date.day()), 2);
  at[10] = 'T';
  put_digits(at + 11, seconds / 3600, 2);
  at[13] = ':';
  put_digits(at + 14, seconds / 60 % 60, 2);
  at[16] = ':';
  put_digits(at + 17, seconds % 60, 2);
  std::size_t size = 19;
  if (fraction != 0) {
    std::size_t decimals = 9;
    while (fraction % 1000 == 0) {
      fraction /= 1000;
      decimals -= 3;
    }
    at[size] = '.';
    put_digits(at + size + 1, fraction, decimals);
    size += 1 + decimals;
  }
  at[size++] = 'Z';
  return {text.data(), size};
}

CloudEventHeaders::CloudEventHeaders(std::string_view instance) : source_("//senne/") {
  source_.append(instance);
}

std::span<const Header> CloudEventHeaders::make(Topic topic, Encoding encoding,
                                                const Emission& emission) {
  put_hex(id_.data(), emission.id.high);
  put_hex(id_.data() + 16, emission.id.low);
  headers_[0] = {"ce_specversion", "1.0"};
  headers_[1] = {"ce_id", {id_.data(), id_.size()}};
  headers_[2] = {"ce_type", event_type(topic)};
  headers_[3] = {"ce_source", source_};
  headers_[4] = {"ce_time", format_time(emission.time, time_)};
  headers_[5] = {"ce_subject", emission.key};
  headers_[6] = {"content-type", content_type(encoding)};
  headers_[7] = {"traceparent", emission.traceparent};
  return std::span(headers_).first(emission.traceparent.empty() ? 7 : 8);
}

}  // namespace senne::sinks
