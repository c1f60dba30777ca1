// The text beside the committed offset: whose position it is.
//
// One line of printable ASCII, so that `kafka-consumer-groups` and the like can show it:
//   senne/1 journal=<32 hex digits> ledger=<16 hex digits>[ after=<32 hex digits>@<position>]...
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/sink.h"

namespace senne::sinks {

// At most 4096 bytes, which is what a Kafka broker takes by default.
std::string encode_commit_metadata(const CommitMetadata& metadata);

// FAILS  ErrorKind::version when a newer release wrote it, ErrorKind::damage when it is something
//        else; both print it.
Result<CommitMetadata> parse_commit_metadata(std::string_view text);

}  // namespace senne::sinks
