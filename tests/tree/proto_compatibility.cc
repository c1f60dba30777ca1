#include "tests/tree/proto_compatibility.h"

#include <fmt/format.h>

#include <map>

namespace senne {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;

// By full name, in the order of names.
struct Types {
  std::map<std::string, const DescriptorProto*> messages;
  std::map<std::string, const EnumDescriptorProto*> enums;
};

void collect(const DescriptorProto& message, const std::string& scope, Types& types) {
  const std::string name = scope + "." + message.name();
  types.messages[name] = &message;
  for (const auto& nested : message.nested_type()) collect(nested, name, types);
  for (const auto& one : message.enum_type()) types.enums[name + "." + one.name()] = &one;
}

Types types_of(const FileDescriptorSet& set) {
  Types types;
  for (const auto& file : set.file()) {
    if (file.package() == "google.protobuf") continue;
    for (const auto& message : file.message_type()) collect(message, file.package(), types);
    for (const auto& one : file.enum_type()) {
      types.enums[file.package() + "." + one.name()] = &one;
    }
  }
  return types;
}

// Message ranges end before `end`, enum ranges at it.
bool reserves_number(const DescriptorProto& message, int number) {
  for (const auto& range : message.reserved_range()) {
    if (number >= range.start() && number < range.end()) return true;
  }
  return false;
}
bool reserves_number(const EnumDescriptorProto& one, int number) {
  for (const auto& range : one.reserved_range()) {
    if (number >= range.start() && number <= range.end()) return true;
  }
  return false;
}
template <class T>
bool reserves_name(const T& type, const std::string& name) {
  for (const std::string& reserved : type.reserved_name()) {
    if (reserved == name) return true;
  }
  return false;
}

// Which oneof a field is in; presence of a proto3 `optional` counts as one of its own.
std::string oneof_of(const DescriptorProto& message, const FieldDescriptorProto& field) {
  if (!field.has_oneof_index()) return "";
  return field.proto3_optional() ? "(optional)" : message.oneof_decl(field.oneof_index()).name();
}

template <class T>
void compare_reservations(const std::string& name, const T& older, const T& newer,
                          std::vector<std::string>& faults) {
  for (const std::string& reserved : older.reserved_name()) {
    if (!reserves_name(newer, reserved)) {
      faults.push_back(fmt::format("{}: the name {} is no longer reserved", name, reserved));
    }
  }
  for (const auto& range : older.reserved_range()) {
    if (!reserves_number(newer, range.start())) {
      faults.push_back(fmt::format("{}: the number {} is no longer reserved", name, range.start()));
    }
  }
}

void compare_fields(const std::string& name, const DescriptorProto& older,
                    const DescriptorProto& newer, std::vector<std::string>& faults) {
  std::map<int, const FieldDescriptorProto*> by_number;
  for (const auto& field : newer.field()) by_number[field.number()] = &field;
  for (const auto& field : older.field()) {
    const std::string what = fmt::format("{}.{} = {}", name, field.name(), field.number());
    const auto found = by_number.find(field.number());
    if (found == by_number.end()) {
      if (!reserves_number(newer, field.number()) || !reserves_name(newer, field.name())) {
        faults.push_back(what + ": removed without reserving its number and name");
      }
      continue;
    }
    const FieldDescriptorProto& now = *found->second;
    if (now.name() != field.name() || now.json_name() != field.json_name()) {
      faults.push_back(fmt::format("{}: renamed to {}", what, now.name()));
    }
    if (now.type() != field.type() || now.type_name() != field.type_name()) {
      faults.push_back(what + ": its type changed");
    }
    if (now.label() != field.label()) faults.push_back(what + ": its label changed");
    if (oneof_of(newer, now) != oneof_of(older, field)) {
      faults.push_back(what + ": moved into, out of or between oneofs");
    }
  }
}

void compare_values(const std::string& name, const EnumDescriptorProto& older,
                    const EnumDescriptorProto& newer, std::vector<std::string>& faults) {
  for (const auto& value : older.value()) {
    const std::string what = fmt::format("{}.{} = {}", name, value.name(), value.number());
    bool kept = false;
    for (const auto& now : newer.value()) {
      kept = kept || (now.number() == value.number() && now.name() == value.name());
    }
    if (kept) continue;
    if (!reserves_number(newer, value.number()) || !reserves_name(newer, value.name())) {
      faults.push_back(what + ": changed, or removed without reserving its number and name");
    }
  }
}

}  // namespace

std::vector<std::string> incompatible_changes(const FileDescriptorSet& older,
                                              const FileDescriptorSet& newer) {
  const Types before = types_of(older);
  const Types after = types_of(newer);
  std::vector<std::string> faults;
  for (const auto& [name, message] : before.messages) {
    const auto found = after.messages.find(name);
    if (found == after.messages.end()) {
      faults.push_back(name + ": the message was removed");
      continue;
    }
    compare_fields(name, *message, *found->second, faults);
    compare_reservations(name, *message, *found->second, faults);
  }
  for (const auto& [name, one] : before.enums) {
    const auto found = after.enums.find(name);
    if (found == after.enums.end()) {
      faults.push_back(name + ": the enum was removed");
      continue;
    }
    compare_values(name, *one, *found->second, faults);
    compare_reservations(name, *one, *found->second, faults);
  }
  return faults;
}

}  // namespace senne
