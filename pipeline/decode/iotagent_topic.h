// The topics of FIWARE's IoT agents: `/{apikey}/{device}/attrs[/{attribute}]`, in newer releases
// below `ul` or `json`.
#pragma once

#include <optional>
#include <string_view>

#include "core/reason.h"

namespace senne::decode {

struct IotAgentTopic {
  std::string_view device;
  std::string_view attribute;  // empty: the payload names them
  std::optional<SuppressedReason> suppressed;
};

// Nothing for a topic of another shape.
std::optional<IotAgentTopic> iotagent_topic(std::string_view topic);

}  // namespace senne::decode
