// Reads a topic from outside: what `senne tail` shows and what tests check. It joins no group,
// commits nothing, and sees only committed records.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "core/logging.h"
#include "core/result.h"
#include "core/sink.h"
#include "core/time.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// Valid during the call that hands it out.
struct ConsumedRecord {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  Instant timestamp;  // the producer's
  std::string_view key;
  std::string_view value;
  std::span<const Header> headers;
};

struct FromBeginning {};
struct FromEnd {};
// An Instant: the first record of each partition at or after it.
using ReadFrom = std::variant<FromBeginning, FromEnd, Instant>;

// Calls `on_record` for each record of the topic (the full name), partitions interleaved, until
// `go_on` says no; it is asked before each record and at least ten times a second.
// FAILS  not_found when the topic does not exist, failed when the cluster cannot be read.
Result<void> read_topic(const KafkaSettings& settings, const std::string& topic, ReadFrom from,
                        const std::function<void(const ConsumedRecord&)>& on_record,
                        const std::function<bool()>& go_on, Logger& logger);

}  // namespace senne::sinks
