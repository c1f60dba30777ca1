#include <absl/time/time.h>

#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/vocabulary.h"
#include "pipeline/normalise/units.h"

namespace senne::app {
namespace {

// RFC 6901: empty, or begins with a slash; a tilde only as ~0 and ~1.
bool is_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return text.size() <= 1024;
}

Type<std::string> pointer() {
  Type<std::string> type;
  type.words = "a JSON Pointer such as `/a/0/b`";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar || !is_pointer(node.text)) {
      return expected(node, path, words);
    }
    return node.text;
  };
  type.write = [](const std::string& value, Secrets) { return text_node(value); };
  return type;
}

// A JSON Pointer, or `{level:N}` of the topic.
Type<Place> place() {
  Type<Place> type;
  type.words = "a JSON Pointer such as `/a/0/b`, or `\"{level:N}\"` for a level of the topic";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<Place> {
    if (node.kind != Node::Kind::scalar) return expected(node, path, words);
    if (is_pointer(node.text)) return Place{node.text, {}};
    constexpr std::string_view begin = "{level:";
    std::size_t level = 0;
    const char* end = node.text.data() + node.text.size();
    if (!node.text.starts_with(begin)) return expected(node, path, words);
    const auto [rest, error] = std::from_chars(node.text.data() + begin.size(), end, level);
    if (error != std::errc{} || std::string_view(rest, end) != "}" || level > 65'535) {
      return expected(node, path, words);
    }
    return Place{"", level};
  };
  type.write = [](const Place& value, Secrets) {
    if (value.topic_level) return text_node(fmt::format("{{level:{}}}", *value.topic_level));
    return text_node(value.pointer);
  };
  return type;
}

// A JSON value as text: what a member must be for its flag to be true.
Type<std::string> json_scalar() {
  Type<std::string> type;
  type.words = "text, a number or a boolean";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar || node.text.size() > 1024) {
      return expected(node, path, words);
    }
    return node.text;
  };
  type.write = [](const std::string& value, Secrets) { return text_node(value); };
  return type;
}

Result<void> check_reading(const Surroundings&, const Node& node, const std::string& path,
                           MappingReading& reading) {
  const Property* property = find_property(reading.property);
  if (property != nullptr && property->kind == PropertyKind::flag && !reading.unit.empty()) {
    return fail_in(*node.find("unit"), path + ".unit",
                   fmt::format("`{}` is a flag and has no unit", property->name));
  }
  if (property != nullptr && property->kind == PropertyKind::number && !reading.true_when.empty()) {
    return fail_in(*node.find("true_when"), path + ".true_when",
                   fmt::format("`{}` is a number, not a flag", property->name));
  }
  if (property != nullptr && !reading.unit.empty() &&
      !normalise::conversion(*property, reading.unit, UnitSystem::ucum)) {
    return fail_in(*node.find("unit"), path + ".unit",
                   fmt::format("{} is no UCUM unit of `{}`, whose canonical unit is `{}`",
                               shown(*node.find("unit")), property->name, property->unit));
  }
  return {};
}

Type<MappingReading> reading_type() {
  return Section<MappingReading>("One result, or one an element of `each`.")
      .optional("each", optionally(pointer()), &MappingReading::each,
                "An array; the pointers beside it begin at its elements.")
      .required("at", pointer(), &MappingReading::at, "The result.")
      .required("property", property_type(), &MappingReading::property, "What it is a result of.")
      .optional("unit", text(64), &MappingReading::unit,
                "UCUM. Left out: the route's for that name, else the property's own.")
      .optional("channel", optionally(pointer()), &MappingReading::channel,
                "Which of several sensors.")
      .optional("true_when", list_of(json_scalar(), "a list of JSON values", 1),
                &MappingReading::true_when, "The values that make a flag true. Left out: `true`.")
      .check(check_reading)
      .type();
}

Section<Mapping> time_section() {
  return Section<Mapping>("When it was true. Left out: when it was received.")
      .required(
          "at", pointer(), [](auto& m) -> auto& { return m.time.at; }, "The time.")
      .optional(
          "form",
          choice<TimeForm>({{"rfc3339", TimeForm::rfc3339},
                            {"epoch_s", TimeForm::epoch_s},
                            {"epoch_ms", TimeForm::epoch_ms},
                            {"epoch_us", TimeForm::epoch_us},
                            {"naive", TimeForm::naive}}),
          [](auto& m) -> auto& { return m.time.form; },
          "How it is written; `naive`: as rfc3339, without an offset.")
      .optional(
          "zone", text(64), [](auto& m) -> auto& { return m.time.zone; },
          "With form `naive`: whose local time, such as `Europe/Brussels`.")
      .check([](const Surroundings&, const Node& node, const std::string& path,
                Mapping& mapping) -> Result<void> {
        mapping.has_time = true;
        const Node* zone = node.find("zone");
        const bool naive = mapping.time.form == TimeForm::naive;
        if (naive && zone == nullptr) {
          return fail_at(node.mark,
                         fmt::format("missing key `zone` in {}, with form `naive`", path));
        }
        if (!naive && zone != nullptr) {
          return fail_in(*zone, path + ".zone", "goes with form `naive` only");
        }
        absl::TimeZone loaded;
        if (naive && !absl::LoadTimeZone(mapping.time.zone, &loaded)) {
          return expected(*zone, path + ".zone", "a time zone such as `Europe/Brussels`");
        }
        return {};
      });
}

Type<Mapping> mapping_map() {
  Section<Mapping> location("Where the device was.");
  location.required("latitude", optionally(pointer()), &Mapping::latitude, "WGS84, degrees.")
      .required("longitude", optionally(pointer()), &Mapping::longitude, "WGS84, degrees.");
  return Section<Mapping>("Where things stand in any JSON.")
      .optional("each", optionally(pointer()), &Mapping::each,
                "An array, one report an element; all other pointers begin at its elements.")
      .required("device", place(), &Mapping::device, "The device's id.")
      .group("time", time_section().written_if([](const Mapping& m) { return m.has_time; }))
      .optional("sequence", optionally(pointer()), &Mapping::sequence,
                "A frame counter or deduplication id.")
      .group("location", location)
      .required("readings", list_of(reading_type(), "a list of maps", 1), &Mapping::readings,
                "The results.")
      .type();
}

}  // namespace

Type<std::shared_ptr<const Mapping>> mapping_type() {
  using Shared = std::shared_ptr<const Mapping>;
  const Type<Mapping> map = mapping_map();
  Type<Shared> type;
  type.words = "the path of a file, or its content as a map";
  type.section = map.section;
  type.read = [map, words = type.words](const Surroundings& from, const Node& node,
                                        const std::string& path) -> Result<Shared> {
    const auto share = [](Result<Mapping> mapping) -> Result<Shared> {
      if (!mapping) return tl::unexpected(mapping.error());
      return std::make_shared<const Mapping>(std::move(*mapping));
    };
    if (node.kind == Node::Kind::map) return share(map.read(from, node, path));
    if (node.kind != Node::Kind::scalar || from.environment == nullptr) {
      return expected(node, path, words);
    }
    const auto root = read_named_file(from, node, path);
    if (!root) return tl::unexpected(root.error());
    return share(map.read(beside(from, node.text), *root, ""));
  };
  type.write = [map](const Shared& value, Secrets secrets) {
    return value == nullptr ? Node{} : map.write(*value, secrets);
  };
  return type;
}

}  // namespace senne::app
