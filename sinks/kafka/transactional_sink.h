// Exactly once: outputs and position in one Kafka transaction.
//
// The transactional id is the instance's, so that whoever claims fences every earlier owner; the
// position is the committed offset of the group of the same name.
#pragma once

#include <memory>

#include "sinks/kafka/cluster_sink.h"

namespace senne::sinks {

// THREAD  one.
// OWNS    its transaction. Destruction aborts nothing: the next claim does, or the cluster's
//         time-out.
// FAILS   see core/sink.h. A commit whose outcome is not known within the transaction's time-out is
//         `restart`: the position read after the next claim tells.
class TransactionalSink final : public ClusterSink {
 public:
  TransactionalSink(const KafkaSettings& settings, std::string_view instance, Logger& logger);

  SinkResult<std::optional<Committed>> committed() override;
  SinkResult<void> claim() override;
  SinkResult<void> begin() override;
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override;
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override;

 private:
  using GroupMetadata = std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                                        Destroy<rd_kafka_consumer_group_metadata_destroy>>;

  // Calls until it succeeds, fails for good, or the transaction's time-out has passed.
  template <class Call>
  SinkResult<void> persist(const char* what, Call&& call);
  SinkError error_of(const char* what, const rd_kafka_error_t* error) const;
  void abort();

  const Duration transaction_timeout_;
  const GroupMetadata group_;
  bool claimed_ = false;
  bool open_ = false;
};

}  // namespace senne::sinks
