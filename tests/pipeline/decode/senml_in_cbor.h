// A SenML pack in JSON as the same pack in CBOR (RFC 8428, section 6), each item in one of the
// forms that RFC 8949 has for it, drawn at random.
//
// THREAD  one, within a rapidcheck property.
#pragma once

#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/between.h"

namespace senne::decode {

class SenmlInCbor {
 public:
  static std::string of(const nlohmann::json& pack) {
    SenmlInCbor cbor;
    cbor.list(pack);
    return std::move(cbor.bytes_);
  }

 private:
  static int dice(int sides) { return testing::between(0, sides); }

  void byte(unsigned value) { bytes_.push_back(static_cast<char>(value)); }
  void big_endian(std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      byte(static_cast<unsigned>(value >> shift) & 0xFF);
    }
  }
  // A major type with its argument, in any width that holds it.
  void head(unsigned major, std::uint64_t argument) {
    const int widths = 5;
    int least = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 3;
    if (argument >= (std::uint64_t{1} << 32)) least = 4;
    const int width = least + dice(4) / 3 * dice(widths - least);
    if (width == 0) return byte(major << 5 | static_cast<unsigned>(argument));
    byte(major << 5 | static_cast<unsigned>(23 + width));
    big_endian(argument, 1 << (width - 1));
  }
  void whole(std::int64_t value) {
    if (value >= 0) return head(0, static_cast<std::uint64_t>(value));
    head(1, static_cast<std::uint64_t>(-1 - value));
  }
  void text(const std::string& value) {
    if (dice(4) > 0 || value.empty()) {
      head(3, value.size());
      bytes_ += value;
      return;
    }
    byte(0x7F);  // in two pieces, cut between characters as all of them are ASCII
    const auto cut = static_cast<std::size_t>(dice(static_cast<int>(value.size())));
    for (const std::string& piece : {value.substr(0, cut), value.substr(cut)}) {
      head(3, piece.size());
      bytes_ += piece;
    }
    byte(0xFF);
  }
  void real(double value) {
    const double thousandths = value * 1000;
    if (dice(3) == 0 && std::abs(thousandths) < 1e15 && thousandths == std::floor(thousandths) &&
        thousandths / 1000 == value) {
      head(6, 4);  // a decimal fraction: exponent, mantissa
      head(4, 2);
      whole(-3);
      return whole(static_cast<std::int64_t>(thousandths));
    }
    if (static_cast<double>(static_cast<float>(value)) == value && dice(2) == 0) {
      byte(0xFA);
      return big_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
    }
    byte(0xFB);
    big_endian(std::bit_cast<std::uint64_t>(value), 8);
  }
  void value(const nlohmann::json& value) {
    if (value.is_string()) return text(value.get<std::string>());
    if (value.is_boolean()) return byte(value.get<bool>() ? 0xF5 : 0xF4);
    if (value.is_number_integer()) return whole(value.get<std::int64_t>());
    real(value.get<double>());
  }
  // Lists and maps are of a stated length or end with a stop.
  template <class Content>
  void container(unsigned major, std::size_t size, const Content& content) {
    const bool open = dice(4) == 0;
    if (open) {
      byte(major << 5 | 31);
    } else {
      head(major, size);
    }
    content();
    if (open) byte(0xFF);
  }
  void list(const nlohmann::json& pack) {
    container(4, pack.size(), [&] {
      for (const auto& record : pack) {
        container(5, record.size(), [&] {
          for (const auto& [key, member] : record.items()) {
            label(key);
            value(member);
          }
        });
      }
    });
  }
  void label(const std::string& key) {
    // RFC 8428, table 4.
    static const std::map<std::string, std::int64_t> labels = {
        {"bver", -1}, {"bn", -2}, {"bt", -3}, {"bu", -4}, {"bv", -5},
        {"bs", -6},   {"n", 0},   {"u", 1},   {"v", 2},   {"vs", 3},
        {"vb", 4},    {"s", 5},   {"t", 6},   {"ut", 7},  {"vd", 8}};
    const auto known = labels.find(key);
    if (known == labels.end()) return text(key);
    whole(known->second);
  }

  std::string bytes_;
};

}  // namespace senne::decode
