#include "sinks/record_json.h"

#include <memory>

#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/cloud_events.h"
#include "sinks/json_scalars.h"
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
    append_json(*message, line);
    return;
  }
  line.push_back('"');
  append_base64(line, value);
  line.push_back('"');
}

}  // namespace

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
