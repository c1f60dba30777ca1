#include "pipeline/decode/sparkplug_rebirth.h"

#include <cstdint>

#include "pipeline/decode/sparkplug_payload.h"

namespace senne::decode {
namespace {

constexpr unsigned varint = 0;  // wire types of protobuf
constexpr unsigned length = 2;

void append_varint(std::uint64_t value, std::string& bytes) {
  constexpr std::uint64_t more = 0x80;
  for (; value >= more; value >>= 7) bytes.push_back(static_cast<char>((value % more) | more));
  bytes.push_back(static_cast<char>(value));
}

void append_integer(unsigned field, std::uint64_t value, std::string& bytes) {
  append_varint(field << 3 | varint, bytes);
  append_varint(value, bytes);
}

void append_bytes(unsigned field, std::string_view value, std::string& bytes) {
  append_varint(field << 3 | length, bytes);
  append_varint(value.size(), bytes);
  bytes.append(value);
}

}  // namespace

void write_rebirth_command(std::string_view descriptor, Instant now, std::string& topic,
                           std::string& payload) {
  const auto slash = descriptor.find('/');
  topic.assign("spBv1.0/").append(descriptor.substr(0, slash)).append("/NCMD");
  topic.append(descriptor.substr(slash));
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  const auto timestamp = static_cast<std::uint64_t>(ms);
  std::string metric;
  append_bytes(1, "Node Control/Rebirth", metric);
  append_integer(3, timestamp, metric);
  append_integer(4, static_cast<std::uint64_t>(SparkplugDatatype::boolean), metric);
  append_integer(14, 1, metric);
  payload.clear();
  append_integer(1, timestamp, payload);
  append_bytes(payload_metrics, metric, payload);
}

}  // namespace senne::decode
