#include "app/configuration/reference.h"

#include <fmt/format.h>

#include <map>

#include "app/configuration/quantity.h"
#include "app/configuration/sections.h"
#include "core/reason.h"
#include "core/vocabulary.h"
#include "pipeline/quality/limits.h"
#include "senne/v1/quality.pb.h"

namespace senne::app {
namespace {

constexpr std::string_view opening =
    R"(<!-- Written by the program from its own definitions; a test says how to write it again. -->

# Reference

## Configuration

One YAML file, given with `-c`. It is read strictly: an unknown or duplicate key, a value of the
wrong kind or out of range, a missing key end the start with one line that says where, and exit
status 2. `senne check -c FILE` does only that. Anchors, aliases, tags and several documents are
not accepted. What is named as not in this version is refused by name.

- **Durations** are a whole number and a unit: `50ms 10s 5min 24h 7d` (also `us`, `ns`).
- **Sizes** likewise: `512B 64KiB 8GiB`.
- **Paths** that are relative begin at the folder of the file they stand in.
- **Substitution**, inside any value, quoted or not: `${VAR}` is an environment variable,
  `${VAR:-default}` has a default for one that is unset or empty, `${file:/path}` is the content of
  a file without the line end at its end, `$${` is a plain `${`. What is put in is text: it cannot
  add keys. In flow style (`{a: "${B}"}`) quote it. An error shows a value as written, never what
  was put in.
)";

// Cells of a table end at a bar.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

// Where each section stands that was written already: one that stands in several places is written
// once.
using Written = std::map<const SectionText*, std::string>;

// `heading` is the path of the section, empty for the whole file.
void write_section(std::string& out, const std::string& heading, const SectionText& section,
                   Written& written) {
  out += fmt::format("\n### {}\n\n", heading.empty() ? "The file" : fmt::format("`{}`", heading));
  const auto [earlier, is_new] = written.emplace(&section, heading);
  if (!is_new) {
    out += fmt::format("As `{}`.\n", earlier->second);
    return;
  }
  if (!section.help.empty()) out += section.help + "\n\n";
  out += "| key | takes | default | |\n|---|---|---|---|\n";
  for (const SettingText& setting : section.settings) {
    const SectionText* const own = setting.section.get();
    const std::string& help = setting.help.empty() && own != nullptr ? own->help : setting.help;
    out += fmt::format("| `{}` | {} | {} | {} |\n", setting.key, cell(setting.type),
                       setting.default_value.empty() ? "**required**" : cell(setting.default_value),
                       cell(help));
  }
  if (!section.later.empty()) {
    out += "\nNot in this version:";
    for (const std::string& key : section.later) out += fmt::format(" `{}`", key);
    out += ".\n";
  }
  for (const SettingText& setting : section.settings) {
    if (setting.section == nullptr) continue;
    write_section(
        out,
        fmt::format("{}{}{}{}", heading, heading.empty() ? "" : ".", setting.key, setting.suffix),
        *setting.section, written);
  }
}

void write_properties(std::string& out) {
  out +=
      "\n## Properties\n\nWhat an observation can be of, and the unit (UCUM) in which its number "
      "always is.\nA name known to nobody comes out as `raw.<name>`, unit `1`.\n\n"
      "| unit | properties |\n|---|---|\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Property& property : vocabulary()) {
    const std::string unit =
        property.kind == PropertyKind::flag ? "(flag)" : fmt::format("`{}`", property.unit);
    if (rows.empty() || rows.back().first != unit) rows.emplace_back(unit, "");
    rows.back().second += fmt::format("{}{}", rows.back().second.empty() ? "" : " ", property.name);
  }
  for (const auto& [unit, names] : rows) out += fmt::format("| {} | {} |\n", unit, names);
}

std::string_view explain_quality(v1::Quality quality) {
  switch (quality) {
    case v1::RANGE:
      return "the number is outside what is plausible of its property (table below)";
    case v1::RATE:
      return "since the reading before, at most an hour ago, it changed by more than the "
             "property's rate times the minutes between, one at least";
    case v1::STUCK:
      return "for the property's time, and six readings at least, it has been exactly the same, "
             "and "
             "it is not the value at which the property rests";
    case v1::CLOCK:
      return "the time as sent is unreadable or implausible, and the time of receipt stands in; or "
             "the clock of this machine is in doubt";
    case v1::UNIT_ASSUMED:
      return "neither the message nor its route says the unit: the name's usual one is taken";
    case v1::UNREGISTERED:
      return "the registry does not have the device";
    case v1::LATE:
      return "at least one window was closed for good before it came";
    case v1::LOCATION_MISMATCH:
      return "the stated place is a known mistake and was left out (latitude and longitude "
             "exchanged, metres, 0 and 0, no place on Earth), or lies over 1 km from where the "
             "device is registered, or the place lies in no zone of any layer";
    case v1::HISTORICAL:
      return "the source says that it sends stored values";
    default:
      return {};
  }
}

void write_quality(std::string& out) {
  out +=
      "\n## Quality\n\nWhat is known against a report or an observation. A flag never means that a "
      "value was changed.\n\n| flag | |\n|---|---|\n";
  for (int flag = v1::Quality_MIN + 1; flag <= v1::Quality_MAX; ++flag) {
    const auto quality = static_cast<v1::Quality>(flag);
    out += fmt::format("| `{}` | {} |\n", v1::Quality_Name(quality), explain_quality(quality));
  }
}

std::string shown(const std::optional<double>& number) {
  return number ? fmt::format("{}", *number) : "";
}

void write_limits(std::string& out) {
  out +=
      "\n## Plausible values\n\nIn the property's unit; `quality` replaces them one by one. A "
      "property that is not here has no limits.\n\n"
      "| property | minimum | maximum | rate in a minute | stuck after | resting | source |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const quality::BuiltInLimits& row : quality::built_in_limits()) {
    const Limits& limits = row.limits;
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", row.property,
                       shown(limits.minimum), shown(limits.maximum), shown(limits.rate),
                       limits.stuck_after ? duration_text(*limits.stuck_after) : "",
                       shown(limits.resting), row.source);
  }
}

void write_statistics(std::string& out) {
  out +=
      "\n## Window results\n\n`statistics` has `min` and `max`; and `mean`, `sum` and `stddev` (of "
      "the sample, from two readings\non) where the arithmetic mean is the true one. It is not for:"
      "\n\n| property | true mean |\n|---|---|\n";
  for (const Property& property : vocabulary()) {
    if (property.mean == Mean::arithmetic) continue;
    out += fmt::format("| {} | {} |\n", property.name,
                       property.mean == Mean::energy ? "of the energies" : "of unit vectors");
  }
  out +=
      "\nNot in this version: those other means, `median`, `p95`, and statistics of one property "
      "alone (`laeq`).\n\n"
      "`revision` is the time of the tick that emitted a result; of one window the highest wins, "
      "always. Readings\nthat come after `finalAfter` are missed. One last revision can be dated "
      "later: that of readings which came\nbefore, when no tick followed them in time because "
      "MQTT was not connected. `incomplete`: the window began\nbefore the first record of the "
      "journal or before its definition, or its definition was removed before it ended.\n";
}

template <class Reason, std::size_t n>
void write_reasons(std::string& out, const std::array<std::string_view, n>& names,
                   std::string_view (*explain)(Reason)) {
  out += "| reason | |\n|---|---|\n";
  for (std::size_t i = 0; i < n; ++i) {
    out += fmt::format("| `{}` | {} |\n", names[i], explain(static_cast<Reason>(i)));
  }
}

std::string_view explain_dead_letter(DeadLetterReason reason) {
  switch (reason) {
    case DeadLetterReason::malformed:
      return "the payload is not what its format says";
    case DeadLetterReason::unknown_format:
      return "the payload is of no kind that the format knows";
    case DeadLetterReason::unknown_device:
      return "the registry does not have the device, and the route rejects such";
    case DeadLetterReason::identity_mismatch:
      return "topic and payload name different devices, or the device is another provider's: by "
             "the "
             "registry, or because it was heard there first";
    case DeadLetterReason::no_codec:
      return "the payload is binary and nothing says how to read it";
    case DeadLetterReason::bad_unit:
      return "the unit is unknown or cannot measure the property";
    case DeadLetterReason::bad_value:
      return "the value is of the wrong kind or no number";
    case DeadLetterReason::too_large:
      return "over the route's `limits.payload`, or over what the topic takes";
    case DeadLetterReason::too_deep:
      return "nested deeper than the route's `limits.depth`";
    case DeadLetterReason::limit:
      return "over another cap of the route";
    case DeadLetterReason::unsupported_version:
      return "the format's version is one that Senne does not read";
    case DeadLetterReason::quarantined:
      return "the process died on it twice in a row";
    case DeadLetterReason::policy:
      return "the route does not allow it";
  }
  return "";
}

std::string_view explain_suppressed(SuppressedReason reason) {
  switch (reason) {
    case SuppressedReason::personal:
      return "it says nothing but what identifies a person";
    case SuppressedReason::duplicate:
      return "it has no usable reading, and the broker delivered it before";
    case SuppressedReason::simulated:
      return "the network marks it as simulated";
    case SuppressedReason::join:
      return "a device joins its network";
    case SuppressedReason::status:
      return "the state of a device or gateway, no reading";
    case SuppressedReason::location:
      return "a computed location, no reading";
    case SuppressedReason::downlink:
      return "a message to a device";
    case SuppressedReason::ack:
      return "the acknowledgement of a downlink";
    case SuppressedReason::log:
      return "a log line of the network";
    case SuppressedReason::retained:
      return "an old message that the broker kept, without a time of its own";
    case SuppressedReason::command:
      return "a command to a device";
    case SuppressedReason::bridge:
      return "about a bridge between networks";
    case SuppressedReason::no_route:
      return "its route was removed while it waited";
    case SuppressedReason::k:
      return "too few people to be told apart safely";
  }
  return "";
}

}  // namespace

std::string reference_markdown() {
  std::string out(opening);
  const auto file = configuration_type().section;
  Written written;
  write_section(out, "", *file, written);
  write_properties(out);
  write_quality(out);
  write_limits(out);
  write_statistics(out);
  out +=
      "\n## Device status\n\nOf every device that is heard, on `urban.devices.v1`: `ONLINE` with "
      "its "
      "first report, `OFFLINE` when the registry gives it an `interval` and it was silent for more "
      "than three of them while MQTT was connected, when its death was announced (Sparkplug B, "
      "Tasmota, Zigbee2MQTT), or when its Sparkplug node was born again, until it is born too. "
      "A change leaves at the next tick; else, when the "
      "device was heard, a status every ten minutes at most, with `battery` (its last "
      "`battery_level`) and `link` (its last `rssi` and `snr`).\n";
  out += "\n## Dead letters\n\nWhy a message, or a reading of one, could not be used.\n\n";
  write_reasons(out, dead_letter_reason_names, &explain_dead_letter);
  out += "\n## Suppressed\n\nMessages that are rightly no observation: counted, not sent.\n\n";
  write_reasons(out, suppressed_reason_names, &explain_suppressed);
  return out;
}

}  // namespace senne::app
