// What the codec tests share: a table out of its text, bytes out of hexadecimal digits, and what a
// codec makes of them in a form that is easy to state.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/configuration/codec_section.h"
#include "app/configuration/node.h"
#include "pipeline/decode/family_codec.h"

namespace senne::decode {

inline std::shared_ptr<const CodecTable> table_of(std::string_view yaml) {
  const auto root = app::parse_yaml(yaml, "own.yaml");
  if (!root) {
    ADD_FAILURE() << root.error().message;
    return nullptr;
  }
  auto table = app::codec_table_type().read(app::Surroundings{}, *root, "");
  if (!table) {
    ADD_FAILURE() << table.error().message;
    return nullptr;
  }
  return *table;
}

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

inline std::string shown(double value) { return fmt::format("{}", value); }
inline std::string shown(bool value) { return value ? "true" : "false"; }
inline std::string shown(std::string_view value) { return "'" + std::string(value) + "'"; }
inline std::string shown(std::int64_t value) { return std::to_string(value) + "i"; }
inline std::string shown(std::uint64_t value) { return std::to_string(value) + "u"; }

// `name[#channel]=value[ unit]`, or `=!reason`. A whole number ends with i.
inline std::string line_of(const RawReading& reading) {
  std::string line(reading.name);
  if (!reading.channel.empty()) line += "#" + std::string(reading.channel);
  line += "=";
  if (reading.bad) return line + "!" + std::string(name(*reading.bad));
  line += std::visit([](const auto& value) { return shown(value); }, reading.value);
  if (!reading.unit.empty()) line += " " + std::string(reading.unit);
  return line;
}

// One message decoded, and everything that the result points to.
class Coding {
 public:
  Coding(std::shared_ptr<const CodecTable> table, std::string bytes, int port = 1,
         std::size_t limit = 1000)
      : bytes_(std::make_unique<char[]>(bytes.size())), codec_(make_codec(std::move(table))) {
    // To the byte, so that a sanitizer sees what lies beyond.
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
    Report as;
    as.device = "dev";
    as.sequence = "7";
    as.time.start = instant_from_nanos(1);
    result = codec_->decode({{bytes_.get(), bytes.size()}, port, limit}, as, decoded);
  }

  std::string outcome() const {
    if (result) return "ok";
    if (const auto* out = std::get_if<Suppressed>(&result.error())) {
      return "suppressed:" + std::string(name(out->reason));
    }
    return "rejected:" + std::string(name(std::get<Rejected>(result.error()).reason));
  }
  std::vector<std::string> readings(std::size_t index = 0) const {
    std::vector<std::string> lines;
    if (index >= decoded.reports.size()) return lines;
    const Report& from = decoded.reports[index];
    for (std::size_t i = 0; i < from.reading_count; ++i) {
      lines.push_back(line_of(decoded.readings.at(from.first_reading + i)));
    }
    return lines;
  }

  Decoded decoded;
  DecodeResult result;

 private:
  std::unique_ptr<char[]> bytes_;
  std::unique_ptr<PayloadCodec> codec_;
};

}  // namespace senne::decode
