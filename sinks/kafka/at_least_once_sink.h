// At least once: records are delivered first, then the position is committed on its own. For
// clusters without transactions, the embedded one among them. A crash between the two sends records
// again.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/logging.h"
#include "core/sink.h"
#include "sinks/kafka/client.h"
#include "sinks/kafka/cluster_view.h"
#include "sinks/kafka/outgoing_topics.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// THREAD  one.
// OWNS    its producer and the handle that commits the position.
// FAILS   see core/sink.h; never `fenced`: without transactions nothing keeps a second owner out.
class AtLeastOnceSink final : public Sink {
 public:
  AtLeastOnceSink(const KafkaSettings& settings, std::string_view instance, Logger& logger);

  SinkResult<std::optional<Committed>> committed() override;
  std::string cluster_id() const override { return cluster_id_; }
  SinkResult<void> claim() override;
  std::size_t size_limit(Topic topic) const override;
  SinkResult<void> begin() override;
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override;
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override;

 private:
  SinkResult<ClusterView*> view();
  SinkResult<void> deliver_all();

  KafkaSettings settings_;
  std::string owner_;
  Logger& logger_;
  std::optional<ClusterView> view_;
  std::string cluster_id_;
  std::array<std::size_t, topic_count> size_limits_{};
  std::optional<Client> producer_;
  OutgoingTopics topics_;
  bool open_ = false;
};

}  // namespace senne::sinks
