#include "sinks/kafka/at_least_once_sink.h"

#include <fmt/format.h>

#include <chrono>

#include "core/check.h"
#include "sinks/kafka/topic_facts.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;

constexpr Duration delivery_patience = std::chrono::seconds{15};

}  // namespace

AtLeastOnceSink::AtLeastOnceSink(const KafkaSettings& settings, std::string_view instance,
                                 Logger& logger)
    : ClusterSink(settings, instance, ClusterView::Undecided::ignored, logger) {}

SinkResult<std::optional<Committed>> AtLeastOnceSink::committed() {
  auto cluster = identified_view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  return (*cluster)->committed();
}

SinkResult<void> AtLeastOnceSink::claim() {
  if (auto made = make_producer(); !made) return made;
  topics_ = OutgoingTopics(*producer_, settings_);
  return {};
}

SinkResult<void> AtLeastOnceSink::begin() {
  SENNE_CHECK(producer_ && !open_);
  open_ = true;
  return {};
}

SinkResult<void> AtLeastOnceSink::emit(Topic topic, std::string_view key, std::string_view value,
                                       std::span<const Header> headers) {
  SENNE_CHECK(open_);
  return topics_.produce(*producer_, topic, key, value, headers, tell_);
}

SinkResult<void> AtLeastOnceSink::deliver_all() {
  const auto flushed = rd_kafka_flush(producer_->get(), milliseconds(delivery_patience));
  if (producer_->failed_deliveries() > 0) {
    return tl::unexpected(SinkError{
        Kind::restart, fmt::format("{} records were not delivered, the first to {}",
                                   producer_->failed_deliveries(), producer_->first_failure())});
  }
  if (flushed == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return tl::unexpected(SinkError{
      Kind::restart, fmt::format("records were not delivered to Kafka {} in time: {}",
                                 settings_.bootstrap_servers, rd_kafka_err2str(flushed))});
}

SinkResult<void> AtLeastOnceSink::commit(Position position, const CommitMetadata& metadata) {
  SENNE_CHECK(producer_);
  if (open_) {
    if (auto delivered = deliver_all(); !delivered) return delivered;
    open_ = false;
  }
  auto cluster = view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  return (*cluster)->commit(position, metadata);
}

}  // namespace senne::sinks
