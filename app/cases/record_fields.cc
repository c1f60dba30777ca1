#include "app/cases/record_fields.h"

#include <google/protobuf/descriptor.h>

#include "app/configuration/nearest_name.h"
#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::app {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
// A record of which the topic is left open may be of any type.
using Types = std::vector<const Descriptor*>;
using Check = std::function<Result<void>(const Node&, const std::string& path)>;

Types types_of(const std::string* topic, const TopicNames& topics) {
  const std::array<const Descriptor*, topic_count> all = {
      v1::ObservationCollection::descriptor(), v1::WindowResult::descriptor(),
      v1::DeviceStatus::descriptor(), v1::DeadLetter::descriptor()};
  if (topic == nullptr) return {all.begin(), all.end()};
  for (std::size_t i = 0; i < topic_count; ++i) {
    if (topics[i] == *topic) return {all[i]};
  }
  return {};
}

Result<void> check_scalar(const Node& node, const std::string& path) {
  if (node.kind == Node::Kind::scalar || node.kind == Node::Kind::nothing) return {};
  return expected(node, path, "a text, a number, a boolean or `~`");
}

Result<void> check_list(const Node& node, const std::string& path, const Check& element) {
  if (node.kind == Node::Kind::nothing) return {};
  const Node* const contained = node.find("contains");
  const bool alone = contained != nullptr && node.entries.size() == 1;
  const Node& list = alone ? *contained : node;
  if (list.kind != Node::Kind::list) {
    return expected(list, alone ? path + ".contains" : path,
                    alone ? "a list" : "a list, or `contains:` with a list");
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", alone ? path + ".contains" : path, i);
    if (auto done = element(list.items[i], place); !done) return done;
  }
  return {};
}

Result<void> check_value(const Node& node, const std::string& path, const Types& types);

// The field of one name, in every type that has it.
Result<void> check_field(const Node& node, const std::string& path,
                         const std::vector<const FieldDescriptor*>& fields) {
  const FieldDescriptor& first = *fields.front();
  Check element = check_scalar;
  if (first.is_map()) {
    element = [](const Node& map, const std::string& place) -> Result<void> {
      if (map.kind == Node::Kind::nothing) return {};
      if (map.kind != Node::Kind::map) return expected(map, place, "a map");
      for (const Entry& entry : map.entries) {
        if (auto done = check_scalar(entry.value, place + "." + entry.key); !done) return done;
      }
      return {};
    };
  } else if (first.message_type() != nullptr &&
             first.message_type()->full_name() != "google.protobuf.Timestamp") {
    Types inner;
    for (const FieldDescriptor* field : fields) inner.push_back(field->message_type());
    element = [inner](const Node& map, const std::string& place) {
      return check_value(map, place, inner);
    };
  }
  if (first.is_repeated() && !first.is_map()) return check_list(node, path, element);
  return element(node, path);
}

Result<void> check_value(const Node& node, const std::string& path, const Types& types) {
  if (node.kind == Node::Kind::nothing) return {};
  if (node.kind != Node::Kind::map) return expected(node, path, "a map");
  for (const Entry& entry : node.entries) {
    std::vector<const FieldDescriptor*> fields;
    std::vector<std::string> known;
    for (const Descriptor* type : types) {
      for (int i = 0; i < type->field_count(); ++i) {
        known.push_back(type->field(i)->json_name());
        if (known.back() == entry.key) fields.push_back(type->field(i));
      }
    }
    if (fields.empty()) {
      return fail_at(entry.mark,
                     fmt::format("{}: no record has a field {}{}", path, back_quoted(entry.key),
                                 did_you_mean(entry.key, known)));
    }
    if (auto done = check_field(entry.value, path + "." + entry.key, fields); !done) return done;
  }
  return {};
}

Result<void> check_record(const Node& node, const std::string& path, const TopicNames& topics) {
  if (node.kind != Node::Kind::map) return expected(node, path, "a map");
  const Node* const topic = node.find("topic");
  Types types = types_of(nullptr, topics);
  if (topic != nullptr && topic->kind == Node::Kind::scalar) {
    types = types_of(&topic->text, topics);
    if (types.empty()) {
      return fail_choice(*topic, path + ".topic", {topics.begin(), topics.end()}, {});
    }
  }
  for (const Entry& entry : node.entries) {
    const std::string place = path + "." + entry.key;
    Result<void> done;
    if (entry.key == "topic" || entry.key == "key") {
      done = check_scalar(entry.value, place);
    } else if (entry.key == "value") {
      done = check_value(entry.value, place, types);
    } else if (entry.key == "headers") {
      if (entry.value.kind != Node::Kind::map) return expected(entry.value, place, "a map");
      for (const Entry& header : entry.value.entries) {
        done = check_scalar(header.value, place + "." + header.key);
        if (!done) break;
      }
    } else {
      return fail_at(entry.mark,
                     fmt::format("{}: no record has {}; expected `topic`, `key`, `headers` or "
                                 "`value`{}",
                                 path, back_quoted(entry.key),
                                 did_you_mean(entry.key, {"topic", "key", "headers", "value"})));
    }
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<void> check_records(const Node& node, const std::string& path, const TopicNames& topics) {
  if (node.kind == Node::Kind::nothing) {
    return expected(node, path, "a list of records; `[]` for none");
  }
  return check_list(node, path, [&](const Node& record, const std::string& place) {
    return check_record(record, place, topics);
  });
}

}  // namespace senne::app
