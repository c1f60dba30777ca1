// Any text as the file of a layer of zones: its zones, or one line that says where it is not.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/configuration/geojson.h"
#include "core/check.h"
#include "pipeline/place/zones.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto zones = senne::app::zones_from_geojson(text, "zones.geojson", {"id", "name", ""});
  if (!zones) {
    SENNE_CHECK(zones.error().message.starts_with("zones.geojson: "));
    SENNE_CHECK(zones.error().message.find('\n') == std::string::npos);
    const bool called_no_json = zones.error().message.starts_with("zones.geojson: not valid JSON");
    SENNE_CHECK(called_no_json == !nlohmann::json::accept(text));
    return 0;
  }
  std::vector<senne::ZoneLayer> layers(1);
  for (const senne::Zone& zone : *zones) {
    if (senne::place::fault_of_polygons(zone.polygons).empty()) layers[0].zones.push_back(zone);
  }
  senne::place::Zones index(layers);
  for (const double east : {4.0, 4.35, 5.0}) {
    SENNE_CHECK(index.find({50.81, east, std::nullopt}).size() <= layers[0].zones.size());
  }
  return 0;
}
