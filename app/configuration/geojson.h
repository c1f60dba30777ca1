// The zones of a GeoJSON file (RFC 7946): a FeatureCollection of Polygons and MultiPolygons.
//
// FAILS  ErrorKind::configuration with `file: where: what`, for what is not that; where is
//        `features[3]`, counted from 0, or a property of it.
#pragma once

#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/result.h"

namespace senne::app {

// Which properties of a feature say what.
struct GeojsonNames {
  std::string id;        // text or a number
  std::string title_fr;  // empty: there is none
  std::string title_nl;
};

// Features with one id are parts of one zone. Where the file has the `crs` member of GeoJSON's
// first edition and names EPSG:31370 or EPSG:3812, coordinates are metres of that grid; else they
// are degrees of WGS84. Heights are passed over.
Result<std::vector<Zone>> zones_from_geojson(std::string_view text, const std::string& file,
                                             const GeojsonNames& names);

}  // namespace senne::app
