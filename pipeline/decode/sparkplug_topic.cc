#include "pipeline/decode/sparkplug_topic.h"

#include <array>
#include <span>

#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

constexpr std::size_t node_levels = 4;
constexpr std::size_t device_levels = 5;

struct Type {
  std::string_view name;
  SparkplugType type;
  std::size_t levels;
};
constexpr Type types[] = {
    {"NBIRTH", SparkplugType::nbirth, node_levels},
    {"NDATA", SparkplugType::ndata, node_levels},
    {"NDEATH", SparkplugType::ndeath, node_levels},
    {"NCMD", SparkplugType::ncmd, node_levels},
    {"DBIRTH", SparkplugType::dbirth, device_levels},
    {"DDATA", SparkplugType::ddata, device_levels},
    {"DDEATH", SparkplugType::ddeath, device_levels},
    {"DCMD", SparkplugType::dcmd, device_levels},
};

}  // namespace

std::optional<SparkplugTopic> parse_sparkplug_topic(std::string_view topic) {
  std::array<std::string_view, device_levels> levels{};
  const std::size_t count = split_topic(topic, levels);
  if (count > levels.size() || levels[0] != "spBv1.0") return std::nullopt;
  for (const std::string_view level : std::span(levels).first(count)) {
    if (level.empty()) return std::nullopt;
  }
  if (count == 3 && levels[1] == "STATE") return SparkplugTopic{};
  for (const Type& type : types) {
    if (levels[2] != type.name || count != type.levels) continue;
    return SparkplugTopic{type.type, levels[1], levels[3], levels[4]};
  }
  return std::nullopt;
}

}  // namespace senne::decode
