// Sparkplug B messages as an edge node writes them: the fields of sparkplug_b.proto by their
// numbers, in the order in which they are said.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace senne::decode {

class ProtoBytes {
 public:
  ProtoBytes() = default;
  explicit ProtoBytes(std::string text) : text_(std::move(text)) {}

  ProtoBytes& integer(unsigned field, std::uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  ProtoBytes& real(unsigned field, float value) {
    varint(field << 3 | 5);
    return fixed(std::bit_cast<std::uint32_t>(value), 4);
  }
  ProtoBytes& real(unsigned field, double value) {
    varint(field << 3 | 1);
    return fixed(std::bit_cast<std::uint64_t>(value), 8);
  }
  ProtoBytes& bytes(unsigned field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    text_.append(value);
    return *this;
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_.push_back(static_cast<char>(value | 0x80));
    text_.push_back(static_cast<char>(value));
  }
  const std::string& text() const { return text_; }

 private:
  ProtoBytes& fixed(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) text_.push_back(static_cast<char>(value >> (8 * i)));
    return *this;
  }

  std::string text_;
};

// Of a Metric; `string`, `flag` and so on are its value.
class MetricBytes {
 public:
  MetricBytes() = default;
  // Of fields that are there already.
  static MetricBytes of(const std::string& fields) {
    MetricBytes metric;
    metric.proto_ = ProtoBytes(fields);
    return metric;
  }
  explicit MetricBytes(std::string_view name) { proto_.bytes(1, name); }
  explicit MetricBytes(int alias) { this->alias(static_cast<std::uint64_t>(alias)); }

  MetricBytes& alias(std::uint64_t value) { return integer(2, value); }
  MetricBytes& at(std::uint64_t ms) { return integer(3, ms); }
  MetricBytes& type(std::uint64_t datatype) { return integer(4, datatype); }
  MetricBytes& historical() { return integer(5, 1); }
  MetricBytes& null() { return integer(7, 1); }
  MetricBytes& properties(std::string_view set) { return bytes(9, set); }
  MetricBytes& int_value(std::uint64_t value) { return integer(10, value); }
  MetricBytes& long_value(std::uint64_t value) { return integer(11, value); }
  MetricBytes& real(float value) {
    proto_.real(12, value);
    return *this;
  }
  MetricBytes& real(double value) {
    proto_.real(13, value);
    return *this;
  }
  MetricBytes& flag(bool value) { return integer(14, value ? 1 : 0); }
  MetricBytes& string(std::string_view value) { return bytes(15, value); }
  MetricBytes& raw(std::string_view value) { return bytes(16, value); }
  MetricBytes& data_set(std::string_view value) { return bytes(17, value); }
  MetricBytes& instance(std::string_view value) { return bytes(18, value); }
  MetricBytes& extension(std::string_view value) { return bytes(19, value); }
  // `engUnit` and so on, of a text.
  MetricBytes& unit(std::string_view value, std::string_view key = "engUnit") {
    return properties(ProtoBytes()
                          .bytes(1, key)
                          .bytes(2, ProtoBytes().integer(1, 12).bytes(8, value).text())
                          .text());
  }
  MetricBytes& quality(std::uint64_t code) {
    return properties(ProtoBytes()
                          .bytes(1, "Quality")
                          .bytes(2, ProtoBytes().integer(1, 3).integer(3, code).text())
                          .text());
  }
  const std::string& text() const { return proto_.text(); }

 private:
  MetricBytes& integer(unsigned field, std::uint64_t value) {
    proto_.integer(field, value);
    return *this;
  }
  MetricBytes& bytes(unsigned field, std::string_view value) {
    proto_.bytes(field, value);
    return *this;
  }
  ProtoBytes proto_;
};

inline constexpr std::uint64_t sparkplug_ms = 1'795'000'000'000;  // 2026-11-18T11:06:40Z

inline std::string sparkplug_payload(const std::vector<MetricBytes>& metrics, std::uint64_t seq,
                                     std::uint64_t ms = sparkplug_ms) {
  ProtoBytes proto;
  proto.integer(1, ms);
  for (const MetricBytes& metric : metrics) proto.bytes(2, metric.text());
  return proto.integer(3, seq).text();
}

inline MetricBytes bd_seq(std::uint64_t number) {
  return MetricBytes("bdSeq").type(8).long_value(number);
}
inline MetricBytes rebirth_control() {
  return MetricBytes("Node Control/Rebirth").type(11).flag(false);
}

// As an NDEATH has it: the will of the session, without a sequence number.
inline std::string sparkplug_death(std::uint64_t bd_seq_number) {
  return ProtoBytes().integer(1, sparkplug_ms).bytes(2, bd_seq(bd_seq_number).text()).text();
}

}  // namespace senne::decode
