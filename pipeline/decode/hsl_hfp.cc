#include "pipeline/decode/hsl_hfp.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "pipeline/decode/json_time.h"
#include "pipeline/decode/known_fields.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

constexpr std::array<KnownField, 3> known_fields = {
    {{"spd", "vehicle_speed", "m/s"}, {"occu", "occupancy", "%"}, {"drst", "door_open", ""}}};

// Who, when and where: said by the report itself.
class SaidByReport final : public Covered {
 public:
  bool covers(const Leaf& leaf) const override {
    for (const std::string_view name : {"oper", "veh", "tst", "tsi", "lat", "long"}) {
      if (leaf.path == name) return true;
    }
    return false;
  }
};

// Operator and vehicle of `/hfp/v2/journey/{phase}/{event}/{mode}/{operator}/{vehicle}/...`; v1 has
// no event. Of the payload's `oper` the trip's operator, which may be another than the vehicle's.
struct Vehicle {
  std::uint64_t owner = 0;
  std::uint64_t number = 0;
};

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Vehicle> vehicle_of_topic(std::string_view topic) {
  if (topic.starts_with('/')) topic.remove_prefix(1);
  std::array<std::string_view, 9> levels;
  const std::size_t count = split_topic(topic, levels);
  if (levels[0] != "hfp") return std::nullopt;
  const std::size_t first = levels[1] == "v1" ? 5 : 6;
  if (count < first + 2) return std::nullopt;
  const auto owner = whole(levels[first]);
  const auto number = whole(levels[first + 1]);
  if (!owner || !number) return std::nullopt;
  return Vehicle{*owner, *number};
}

std::optional<std::uint64_t> whole_member(object from, std::string_view name) {
  const auto value = member(from, name);
  std::uint64_t number = 0;
  if (!value || value->get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

}  // namespace

HslHfpDecoder::HslHfpDecoder(const Route& route)
    : json_(route.limits),
      fields_(route.limits.readings_per_message),
      readings_limit_(route.limits.readings_per_message) {}

DecodeResult HslHfpDecoder::decode(const Message& message, Instant /*receive_time*/, Decoded& out) {
  const auto root = json_.parse_object(message);
  if (!root) return tl::unexpected(root.error());
  object event;
  std::string_view event_name;
  for (const auto field : *root) {
    if (field.value.get(event) != simdjson::SUCCESS) continue;
    event_name = field.key;
    break;
  }
  if (event_name.empty()) {
    return rejected(DeadLetterReason::malformed, "expected an event, such as /VP");
  }
  const auto number = whole_member(event, "veh");
  auto vehicle = vehicle_of_topic(message.topic);
  if (vehicle && number && vehicle->number != *number) {
    return wrong_device(fmt::format("{}", vehicle->number), fmt::format("/{}/veh", event_name),
                        fmt::format("{}", *number));
  }
  if (const auto owner = whole_member(event, "oper"); !vehicle && owner && number) {
    vehicle = Vehicle{*owner, *number};
  }
  if (!vehicle) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected operator and vehicle in the topic, or at /{0}/oper and "
                                "/{0}/veh",
                                event_name));
  }
  const SaidByReport said;
  if (!fields_.append(event, &said, out)) return too_many_readings(readings_limit_);
  if (out.readings.empty()) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected readings, such as /{}/spd", event_name));
  }
  for (RawReading& reading : out.readings) {
    if (const KnownField* const known = find_field(known_fields, reading.name)) {
      name_by(*known, reading);
    }
  }
  char id[48];
  const auto end = fmt::format_to_n(id, sizeof id, "{}/{}", vehicle->owner, vehicle->number).out;
  Report report;
  report.device = out.keep({id, static_cast<std::size_t>(end - id)});
  report.time = rfc3339_time_member(event, "tst");
  if (!report.time.start) {
    const SentTime epoch = epoch_time_member(event, "tsi", EpochUnit::seconds);
    if (epoch.start) report.time = epoch;
  }
  report.location = location_at(number_member(event, "lat"), number_member(event, "long"));
  add_report(report, 0, out);
  return {};
}

}  // namespace senne::decode
