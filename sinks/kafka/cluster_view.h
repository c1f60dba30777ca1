// What a sink asks the cluster before and beside producing: the committed position, the cluster's
// id, and whether the topics are there and how much they take.
//
// THREAD  one.
// OWNS    a consumer handle that joins no group and reads no records.
// FAILS   SinkError: retry while the cluster is away or lacks a topic or a permission, naming it;
//         fatal when what stands there cannot be ours.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/logging.h"
#include "core/sink.h"
#include "core/time.h"
#include "sinks/kafka/client.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

class ClusterView {
 public:
  // What to read while a transaction that moves the position is undecided: the last decided one, or
  // wait for the decision.
  enum class Undecided : std::uint8_t { ignored, awaited };

  static SinkResult<ClusterView> open(const KafkaSettings& settings, const std::string& owner,
                                      Undecided undecided, Logger& logger);

  SinkResult<std::string> cluster_id();
  SinkResult<std::optional<Committed>> committed(Duration patience = std::chrono::seconds{6});
  // By Topic: bytes of key, value and headers that one record may have.
  SinkResult<std::array<std::size_t, topic_count>> size_limits();
  // Sets the position outside a transaction.
  SinkResult<void> commit(Position position, const CommitMetadata& metadata);

 private:
  ClusterView(const KafkaSettings& settings, Client client)
      : settings_(&settings), client_(std::move(client)) {}
  SinkResult<void> check_exists(const std::string& topic);

  const KafkaSettings* settings_;
  Client client_;
};

}  // namespace senne::sinks
