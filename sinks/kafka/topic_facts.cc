#include "sinks/kafka/topic_facts.h"

#include <algorithm>

namespace senne::sinks {
namespace {

tl::unexpected<KafkaFailure> failure(rd_kafka_resp_err_t code, const char* text = nullptr) {
  return tl::unexpected(KafkaFailure{code, text != nullptr ? text : rd_kafka_err2str(code)});
}

using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

// librdkafka's mock cluster has no controller to ask, and says so only by silence.
bool is_mock(const Client& client, Duration patience) {
  char* id = rd_kafka_clusterid(client.get(), milliseconds(patience));
  if (id == nullptr) return false;
  const bool mock = std::string_view(id).substr(0, 11) == "mockCluster";
  rd_kafka_mem_free(client.get(), id);
  return mock;
}

TopicConfigs configs_of(const rd_kafka_ConfigResource_t* resource) {
  TopicConfigs configs;
  configs.name = rd_kafka_ConfigResource_name(resource);
  configs.failure.code = rd_kafka_ConfigResource_error(resource);
  if (const char* text = rd_kafka_ConfigResource_error_string(resource); text != nullptr) {
    configs.failure.text = text;
  }
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    configs.values[rd_kafka_ConfigEntry_name(entries[i])] = value != nullptr ? value : "";
  }
  return configs;
}

}  // namespace

int milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

KafkaResult<KafkaEvent> await_answer(rd_kafka_queue_t* queue, Duration patience) {
  KafkaEvent event(rd_kafka_queue_poll(queue, milliseconds(patience)));
  if (event == nullptr) return failure(RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return failure(code, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

KafkaResult<TopicFacts> topic_facts(const Client& client, const std::string& topic,
                                    Duration patience) {
  const KafkaTopic handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  if (handle == nullptr) return failure(rd_kafka_last_error());
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code =
      rd_kafka_metadata(client.get(), 0, handle.get(), &metadata, milliseconds(patience));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failure(code);
  TopicFacts facts;
  facts.name = topic;
  facts.failure.code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  if (metadata->topic_cnt == 1) {
    const rd_kafka_metadata_topic_t& found = metadata->topics[0];
    facts.failure.code = found.err;
    facts.partitions = found.partition_cnt;
    if (found.partition_cnt > 0) facts.replication = found.partitions[0].replica_cnt;
  }
  facts.failure.text = rd_kafka_err2str(facts.failure.code);
  rd_kafka_metadata_destroy(metadata);
  return facts;
}

KafkaResult<std::vector<TopicConfigs>> topic_configs(const Client& client,
                                                     std::span<const std::string> topics,
                                                     Duration patience) {
  if (is_mock(client, patience)) return failure(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE);
  const AdminOptions options(
      rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), milliseconds(patience), nullptr, 0);
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const std::string& topic : topics) {
    resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  }
  const KafkaQueue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_DescribeConfigs(client.get(), resources.data(), resources.size(), options.get(),
                           queue.get());
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  const auto answer = await_answer(queue.get(), patience + std::chrono::seconds{1});
  if (!answer) return tl::unexpected(answer.error());

  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** described = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
  std::vector<TopicConfigs> result(topics.size());
  for (std::size_t i = 0; i < topics.size(); ++i) {
    result[i].name = topics[i];
    result[i].failure = {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "not described"};
  }
  for (std::size_t i = 0; i < count; ++i) {
    TopicConfigs configs = configs_of(described[i]);
    const auto place = std::find(topics.begin(), topics.end(), configs.name);
    if (place == topics.end()) continue;
    result[static_cast<std::size_t>(place - topics.begin())] = std::move(configs);
  }
  return result;
}

}  // namespace senne::sinks
