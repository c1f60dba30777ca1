#include "sinks/kafka/cluster_sink.h"

namespace senne::sinks {

ClusterSink::ClusterSink(const KafkaSettings& settings, std::string_view instance,
                         ClusterView::Undecided undecided, Logger& logger)
    : settings_(settings),
      owner_(owner_name(settings, instance)),
      logger_(logger),
      undecided_(undecided) {}

SinkResult<ClusterView*> ClusterSink::view() {
  if (!view_) {
    auto opened = ClusterView::open(settings_, owner_, undecided_, logger_);
    if (!opened) return tl::unexpected(std::move(opened.error()));
    view_.emplace(std::move(*opened));
  }
  return &*view_;
}

SinkResult<ClusterView*> ClusterSink::identified_view() {
  auto cluster = view();
  if (!cluster) return cluster;
  auto id = (*cluster)->cluster_id();
  if (!id) return tl::unexpected(std::move(id.error()));
  cluster_id_ = std::move(*id);
  return cluster;
}

SinkResult<void> ClusterSink::make_producer(ClientProperties own) {
  auto cluster = view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  auto limits = (*cluster)->size_limits();
  if (!limits) return tl::unexpected(std::move(limits.error()));
  size_limits_ = *limits;
  if (producer_) return {};
  const ProducerSizes sizes = producer_sizes(settings_, size_limits_);
  own.emplace_back("partitioner", "murmur2_random");
  own.emplace_back("message.max.bytes", std::to_string(sizes.message_max_bytes));
  own.emplace_back("batch.size", std::to_string(sizes.batch_bytes));
  auto made = Client::create(settings_, RD_KAFKA_PRODUCER, own, logger_);
  if (!made) return tl::unexpected(SinkError{SinkError::Kind::fatal, made.error().message});
  producer_.emplace(std::move(*made));
  return {};
}

}  // namespace senne::sinks
