#include <map>

#include "app/configuration/quantity.h"
#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/topic_filter.h"
#include "core/vocabulary.h"
#include "ingest/receiver.h"
#include "pipeline/normalise/units.h"

namespace senne::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<std::string> later_formats = {"openwifi", "meraki-scanning", "axis-people",
                                                "xovis-people"};

Type<Format> format() {
  std::vector<std::pair<std::string, Format>> words;
  for (int i = 0; i < format_count; ++i) {
    const auto one = static_cast<Format>(i);
    words.emplace_back(name(one), one);
  }
  return choice<Format>(words, later_formats);
}

Type<std::string> topic_filter() {
  Type<std::string> type = text(65'535);
  type.words = "an MQTT topic filter";
  type.read = [](const Surroundings&, const Node& node,
                 const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar) return expected(node, path, "an MQTT topic filter");
    const auto fault = filter_fault(node.text);
    if (!fault) return node.text;
    if (*fault == "$share") {
      return fail_in(node, path, "a shared subscription (`$share/...`) is not in this version");
    }
    return fail_in(node, path, fmt::format("the filter {} {}", shown(node), *fault));
  };
  return type;
}

// Stored where it differs only, so that the configurations of other formats stay what they are.
Type<bool> rebirth_requests() {
  Type<bool> type = boolean();
  type.write = [write = type.write](const bool& value, Secrets secrets) {
    return value ? Node{} : write(value, secrets);
  };
  return type;
}

Section<Route> limits() {
  const auto count = [](std::size_t most) { return whole_number<std::size_t>(1, most); };
  return Section<Route>("Caps. What is over one becomes a dead letter; the rest is unharmed.")
      .optional(
          "payload", size(1024, 512 * 1024),
          [](auto& r) -> auto& { return r.limits.payload_bytes; },
          "Of one message; more is `too_large`.")
      .optional(
          "depth", count(128), [](auto& r) -> auto& { return r.limits.depth; },
          "Nesting of a payload; more is `too_deep`.")
      .optional(
          "readings", count(1'000'000),
          [](auto& r) -> auto& { return r.limits.readings_per_message; },
          "In one message; more is `limit`.")
      .optional(
          "datastreams", count(100'000'000), [](auto& r) -> auto& { return r.limits.datastreams; },
          "Of which windows are kept; a new one beyond is `limit`.")
      .optional(
          "unregistered_devices", count(100'000'000),
          [](auto& r) -> auto& { return r.limits.unregistered_devices; },
          "Remembered, with the provider that each belongs to; a new one beyond is `limit`.")
      .optional(
          "open_windows", count(100'000),
          [](auto& r) -> auto& { return r.limits.open_windows_per_datastream; },
          "Of one datastream; a reading that would open one beyond is `limit`.");
}

// What a source means by a name, with or without a number behind it; null where nobody knows it.
const Property* meant_by(std::string_view source_name) {
  if (const auto alias = find_alias(source_name)) return alias->property;
  const auto several = numbered_name(source_name);
  const auto alias = several ? find_alias(several->name) : std::nullopt;
  return alias ? alias->property : nullptr;
}

// A unit that could have no effect is refused.
Result<void> check_units(const Node& node, const std::string& path, const Route& route) {
  for (const auto& [source_name, unit] : route.units) {
    const Node& given = *node.find("units")->find(source_name);
    const auto fault = [&, name = &source_name](const std::string& message) {
      return fail_in(given, fmt::format("{}.units.{}", path, *name), message);
    };
    const Property* const property = meant_by(source_name);
    if (property == nullptr) {
      return fault(
          "nobody knows the name: what a source calls so leaves as it is, in unit `1`; expected "
          "another name of a property, such as `temperature`, or none");
    }
    if (property->kind == PropertyKind::flag) {
      return fault(fmt::format("`{}` is a flag and has no unit", property->name));
    }
    if (normalise::conversion(*property, unit, UnitSystem::ucum)) continue;
    return fault(fmt::format("{} is no UCUM unit of `{}`, whose canonical unit is `{}`",
                             shown(given), property->name, property->unit));
  }
  return {};
}

Result<void> check_route(const Surroundings& from, const Node& node, const std::string& path,
                         Route& route) {
  const Node* mapping = node.find("mapping");
  if (route.format == Format::mapping && mapping == nullptr) {
    return fail_at(node.mark,
                   fmt::format("missing key `mapping` in {}, with format `mapping`", path));
  }
  if (route.format != Format::mapping && mapping != nullptr) {
    return fail_in(*mapping, path + ".mapping", "goes with format `mapping` only");
  }
  const Node* rebirth_requests = node.find("rebirth_requests");
  if (route.format != Format::sparkplug_b && rebirth_requests != nullptr) {
    return fail_in(*rebirth_requests, path + ".rebirth_requests",
                   "goes with format `sparkplug-b` only");
  }
  if (route.classification == Classification::open) {
    return fail_in(*node.find("classification"), path + ".classification",
                   "`open` is not in this version; expected `restricted`");
  }
  return from.written() ? check_units(node, path, route) : Result<void>{};
}

Result<void> check_window(const Surroundings&, const Node& node, const std::string& path,
                          WindowDefinition& window) {
  if (node.find("max_wait") == nullptr) window.max_wait = std::max(window.length, window.lateness);
  if (node.find("revise_for") == nullptr) {
    window.revise_for = std::max<Duration>(window.length, minutes{10});
  }
  if (window.max_wait < window.lateness) {
    return fail_in(*node.find("max_wait"), path + ".max_wait",
                   fmt::format("shorter than `lateness` ({}), which would never be waited for",
                               duration_text(window.lateness)));
  }
  return {};
}

// Names are used twice: as labels, and to tell results apart.
template <class V>
Result<void> check_names(const Node& list, const std::string& path, const std::vector<V>& values) {
  std::map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto [earlier, is_new] = first.emplace(values[i].name, i);
    if (is_new) continue;
    return fail_in(
        *list.items[i].find("name"), fmt::format("{}[{}].name", path, i),
        fmt::format("`{}` is the name of {}[{}] already", values[i].name, path, earlier->second));
  }
  return {};
}

}  // namespace

Type<Route> route_type() {
  return Section<Route>(
             "What arrives on some topics, and what it is. The first route that matches "
             "a message takes it.")
      .required("name", plain_name(), &Route::name,
                "In metrics and records. Unique; `none` is what messages are counted under that no "
                "route takes.")
      .required("topic", topic_filter(), &Route::topic,
                "With `+` for one level and `#` for the rest. Two filters lie apart or one inside "
                "the other: where they overlap in part the broker would deliver twice.")
      .required("format", format(), &Route::format, "What the payload is.")
      .optional("qos", whole_number<int>(0, 2), &Route::qos,
                "1: at least once. 0 loses what arrives while disconnected. 2 costs more than 1 "
                "and loses on its own: with `allow_loss` only.")
      .optional("provider", plain_name(), &Route::provider,
                "Who answers for the devices: a route speaks for its provider's only.",
                "the instance")
      .optional("classification",
                choice<Classification>(
                    {{"restricted", Classification::restricted}, {"open", Classification::open}}),
                &Route::classification, "`open` is not in this version.")
      .optional("unknown_devices",
                choice<UnknownDevices>(
                    {{"accept", UnknownDevices::accept}, {"reject", UnknownDevices::reject}}),
                &Route::unknown_devices,
                "Devices that the registry does not have: flagged `UNREGISTERED`, or a dead letter "
                "`unknown_device`.")
      .optional("units", map_of_text("a map from the source's names to UCUM units"), &Route::units,
                "What numbers are given in where messages do not say. `temperature_1` is channel 1 "
                "of `temperature`, and goes before `temperature`, which is all of them.")
      .optional("mapping", mapping_type(), &Route::mapping, "With format `mapping`.")
      .optional("rebirth_requests", rebirth_requests(), &Route::rebirth_requests,
                "With format `sparkplug-b`. Whether an edge node whose births are missing, or from "
                "which messages are missing, is asked for them: an NCMD is published to it.",
                "`true`")
      .group("limits", limits())
      .later("personal")
      .check(check_route)
      .type();
}

Type<WindowDefinition> window_type() {
  const auto wait = duration(seconds{0}, hours{24 * 366});
  return Section<WindowDefinition>(
             "Statistics of each datastream over times that follow one another without a gap.")
      .required("name", plain_name(), &WindowDefinition::name, "In results. Unique.")
      .required("length", whole_seconds(seconds{1}, hours{24 * 366}), &WindowDefinition::length,
                "They begin at multiples of it since 1970-01-01T00:00:00Z.")
      .optional("lateness", wait, &WindowDefinition::lateness,
                "A window's first result comes once its datastream is this far past the window's "
                "end.")
      .optional("max_wait", wait, &WindowDefinition::max_wait,
                "It comes at the latest this long after the end, however silent the datastream.",
                "`length`, or `lateness` if longer")
      .optional("revise_for", wait, &WindowDefinition::revise_for,
                "For this long after the first result a late reading revises it.",
                "`length`, at least `10min`")
      .check(check_window)
      .type();
}

Result<void> check_routes(const Node& routes, const std::vector<Route>& values) {
  if (auto done = check_names(routes, "routes", values); !done) return done;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].name != ingest::no_route_name) continue;
    return fail_in(*routes.items[i].find("name"), fmt::format("routes[{}].name", i),
                   fmt::format("`{}` is what messages are counted under that no route takes; "
                               "expected another name",
                               values[i].name));
  }
  const auto topic_fault = [&](std::size_t i, const std::string& message) {
    return fail_in(*routes.items[i].find("topic"), fmt::format("routes[{}].topic", i), message);
  };
  std::vector<Subscription> wanted;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!contains(values[j].topic, values[i].topic)) continue;
      return topic_fault(i, fmt::format("never reached: {} of route `{}` before it takes all of {}",
                                        back_quoted(values[j].topic), values[j].name,
                                        back_quoted(values[i].topic)));
    }
    wanted.push_back({values[i].topic, values[i].qos});
  }
  if (const auto pair = partial_overlap(wanted)) {
    const auto [a, b] = *pair;
    return topic_fault(
        b, fmt::format("{} overlaps {} of route `{}` in part: the broker would "
                       "deliver some messages twice",
                       back_quoted(values[b].topic), back_quoted(values[a].topic), values[a].name));
  }
  return {};
}

Result<void> check_windows(const Node& windows, const std::vector<WindowDefinition>& values) {
  return check_names(windows, "windows", values);
}

}  // namespace senne::app
