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
    : settings_(settings), owner_(owner_name(settings, instance)), logger_(logger) {}

SinkResult<ClusterView*> AtLeastOnceSink::view() {
  if (!view_) {
    auto opened = ClusterView::open(settings_, owner_, ClusterView::Undecided::ignored, logger_);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    view_.emplace(std::move(*opened));
  }
  return &*view_;
}

SinkResult<std::optional<Committed>> AtLeastOnceSink::committed() {
  auto cluster = view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  auto id = (*cluster)->cluster_id();
  if (!id) return tl::unexpected(std::move(id.error()));
  cluster_id_ = std::move(*id);
  return (*cluster)->committed();
}

SinkResult<void> AtLeastOnceSink::claim() {
  auto cluster = view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  auto limits = (*cluster)->size_limits();
  if (!limits) return tl::unexpected(std::move(limits.error()));
  size_limits_ = *limits;
  if (producer_) return {};
  const ProducerSizes sizes = producer_sizes(settings_, size_limits_);
  auto made = Client::create(settings_, RD_KAFKA_PRODUCER,
                             {{"partitioner", "murmur2_random"},
                              {"message.max.bytes", std::to_string(sizes.message_max_bytes)},
                              {"batch.size", std::to_string(sizes.batch_bytes)}},
                             logger_);
  if (!made) return tl::unexpected(SinkError{Kind::fatal, made.error().message});
  producer_.emplace(std::move(*made));
  topics_ = OutgoingTopics(*producer_, settings_);
  return {};
}

std::size_t AtLeastOnceSink::size_limit(Topic topic) const {
  return size_limits_[static_cast<std::size_t>(topic)];
}

SinkResult<void> AtLeastOnceSink::begin() {
  SENNE_CHECK(producer_ && !open_);
  open_ = true;
  return {};
}

SinkResult<void> AtLeastOnceSink::emit(Topic topic, std::string_view key, std::string_view value,
                                       std::span<const Header> headers) {
  SENNE_CHECK(open_);
  return topics_.produce(*producer_, topic, key, value, headers);
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
