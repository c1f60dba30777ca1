// Whether what a case expects of records can stand in a record at all: a name that no record has
// would make `~` always true, and any other value never.
//
// FAILS   ErrorKind::configuration at the first name or value that cannot.
#pragma once

#include <array>
#include <string>

#include "app/configuration/type.h"
#include "core/sink.h"

namespace senne::app {

// By Topic, as they stand in the records.
using TopicNames = std::array<std::string, topic_count>;

// A list of records, or `contains:` and the list.
Result<void> check_records(const Node& expected, const std::string& path, const TopicNames& topics);

}  // namespace senne::app
