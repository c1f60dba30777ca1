#include <array>
#include <set>

#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/vocabulary.h"
#include "pipeline/decode/time_text.h"
#include "pipeline/normalise/registry.h"
#include "pipeline/place/lambert.h"
#include "pipeline/place/plausible.h"
#include "sinks/cloud_events.h"

namespace senne::app {
namespace {

// A place in one of the three ways to write it.
struct WrittenLocation {
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::optional<double> altitude;
  std::vector<double> lambert72;
  std::vector<double> lambert2008;
};

// Out of an easting and a northing.
Result<Location> from_metres(const Node& node, const std::string& path, place::Grid grid,
                             const std::vector<double>& metres) {
  const place::Extent extent = place::extent_of(grid);
  const auto where =
      metres.size() == 2 ? place::from_grid(grid, metres[0], metres[1]) : std::optional<Location>();
  if (where) return *where;
  return fail_in(
      node, path,
      fmt::format("expected [x, y] in metres, a place in Belgium: x from {} to {}, y from "
                  "{} to {}{}",
                  extent.x_min, extent.x_max, extent.y_min, extent.y_max,
                  metres.size() == 2 ? fmt::format(", got [{}, {}]", metres[0], metres[1])
                                     : fmt::format(", got {} numbers", metres.size())));
}

Result<Location> from_degrees(const Node& node, const std::string& path,
                              const WrittenLocation& written) {
  for (const char* key : {"latitude", "longitude"}) {
    if (node.find(key) == nullptr) {
      return fail_at(node.mark, fmt::format("missing key `{}` in {}", key, path));
    }
  }
  const Location location{*written.latitude, *written.longitude, written.altitude};
  const place::Fault fault = place::fault_of(location);
  if (fault == place::Fault::none) return location;
  return fail_in(node, path,
                 fmt::format("latitude {}, longitude {}: {}", location.latitude, location.longitude,
                             place::words_for(fault)));
}

Type<std::optional<Location>> location_type() {
  const auto metres = list_of(number(-1e7, 1e7), "a list of two numbers: [x, y]", 2);
  const Type<WrittenLocation> section =
      Section<WrittenLocation>(
          "Where it stands: WGS84, or one of the Belgian grids. Who stands nowhere has none.")
          .optional("latitude", optionally(number(-1e7, 1e7)), &WrittenLocation::latitude,
                    "Degrees.")
          .optional("longitude", optionally(number(-1e7, 1e7)), &WrittenLocation::longitude,
                    "Degrees.")
          .optional("altitude", optionally(number(-12'000, 100'000)), &WrittenLocation::altitude,
                    "m.")
          .optional("lambert72", metres, &WrittenLocation::lambert72,
                    "Instead: metres of EPSG:31370. Good to 1 m.", "none")
          .optional("lambert2008", metres, &WrittenLocation::lambert2008,
                    "Instead: metres of EPSG:3812.", "none")
          .type();
  Type<std::optional<Location>> type;
  type.words = section.words;
  type.section = section.section;
  type.read = [section](const Surroundings& from, const Node& node,
                        const std::string& path) -> Result<std::optional<Location>> {
    const auto written = section.read(from, node, path);
    if (!written) return tl::unexpected(written.error());
    const Node* const l72 = node.find("lambert72");
    const Node* const l2008 = node.find("lambert2008");
    const bool degrees = node.find("latitude") != nullptr || node.find("longitude") != nullptr;
    if ((l72 != nullptr) + (l2008 != nullptr) + degrees > 1) {
      return fail_in(node, path,
                     "expected one of `latitude` with `longitude`, `lambert72` and `lambert2008`");
    }
    auto location = l72 != nullptr ? from_metres(*l72, path + ".lambert72", place::Grid::lambert72,
                                                 written->lambert72)
                    : l2008 != nullptr ? from_metres(*l2008, path + ".lambert2008",
                                                     place::Grid::lambert2008, written->lambert2008)
                                       : from_degrees(node, path, *written);
    if (!location) return tl::unexpected(location.error());
    location->altitude = written->altitude;
    return std::optional(*location);
  };
  // As WGS84, however it was written: a replay must not depend on the conversion.
  type.write = [section](const std::optional<Location>& value, Secrets secrets) {
    if (!value) return Node{};
    return section.write({value->latitude, value->longitude, value->altitude, {}, {}}, secrets);
  };
  return type;
}

// A time, or a day: its first moment.
Type<std::optional<Instant>> day_or_time() {
  Type<std::optional<Instant>> type;
  type.words =
      "a day such as `2026-01-01` (from 00:00 UTC), or a time such as 2026-01-01T08:00:00Z";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::optional<Instant>> {
    constexpr std::size_t day_size = std::string_view("2026-01-01").size();
    const std::string text = node.text.size() == day_size ? node.text + "T00:00:00Z" : node.text;
    const auto time = decode::parse_rfc3339(text);
    if (node.kind != Node::Kind::scalar || !time) return expected(node, path, words);
    return time;
  };
  type.write = [](const std::optional<Instant>& value, Secrets) {
    if (!value) return Node{};
    std::array<char, 32> characters;
    return text_node(std::string(sinks::format_time(*value, characters)));
  };
  return type;
}

Type<Calibration> calibration_type() {
  return Section<Calibration>(
             "Corrects one property of it: measured * scale + offset, in the property's unit.")
      .required("property", observed_property_type(), &Calibration::property, "Which.")
      .optional("channel", text(128), &Calibration::channel, "Which of several.", "all of them")
      .optional("scale", number(-1e9, 1e9), &Calibration::scale, "Not 0.")
      .optional("offset", number(-1e9, 1e9), &Calibration::offset, "In the property's unit.")
      .optional("from", day_or_time(), &Calibration::from, "The first time that it holds for.",
                "always")
      .optional("to", day_or_time(), &Calibration::to,
                "The first time that it no longer holds for.", "for ever")
      .check([](const Surroundings&, const Node& node, const std::string& path,
                Calibration& one) -> Result<void> {
        const Property* const property = find_property(one.property);
        if (property != nullptr && property->kind == PropertyKind::flag) {
          return fail_in(*node.find("property"), path + ".property",
                         fmt::format("{} is a flag; expected a number", one.property));
        }
        if (one.scale == 0) return fail_in(*node.find("scale"), path + ".scale", "must not be 0");
        if (one.from && one.to && *one.from >= *one.to) {
          return fail_in(*node.find("to"), path + ".to", "expected a time after `from`");
        }
        return {};
      })
      .type();
}

bool overlap(const Calibration& a, const Calibration& b) {
  const bool same = a.property == b.property &&
                    (a.channel.empty() || b.channel.empty() || a.channel == b.channel);
  const bool a_before_b = a.to && b.from && *a.to <= *b.from;
  const bool b_before_a = b.to && a.from && *b.to <= *a.from;
  return same && !a_before_b && !b_before_a;
}

Result<void> check_device(const Surroundings&, const Node& node, const std::string& path,
                          Device& device) {
  const auto& all = device.calibration;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (!overlap(all[earlier], all[i])) continue;
      return fail_at(node.find("calibration")->items[i].mark,
                     fmt::format("{0}.calibration[{1}]: holds for a time that {0}.calibration[{2}] "
                                 "holds for as well",
                                 path, i, earlier));
    }
  }
  return {};
}

Type<Device> device_type() {
  return Section<Device>("One device of the registry.")
      .required(
          "id", text(256), &Device::id,
          "As its messages name it; a LoRaWAN DevEUI in any letter case, with or without `-` or "
          "`:` between its bytes. Unique.")
      .optional("provider", plain_name(), &Device::provider, "Whose routes may speak for it.",
                "the instance")
      .optional("profile", profile_type(), &Device::profile,
                "How its bytes are read where the network server hands on only those: the name of "
                "a codec table, built in (codecs.md lists them) or of `codecs`.",
                "none")
      .group("title", Section<Device>("Its name, for people.")
                          .optional("fr", text(), &Device::title_fr, "In French.")
                          .optional("nl", text(), &Device::title_nl, "In Dutch."))
      .optional("location", location_type(), &Device::location, "")
      .optional("interval",
                optionally(duration(std::chrono::seconds{1}, std::chrono::hours{24 * 366})),
                &Device::interval, "Expected between its reports.")
      .optional("classification",
                choice<Classification>(
                    {{"restricted", Classification::restricted}, {"open", Classification::open}}),
                &Device::classification,
                "What its provider decided. Nothing is published as open data in this version, "
                "whatever stands here; a start with `open` devices says so.")
      .optional("licence", text(), &Device::licence, "Of its data, such as `CC0-1.0`.")
      .optional("calibration", list_of(calibration_type(), "a list of maps", 1),
                &Device::calibration, "What its measurements are corrected by.", "none")
      .check(check_device)
      .type();
}

struct RegistryFile {
  std::vector<Device> devices;
};

}  // namespace

Type<std::vector<Device>> devices_type() {
  Type<std::vector<Device>> type = list_of(device_type(), "a list of maps");
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::vector<Device>> {
    auto devices = read(from, node, path);
    if (!devices || !from.written()) return devices;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < devices->size(); ++i) {
      std::string id = (*devices)[i].id;
      normalise::make_canonical(id);
      if (ids.insert(std::move(id)).second) continue;
      return fail_in(
          *node.items[i].find("id"), fmt::format("{}[{}].id", path, i),
          fmt::format("{} is the id of an earlier device", shown(*node.items[i].find("id"))));
    }
    return devices;
  };
  return type;
}

Type<std::vector<Device>> registry_type() {
  const Type<RegistryFile> file =
      Section<RegistryFile>("The file of `registry`.")
          .required("devices", devices_type(), &RegistryFile::devices, "The list.")
          .type();
  Type<std::vector<Device>> type;
  type.words = "the path of a file";
  type.read = [file](const Surroundings& from, const Node& node,
                     const std::string& path) -> Result<std::vector<Device>> {
    const auto root = read_named_file(from, node, path);
    if (!root) return tl::unexpected(root.error());
    auto registry = file.read(beside(from, node.text), *root, "");
    if (!registry) return tl::unexpected(registry.error());
    return std::move(registry->devices);
  };
  // Printed and stored in line, under `devices`.
  type.write = [](const std::vector<Device>&, Secrets) { return Node{}; };
  return type;
}

}  // namespace senne::app
