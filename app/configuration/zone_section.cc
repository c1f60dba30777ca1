#include <set>

#include "app/configuration/geojson.h"
#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "app/configuration/substitution.h"
#include "pipeline/place/zones.h"

namespace senne::app {
namespace {

// A layer as it stands in the file: its zones in a GeoJSON file, or, as they are stored, in line.
struct WrittenLayer {
  ZoneLayer layer;
  std::string geojson;
  GeojsonNames names;
};

Type<std::string> zone_id() {
  Type<std::string> type = text(100);
  type.words = "1 to 100 characters without spaces and /";
  type.read = [read = type.read, words = type.words](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::string> {
    auto id = read(from, node, path);
    if (!id || id->find_first_of("/ ") != id->npos) return expected(node, path, words);
    return id;
  };
  return type;
}

Type<std::string> polygons() {
  Type<std::string> type;
  type.words = "well-known text of a POLYGON or MULTIPOLYGON";
  type.read = [words = type.words](const Surroundings& from, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar) return expected(node, path, words);
    const std::string fault = from.written() ? place::fault_of_valid_polygons(node.text)
                                             : place::fault_of_polygons(node.text);
    if (!fault.empty()) {
      return fail_in(node, path, fmt::format("expected {}: {}", words, fault));
    }
    return node.text;
  };
  type.write = [](const std::string& value, Secrets) { return text_node(value); };
  return type;
}

Type<Zone> zone_type() {
  return Section<Zone>("One zone.")
      .required("id", zone_id(), &Zone::id, "Unique in its layer.")
      .group("title", Section<Zone>("Its name, for people.")
                          .optional("fr", text(), &Zone::title_fr, "In French.")
                          .optional("nl", text(), &Zone::title_nl, "In Dutch."))
      .required("polygons", polygons(), &Zone::polygons,
                "Where it lies: WGS84, longitude before latitude.")
      .type();
}

Result<void> read_geojson(const Surroundings& from, const Node& node, const std::string& path,
                          WrittenLayer& written) {
  const Node& named = *node.find("geojson");
  if (node.find("zones") != nullptr) {
    return fail_in(named, path + ".geojson", "`zones` is given as well; expected one of them");
  }
  if (node.find("id") == nullptr) {
    return fail_at(node.mark, fmt::format("missing key `id` in {}, with `geojson`", path));
  }
  const std::string file = resolved_path(from.base_dir, written.geojson);
  const auto content = read_text_file(file, document_bytes_max);
  if (!content) {
    return fail_in(named, path + ".geojson",
                   fmt::format("cannot read {}: {}", shown(named), content.error().message));
  }
  auto zones = zones_from_geojson(*content, file, written.names);
  if (!zones) return fail_in(named, path + ".geojson", zones.error().message);
  written.layer.zones = std::move(*zones);
  return {};
}

Result<void> check_layer(const Surroundings& from, const Node& node, const std::string& path,
                         WrittenLayer& written) {
  if (node.find("geojson") != nullptr) return read_geojson(from, node, path, written);
  const Node* const zones = node.find("zones");
  if (zones == nullptr) {
    return fail_at(node.mark, fmt::format("missing key `geojson` in {}", path));
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < written.layer.zones.size(); ++i) {
    if (ids.insert(written.layer.zones[i].id).second) continue;
    const Node& id = *zones->items[i].find("id");
    return fail_in(id, fmt::format("{}.zones[{}].id", path, i),
                   fmt::format("{} is the id of an earlier zone", shown(id)));
  }
  return {};
}

Type<ZoneLayer> layer_type() {
  const auto layer = [](auto& w) -> auto& { return w.layer; };
  const auto names = [](auto& w) -> auto& { return w.names; };
  const Type<WrittenLayer> section =
      Section<WrittenLayer>("One way to divide the city.")
          .required(
              "name", plain_name(), [=](auto& w) -> auto& { return layer(w).name; },
              "Unique; records say `<name>/<zone id>`.")
          .optional("geojson", text(4096), &WrittenLayer::geojson,
                    "A file of GeoJSON (RFC 7946) with a Polygon or MultiPolygon a feature. "
                    "Features of one id are parts of one zone. A file with the older `crs` member "
                    "may be in metres of EPSG:31370 or EPSG:3812.",
                    "none")
          .optional(
              "id", text(), [=](auto& w) -> auto& { return names(w).id; },
              "With `geojson`, required: the property that names a zone.", "none")
          .group("title", Section<WrittenLayer>("With `geojson`: which properties have its titles.")
                              .optional(
                                  "fr", text(), [=](auto& w) -> auto& { return names(w).title_fr; },
                                  "In French.")
                              .optional(
                                  "nl", text(), [=](auto& w) -> auto& { return names(w).title_nl; },
                                  "In Dutch."))
          .optional(
              "zones", list_of(zone_type(), "a list of maps", 1),
              [=](auto& w) -> auto& { return layer(w).zones; }, "Or the zones themselves.", "none")
          .check(check_layer)
          .type();
  Type<ZoneLayer> type;
  type.words = section.words;
  type.section = section.section;
  type.read = [section](const Surroundings& from, const Node& node,
                        const std::string& path) -> Result<ZoneLayer> {
    auto written = section.read(from, node, path);
    if (!written) return tl::unexpected(written.error());
    return std::move(written->layer);
  };
  // Stored in line, whichever file it came from.
  type.write = [section](const ZoneLayer& value, Secrets secrets) {
    return section.write(WrittenLayer{value, {}, {}}, secrets);
  };
  return type;
}

}  // namespace

Type<std::vector<ZoneLayer>> zones_type() {
  Type<std::vector<ZoneLayer>> type = list_of(layer_type(), "a list of maps");
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::vector<ZoneLayer>> {
    auto layers = read(from, node, path);
    if (!layers) return layers;
    std::set<std::string> names;
    for (std::size_t i = 0; i < layers->size(); ++i) {
      if (names.insert((*layers)[i].name).second) continue;
      const Node& name = *node.items[i].find("name");
      return fail_in(name, fmt::format("{}[{}].name", path, i),
                     fmt::format("{} is the name of an earlier layer", shown(name)));
    }
    return layers;
  };
  type.write = [write = type.write](const std::vector<ZoneLayer>& layers, Secrets secrets) {
    return layers.empty() ? Node{} : write(layers, secrets);
  };
  return type;
}

}  // namespace senne::app
