#include "core/configuration.h"

#include <array>

namespace senne {
namespace {

constexpr std::array<std::string_view, format_count> format_names = {"tts-v3",
                                                                     "chirpstack-v4",
                                                                     "chirpstack-v4-protobuf",
                                                                     "chirpstack-v3",
                                                                     "loriot",
                                                                     "thingpark",
                                                                     "senml-json",
                                                                     "senml-cbor",
                                                                     "kpn",
                                                                     "ngsi-v2",
                                                                     "ngsi-ld",
                                                                     "sparkplug-b",
                                                                     "ultralight",
                                                                     "iotagent-json",
                                                                     "tasmota",
                                                                     "zigbee2mqtt",
                                                                     "sensor-community",
                                                                     "thingsboard-gateway",
                                                                     "sentilo",
                                                                     "sensorthings",
                                                                     "hsl-hfp",
                                                                     "mapping"};

}  // namespace

std::string_view name(Format format) { return format_names[static_cast<std::size_t>(format)]; }

std::string_view provider_of(const Route& route, const PipelineConfiguration& configuration) {
  return route.provider.empty() ? configuration.instance : route.provider;
}

std::optional<Format> format_from_name(std::string_view name) {
  for (std::size_t i = 0; i < format_names.size(); ++i) {
    if (format_names[i] == name) return static_cast<Format>(i);
  }
  return std::nullopt;
}

}  // namespace senne
