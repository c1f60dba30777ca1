// A user's own case: messages in, the records expected of each. docs/testing.md has the language.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/configuration/node.h"
#include "app/trial_message.h"

namespace senne::app {

// One message of a case, and what is to become of it.
struct CaseMessage {
  TrialMessage message;
  Mark topic_mark;
  Node expected;                          // of the records; nothing: `suppressed` is expected
  std::optional<std::string> suppressed;  // the reason
};

struct Case {
  std::string name;
  Mark mark;
  double tolerance = 0;  // of numbers, absolute
  std::vector<CaseMessage> messages;
};

}  // namespace senne::app
