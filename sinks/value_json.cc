#include "sinks/value_json.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/time.h"
#include "sinks/cloud_events.h"
#include "sinks/json_scalars.h"

namespace senne::sinks {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

void append_timestamp(const Timestamp& timestamp, std::string& json) {
  const Instant time{std::chrono::seconds{timestamp.seconds()} +
                     std::chrono::nanoseconds{timestamp.nanos()}};
  std::array<char, 32> text;
  json.push_back('"');
  json.append(format_time(time, text));
  json.push_back('"');
}

void append_message(const Message& value, std::string& json) {
  if (value.GetDescriptor() == Timestamp::descriptor()) {
    append_timestamp(static_cast<const Timestamp&>(value), json);
  } else {
    append_json(value, json);
  }
}

void append_enum(const google::protobuf::EnumValueDescriptor& value, std::string& json) {
  json.push_back('"');
  json.append(value.name());
  json.push_back('"');
}

void append_bytes(const FieldDescriptor& field, const std::string& bytes, std::string& json) {
  if (field.type() == FieldDescriptor::TYPE_STRING) return append_json_string(json, bytes);
  json.push_back('"');
  append_base64(json, bytes);
  json.push_back('"');
}

void append_single(const Message& value, const Reflection& reflection, const FieldDescriptor& field,
                   std::string& json) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string unused;
      return append_bytes(field, reflection.GetStringReference(value, &field, &unused), json);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return append_json_number(json, reflection.GetDouble(value, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      json.append(reflection.GetBool(value, &field) ? "true" : "false");
      return;
    case FieldDescriptor::CPPTYPE_UINT64:  // a string: many readers of JSON know doubles only
      fmt::format_to(std::back_inserter(json), "\"{}\"", reflection.GetUInt64(value, &field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return append_enum(*reflection.GetEnum(value, &field), json);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return append_message(reflection.GetMessage(value, &field), json);
    default:
      SENNE_CHECK(false);
  }
}

void append_map(const Message& value, const Reflection& reflection, const FieldDescriptor& field,
                std::string& json) {
  const FieldDescriptor* const key = field.message_type()->map_key();
  const FieldDescriptor* const mapped = field.message_type()->map_value();
  SENNE_CHECK(key->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
              mapped->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE);
  std::vector<std::pair<std::string, double>> entries;
  const int size = reflection.FieldSize(value, &field);
  for (int i = 0; i < size; ++i) {
    const Message& entry = reflection.GetRepeatedMessage(value, &field, i);
    const Reflection& of_entry = *entry.GetReflection();
    entries.emplace_back(of_entry.GetString(entry, key), of_entry.GetDouble(entry, mapped));
  }
  std::sort(entries.begin(), entries.end());
  char separator = '{';
  for (const auto& [name, number] : entries) {
    json.push_back(std::exchange(separator, ','));
    append_json_string(json, name);
    json.push_back(':');
    append_json_number(json, number);
  }
  json.push_back('}');
}

void append_repeated(const Message& value, const Reflection& reflection,
                     const FieldDescriptor& field, std::string& json) {
  char separator = '[';
  const int size = reflection.FieldSize(value, &field);
  for (int i = 0; i < size; ++i) {
    json.push_back(std::exchange(separator, ','));
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string unused;
        append_bytes(field, reflection.GetRepeatedStringReference(value, &field, i, &unused), json);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        append_enum(*reflection.GetRepeatedEnum(value, &field, i), json);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        append_message(reflection.GetRepeatedMessage(value, &field, i), json);
        break;
      default:
        SENNE_CHECK(false);
    }
  }
  json.push_back(']');
}

// By the rules of proto3: a field with presence when it is set, another when it is not its default.
bool is_there(const Message& value, const Reflection& reflection, const FieldDescriptor& field) {
  return field.is_repeated() ? reflection.FieldSize(value, &field) > 0
                             : reflection.HasField(value, &field);
}

}  // namespace

void append_protobuf(const Message& value, std::string& bytes) {
  const std::size_t size = value.ByteSizeLong();
  const std::size_t begin = bytes.size();
  bytes.resize(begin + size);
  google::protobuf::io::ArrayOutputStream output(bytes.data() + begin, static_cast<int>(size));
  google::protobuf::io::CodedOutputStream coded(&output);
  coded.SetSerializationDeterministic(true);
  value.SerializeWithCachedSizes(&coded);
}

void append_json(const Message& value, std::string& json) {
  const auto& descriptor = *value.GetDescriptor();
  const Reflection& reflection = *value.GetReflection();
  json.push_back('{');
  bool first = true;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (!is_there(value, reflection, field)) continue;
    json.append(first ? "\"" : ",\"").append(field.json_name()).append("\":");
    first = false;
    if (field.is_map()) {
      append_map(value, reflection, field, json);
    } else if (field.is_repeated()) {
      append_repeated(value, reflection, field, json);
    } else {
      append_single(value, reflection, field, json);
    }
  }
  json.push_back('}');
}

}  // namespace senne::sinks
