#include "pipeline/decode/iotagent_topic.h"

#include <array>

#include "pipeline/decode/lorawan.h"

namespace senne::decode {

std::optional<IotAgentTopic> iotagent_topic(std::string_view topic) {
  if (topic.starts_with('/')) topic.remove_prefix(1);
  std::array<std::string_view, 5> levels;
  std::size_t count = split_topic(topic, levels);
  if (count > levels.size()) return std::nullopt;
  std::size_t first = 0;
  // Three levels are {apikey}/{device}/attrs, even if the key is called `ul`.
  if (count > 3 && (levels[0] == "ul" || levels[0] == "json")) ++first;
  count -= first;
  if (count < 3 || count > 4) return std::nullopt;
  IotAgentTopic parts;
  parts.device = levels[first + 1];
  if (parts.device.empty()) return std::nullopt;
  const std::string_view kind = levels[first + 2];
  if (kind == "attrs") {
    if (count == 4) parts.attribute = levels[first + 3];
    return parts;
  }
  if (kind == "cmd" || kind == "cmdexe") {
    parts.suppressed = SuppressedReason::command;
  } else if (kind == "configuration") {
    parts.suppressed = SuppressedReason::status;
  } else {
    return std::nullopt;
  }
  return parts;
}

}  // namespace senne::decode
