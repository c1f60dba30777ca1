#include "sinks/kafka/cluster_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "sinks/dead_letter_fit.h"
#include "sinks/kafka/commit_metadata.h"
#include "sinks/kafka/outgoing_topics.h"
#include "sinks/kafka/topic_facts.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;

constexpr Duration metadata_patience = std::chrono::seconds{3};
constexpr Duration commit_patience = std::chrono::seconds{15};

constexpr std::size_t default_max_message_bytes = 1'048'588;

tl::unexpected<SinkError> sink_error(Kind kind, std::string message) {
  return tl::unexpected(SinkError{kind, std::move(message)});
}

tl::unexpected<SinkError> retry(const std::string& what, const KafkaSettings& settings,
                                const KafkaFailure& failure) {
  return sink_error(Kind::retry,
                    fmt::format("{} at Kafka {}: {} ({})", what, settings.bootstrap_servers,
                                failure.text, rd_kafka_err2name(failure.code)));
}

KafkaFailure failure_of(rd_kafka_resp_err_t code) { return {code, rd_kafka_err2str(code)}; }

// A list with the one partition of the position.
KafkaPartitions position_partition(const KafkaSettings& settings) {
  KafkaPartitions partitions(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(partitions.get(), position_topic(settings).c_str(), 0);
  return partitions;
}

}  // namespace

SinkResult<ClusterView> ClusterView::open(const KafkaSettings& settings, const std::string& owner,
                                          Undecided undecided, Logger& logger) {
  auto client = Client::create(
      settings, RD_KAFKA_CONSUMER,
      {{"group.id", owner},
       {"enable.auto.commit", "false"},
       {"isolation.level", undecided == Undecided::awaited ? "read_committed" : "read_uncommitted"},
       {"allow.auto.create.topics", "false"}},
      logger);
  if (!client) return sink_error(Kind::fatal, client.error().message);
  return ClusterView(settings, std::move(*client));
}

SinkResult<std::string> ClusterView::cluster_id() {
  char* id = rd_kafka_clusterid(client_.get(), milliseconds(metadata_patience));
  if (id == nullptr) {
    return retry("cannot read the cluster id", *settings_,
                 failure_of(RD_KAFKA_RESP_ERR__TIMED_OUT));
  }
  std::string result(id);
  rd_kafka_mem_free(client_.get(), id);
  return result;
}

SinkResult<std::optional<Committed>> ClusterView::committed(Duration patience) {
  const KafkaPartitions partitions = position_partition(*settings_);
  const auto code = rd_kafka_committed(client_.get(), partitions.get(), milliseconds(patience));
  const rd_kafka_topic_partition_t& found = partitions->elems[0];
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return retry("cannot read the committed position", *settings_,
                 failure_of(code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : found.err));
  }
  if (found.offset < 0) return std::nullopt;
  const Position position{static_cast<std::uint64_t>(found.offset)};
  const auto metadata =
      parse_commit_metadata({static_cast<const char*>(found.metadata), found.metadata_size});
  if (metadata) return Committed{position, *metadata};
  if (metadata.error().kind == ErrorKind::version) {
    return sink_error(Kind::fatal, metadata.error().message);
  }
  return Committed{position, {}, metadata.error().message};
}

SinkResult<void> ClusterView::check_exists(const std::string& topic) {
  const auto facts = topic_facts(client_, topic, metadata_patience);
  if (!facts) return retry("cannot read topics", *settings_, facts.error());
  if (facts->failure.code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  if (facts->failure.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    return sink_error(Kind::retry,
                      fmt::format("topic {} does not exist at Kafka {}: create it with `senne "
                                  "topics --create`",
                                  topic, settings_->bootstrap_servers));
  }
  return retry(fmt::format("topic {}", topic), *settings_, facts->failure);
}

SinkResult<std::array<std::size_t, topic_count>> ClusterView::size_limits() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < topic_count; ++i) {
    names.push_back(topic_name(*settings_, static_cast<Topic>(i)));
    if (auto exists = check_exists(names.back()); !exists) return tl::unexpected(exists.error());
  }
  if (auto exists = check_exists(position_topic(*settings_)); !exists) {
    return tl::unexpected(exists.error());
  }
  std::array<std::size_t, topic_count> limits{};
  limits.fill(default_max_message_bytes - framing_bytes);
  const auto configs = topic_configs(client_, names, metadata_patience);
  if (!configs && configs.error().code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) return limits;
  if (!configs) return retry("cannot read topic settings", *settings_, configs.error());
  for (std::size_t i = 0; i < topic_count; ++i) {
    const TopicConfigs& topic = (*configs)[i];
    if (topic.failure.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return retry(fmt::format("topic {}: cannot read its max.message.bytes (Senne needs "
                               "permission DescribeConfigs)",
                               topic.name),
                   *settings_, topic.failure);
    }
    const auto value = topic.values.find("max.message.bytes");
    if (value == topic.values.end()) continue;
    std::size_t bytes = 0;
    const std::string& text = value->second;
    std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (bytes < smallest_size_limit + framing_bytes) {
      return sink_error(Kind::retry,
                        fmt::format("topic {}: max.message.bytes is {}, expected at least {}",
                                    topic.name, text, smallest_size_limit + framing_bytes));
    }
    limits[i] = bytes - framing_bytes;
  }
  return limits;
}

SinkResult<void> ClusterView::commit(Position position, const CommitMetadata& metadata) {
  const KafkaPartitions partitions = position_partition(*settings_);
  rd_kafka_topic_partition_t& partition = partitions->elems[0];
  std::string text = encode_commit_metadata(metadata);
  partition.offset = static_cast<std::int64_t>(position.value);
  // librdkafka copies the list; ours must not free what is not on its heap.
  partition.metadata = text.data();
  partition.metadata_size = text.size();
  const KafkaQueue queue(rd_kafka_queue_new(client_.get()));
  auto code = rd_kafka_commit_queue(client_.get(), partitions.get(), queue.get(), nullptr, nullptr);
  partition.metadata = nullptr;
  partition.metadata_size = 0;
  std::string why = rd_kafka_err2str(code);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const auto answer = await_answer(queue.get(), commit_patience);
    if (answer) return {};
    why = answer.error().text;
  }
  return sink_error(Kind::restart, fmt::format("cannot commit the position at Kafka {}: {}",
                                               settings_->bootstrap_servers, why));
}

}  // namespace senne::sinks
