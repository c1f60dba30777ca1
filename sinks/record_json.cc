#include "sinks/record_json.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <memory>

#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/cloud_events.h"
#include "sinks/utf8.h"
#include "sinks/value_json.h"

namespace senne::sinks {
namespace {

std::string_view find(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

// A message of the type that `event` announces; null where nobody knows it.
std::unique_ptr<google::protobuf::Message> message_for(std::string_view event) {
  if (event == event_type(Topic::observations)) {
    return std::make_unique<v1::ObservationCollection>();
  }
  if (event == event_type(Topic::aggregates)) return std::make_unique<v1::WindowResult>();
  if (event == event_type(Topic::devices)) return std::make_unique<v1::DeviceStatus>();
  if (event == event_type(Topic::dead_letters)) return std::make_unique<v1::DeadLetter>();
  return nullptr;
}

void append_base64(std::string& text, std::string_view bytes) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t j) {
      return j < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[j]))
                              : 0U;
    };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text.push_back(digits[group >> 18]);
    text.push_back(digits[group >> 12 & 63]);
    text.push_back(i + 1 < bytes.size() ? digits[group >> 6 & 63] : '=');
    text.push_back(i + 2 < bytes.size() ? digits[group & 63] : '=');
  }
}

void append_value(std::string& line, std::span<const Header> headers, std::string_view value) {
  const std::string_view type = find(headers, "content-type");
  if (type == content_type(Encoding::json) && !value.empty() && valid_utf8(value) &&
      value.find('\n') == std::string_view::npos) {
    line.append(value);
    return;
  }
  const auto message = message_for(find(headers, "ce_type"));
  if (type == content_type(Encoding::protobuf) && message != nullptr &&
      message->ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    std::string scratch;
    std::string json;
    to_json(*message, scratch, json);
    line.append(json);
    return;
  }
  line.push_back('"');
  append_base64(line, value);
  line.push_back('"');
}

}  // namespace

void append_json_string(std::string& line, std::string_view text) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  line.push_back('"');
  for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
    size = utf8_character(text);
    const char first = text.front();
    if (size == 0) {
      line.append("\xEF\xBF\xBD");
      size = 1;
    } else if (const std::size_t which = escaped.find(first); which != std::string_view::npos) {
      line.push_back('\\');
      line.push_back(letters[which]);
    } else if (static_cast<unsigned char>(first) < 0x20) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<int>(first));
    } else {
      line.append(text.substr(0, size));
    }
  }
  line.push_back('"');
}

void append_record_json(std::string& line, std::string_view topic, std::string_view key,
                        std::span<const Header> headers, std::string_view value) {
  line.append(R"({"topic":)");
  append_json_string(line, topic);
  line.append(R"(,"key":)");
  append_json_string(line, key);
  line.append(R"(,"headers":{)");
  bool first = true;
  for (const Header& header : headers) {
    if (!first) line.push_back(',');
    first = false;
    append_json_string(line, header.name);
    line.push_back(':');
    append_json_string(line, header.value);
  }
  line.append(R"(},"value":)");
  append_value(line, headers, value);
  line.push_back('}');
}

}  // namespace senne::sinks
