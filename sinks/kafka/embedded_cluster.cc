#include "sinks/kafka/embedded_cluster.h"

#include <fmt/format.h>

#include <algorithm>

namespace senne::sinks {
namespace {

constexpr int partitions_max = 3;

}  // namespace

Result<std::unique_ptr<EmbeddedCluster>> EmbeddedCluster::start(const KafkaSettings& settings,
                                                                Logger& logger) {
  KafkaSettings host = settings;
  host.bootstrap_servers.clear();
  host.properties.clear();
  auto client = Client::create(host, RD_KAFKA_PRODUCER, {}, logger);
  if (!client) return tl::unexpected(std::move(client.error()));
  std::unique_ptr<EmbeddedCluster> embedded(new EmbeddedCluster(std::move(*client)));
  embedded->cluster_ = rd_kafka_mock_cluster_new(embedded->client_.get(), 1);
  if (embedded->cluster_ == nullptr) {
    return fail(ErrorKind::failed, "the embedded Kafka cluster cannot be started");
  }
  const auto create = [&](const std::string& topic, int partitions) {
    return rd_kafka_mock_topic_create(embedded->cluster_, topic.c_str(), partitions, 1);
  };
  auto code = create(position_topic(settings), 1);
  for (std::size_t i = 0; i < topic_count && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    code = create(topic_name(settings, static_cast<Topic>(i)),
                  std::clamp(settings.partitions, 1, partitions_max));
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return fail(ErrorKind::failed, fmt::format("the embedded Kafka cluster takes no topics: {}",
                                               rd_kafka_err2str(code)));
  }
  return embedded;
}

EmbeddedCluster::~EmbeddedCluster() {
  if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
}

std::string EmbeddedCluster::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

}  // namespace senne::sinks
