// A message as a person states it, to see what becomes of it.
#pragma once

#include <string>

#include "core/time.h"

namespace senne::app {

struct TrialMessage {
  std::string topic;
  std::string payload;
  std::string user_properties;  // core/user_properties.h
  Instant received;             // not before that of the message before
  bool retained = false;
};

}  // namespace senne::app
