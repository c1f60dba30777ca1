#include <set>

#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "pipeline/normalise/registry.h"

namespace senne::app {
namespace {

Section<Device> location() {
  // A place is there as a whole or not at all, so that a new one begins at zero.
  const auto place = [](auto& device) -> auto& {
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(device)>>) {
      if (!device.location) device.location.emplace();
    }
    return *device.location;
  };
  return Section<Device>(
             "Where it stands, WGS84. Not here in this version: lambert72, lambert2008.")
      .required(
          "latitude", number(-90, 90), [place](auto& d) -> auto& { return place(d).latitude; },
          "Degrees.")
      .required(
          "longitude", number(-180, 180), [place](auto& d) -> auto& { return place(d).longitude; },
          "Degrees.")
      .optional(
          "altitude", optionally(number(-12'000, 100'000)),
          [place](auto& d) -> auto& { return place(d).altitude; }, "m.")
      .later("lambert72")
      .later("lambert2008")
      .written_if([](const Device& d) { return d.location.has_value(); });
}

Type<Device> device_type() {
  return Section<Device>("One device of the registry.")
      .required("id", text(256), &Device::id,
                "As its messages name it; a LoRaWAN DevEUI in any letter case. Unique.")
      .optional("provider", plain_name(), &Device::provider, "Whose routes may speak for it.",
                "the instance")
      .optional("profile", profile_type(), &Device::profile,
                "How its bytes are read where the network server hands on only those: the name of "
                "a codec table, built in (codecs.md lists them) or of `codecs`.",
                "none")
      .group("title", Section<Device>("Its name, for people.")
                          .optional("fr", text(), &Device::title_fr, "In French.")
                          .optional("nl", text(), &Device::title_nl, "In Dutch."))
      .group("location", location())
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
      .later("calibration")
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
    if (!devices) return devices;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < devices->size(); ++i) {
      std::string id = (*devices)[i].id;
      normalise::lower_dev_eui(id);
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
