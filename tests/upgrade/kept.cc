#include "tests/upgrade/kept.h"

#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"

namespace senne::test {

std::string encode(const Kept& kept) {
  const nlohmann::ordered_json json = {
      {"release", kept.release},  {"start_ns", to_nanos(kept.start)},
      {"sent", kept.sent},        {"committed_messages", kept.committed_messages},
      {"cluster", kept.cluster},  {"position", kept.position},
      {"metadata", kept.metadata}};
  return json.dump(2) + "\n";
}

Kept read_kept(const std::string& folder) {
  const auto json = nlohmann::json::parse(read_file(folder + "/about.json"));
  Kept kept;
  kept.release = json.at("release");
  kept.start = instant_from_nanos(json.at("start_ns"));
  kept.sent = json.at("sent");
  kept.committed_messages = json.at("committed_messages");
  kept.cluster = json.at("cluster");
  kept.position = json.at("position");
  kept.metadata = json.at("metadata");
  return kept;
}

}  // namespace senne::test
