// At least once: records are delivered first, then the position is committed on its own. For
// clusters without transactions, the embedded one among them. A crash between the two sends records
// again.
#pragma once

#include "sinks/kafka/cluster_sink.h"

namespace senne::sinks {

// THREAD  one.
// FAILS   see core/sink.h; never `fenced`: without transactions nothing keeps a second owner out.
class AtLeastOnceSink final : public ClusterSink {
 public:
  AtLeastOnceSink(const KafkaSettings& settings, std::string_view instance, Logger& logger);

  SinkResult<std::optional<Committed>> committed() override;
  SinkResult<void> claim() override;
  SinkResult<void> begin() override;
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override;
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override;

 private:
  SinkResult<void> deliver_all();

  bool open_ = false;
};

}  // namespace senne::sinks
