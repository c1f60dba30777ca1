// The Senne configuration that fits the simulated city: its routes, mappings and device registry,
// as the texts of the files that an operator would write.
#pragma once

#include <string>
#include <vector>

#include "app/city/city.h"
#include "core/result.h"

namespace senne::city {

// Where the city's Senne finds its neighbours.
struct ConfigurationPlaces {
  std::string instance = "brussels-demo";
  std::string data_dir;
  std::string mqtt_url;
  std::string kafka_bootstrap_servers = "embedded";
  std::string http_listen = "127.0.0.1:0";
};

struct ConfigurationFile {
  std::string name;  // relative to the folder of senne.yaml
  std::string text;
};

// senne.yaml first, then what it names: devices.yaml and the mappings. It has 10-second windows
// beside the usual ones.
std::vector<ConfigurationFile> city_configuration(const CityOptions& options,
                                                  const ConfigurationPlaces& places);

// Writes those files into `directory`, which exists, and returns the path of senne.yaml.
Result<std::string> write_city_configuration(const CityOptions& options,
                                             const ConfigurationPlaces& places,
                                             const std::string& directory);

}  // namespace senne::city
