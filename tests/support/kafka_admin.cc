#include "tests/support/kafka_admin.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <thread>

namespace senne::test {
namespace {

using std::chrono::seconds;

// A librdkafka handle that goes by itself.
struct Handle {
  // With a group, a consumer.
  explicit Handle(const std::string& bootstrap, const std::string& group = {}) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::array<char, 256> why{};
    if (!group.empty()) rd_kafka_conf_set(conf, "group.id", group.c_str(), why.data(), why.size());
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why.data(), why.size());
    rd_kafka_conf_set(conf, "log_level", "0", why.data(), why.size());
    kafka = rd_kafka_new(group.empty() ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf, why.data(),
                         why.size());
    queue = rd_kafka_queue_new(kafka);
  }
  ~Handle() {
    rd_kafka_queue_destroy(queue);
    rd_kafka_destroy(kafka);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  rd_kafka_t* kafka;
  rd_kafka_queue_t* queue;
};

// Of its first partition; -1: none, or nobody answers.
int leader_in(rd_kafka_t* kafka, const std::string& name) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(kafka, name.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(kafka, 0, topic, &metadata, 5'000);
  int leader = -1;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->topic_cnt == 1 &&
      metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR &&
      metadata->topics[0].partition_cnt > 0)
    leader = metadata->topics[0].partitions[0].leader;
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(topic);
  return leader;
}

// What went wrong with the one thing that was asked for; empty when nothing did.
std::string trouble(const rd_kafka_event_t* event) {
  const auto named = [](rd_kafka_resp_err_t code) -> std::string {
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? "" : rd_kafka_err2str(code);
  };
  const auto of_topics = [&](const rd_kafka_topic_result_t* const* results, std::size_t number) {
    return number == 1 ? named(rd_kafka_topic_result_error(results[0])) : "not one result";
  };
  std::size_t count = 0;
  switch (rd_kafka_event_type(const_cast<rd_kafka_event_t*>(event))) {
    case RD_KAFKA_EVENT_CREATETOPICS_RESULT: {
      const auto* result = rd_kafka_event_CreateTopics_result(const_cast<rd_kafka_event_t*>(event));
      const auto* const* topics = rd_kafka_CreateTopics_result_topics(result, &count);
      return of_topics(topics, count);
    }
    case RD_KAFKA_EVENT_DELETETOPICS_RESULT: {
      const auto* result = rd_kafka_event_DeleteTopics_result(const_cast<rd_kafka_event_t*>(event));
      const auto* const* topics = rd_kafka_DeleteTopics_result_topics(result, &count);
      return of_topics(topics, count);
    }
    case RD_KAFKA_EVENT_ALTERCONFIGS_RESULT: {
      const auto* result = rd_kafka_event_AlterConfigs_result(const_cast<rd_kafka_event_t*>(event));
      const auto* resources = rd_kafka_AlterConfigs_result_resources(result, &count);
      return count == 1 ? named(rd_kafka_ConfigResource_error(resources[0])) : "not one result";
    }
    case RD_KAFKA_EVENT_CREATEACLS_RESULT: {
      const auto* result = rd_kafka_event_CreateAcls_result(const_cast<rd_kafka_event_t*>(event));
      const auto* results = rd_kafka_CreateAcls_result_acls(result, &count);
      if (count != 1) return "not one result";
      const rd_kafka_error_t* error = rd_kafka_acl_result_error(results[0]);
      return error == nullptr ? "" : rd_kafka_error_string(error);
    }
    case RD_KAFKA_EVENT_DELETEACLS_RESULT: {
      const auto* result = rd_kafka_event_DeleteAcls_result(const_cast<rd_kafka_event_t*>(event));
      const auto* responses = rd_kafka_DeleteAcls_result_responses(result, &count);
      if (count != 1) return "not one result";
      const rd_kafka_error_t* error = rd_kafka_DeleteAcls_result_response_error(responses[0]);
      return error == nullptr ? "" : rd_kafka_error_string(error);
    }
    default:
      return "an answer to something else";
  }
}

Result<void> answered(const Handle& handle, const std::string& what) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(handle.queue, 15'000);
  std::string why = "no answer";
  if (event != nullptr) {
    why = rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR
              ? rd_kafka_event_error_string(event)
              : trouble(event);
    rd_kafka_event_destroy(event);
  }
  if (why.empty()) return {};
  return fail(ErrorKind::failed, fmt::format("{}: {}", what, why));
}

std::string principal(const std::string& user) { return "User:" + user; }

}  // namespace

bool answers(const std::string& bootstrap, Duration patience) {
  const Handle handle(bootstrap);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto in_ms = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  const auto code = rd_kafka_metadata(handle.kafka, 1, nullptr, &metadata, static_cast<int>(in_ms));
  const bool yes = code == RD_KAFKA_RESP_ERR_NO_ERROR && metadata->broker_cnt > 0;
  if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  return yes;
}

namespace {

Result<void> create(const Handle& handle, rd_kafka_NewTopic_t* topic, const std::string& name,
                    const std::map<std::string, std::string>& settings) {
  for (const auto& [key, value] : settings) {
    rd_kafka_NewTopic_set_config(topic, key.c_str(), value.c_str());
  }
  rd_kafka_CreateTopics(handle.kafka, &topic, 1, nullptr, handle.queue);
  auto result = answered(handle, "create topic " + name);
  rd_kafka_NewTopic_destroy(topic);
  if (!result) return result;
  // The controller answers before the broker has heard of the new topic.
  const auto until = std::chrono::steady_clock::now() + seconds{15};
  while (leader_in(handle.kafka, name) < 0) {
    if (std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::failed, "create topic " + name + ": it did not appear");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return {};
}

}  // namespace

Result<void> create_topic(const std::string& bootstrap, const std::string& name, int partitions,
                          const std::map<std::string, std::string>& settings) {
  const Handle handle(bootstrap);
  std::array<char, 256> why{};
  rd_kafka_NewTopic_t* topic =
      rd_kafka_NewTopic_new(name.c_str(), partitions, 1, why.data(), why.size());
  if (topic == nullptr) return fail(ErrorKind::failed, why.data());
  return create(handle, topic, name, settings);
}

Result<void> create_topic_on(const std::vector<std::int32_t>& nodes, const std::string& bootstrap,
                             const std::string& name,
                             const std::map<std::string, std::string>& settings) {
  const Handle handle(bootstrap);
  std::array<char, 256> why{};
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), 1, -1, why.data(), why.size());
  if (topic == nullptr) return fail(ErrorKind::failed, why.data());
  std::vector<std::int32_t> copies = nodes;  // the call takes them as if it wrote there
  if (rd_kafka_NewTopic_set_replica_assignment(topic, 0, copies.data(), copies.size(), why.data(),
                                               why.size()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_NewTopic_destroy(topic);
    return fail(ErrorKind::failed, why.data());
  }
  return create(handle, topic, name, settings);
}

int leader_of(const std::string& bootstrap, const std::string& topic) {
  const Handle handle(bootstrap);
  return leader_in(handle.kafka, topic);
}

Result<void> delete_topic(const std::string& bootstrap, const std::string& name) {
  const Handle handle(bootstrap);
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
  rd_kafka_DeleteTopics(handle.kafka, &topic, 1, nullptr, handle.queue);
  auto result = answered(handle, "delete topic " + name);
  rd_kafka_DeleteTopic_destroy(topic);
  return result;
}

Result<void> set_topic(const std::string& bootstrap, const std::string& name,
                       const std::map<std::string, std::string>& settings) {
  const Handle handle(bootstrap);
  rd_kafka_ConfigResource_t* topic =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str());
  for (const auto& [key, value] : settings) {
    rd_kafka_ConfigResource_set_config(topic, key.c_str(), value.c_str());
  }
  rd_kafka_AlterConfigs(handle.kafka, &topic, 1, nullptr, handle.queue);
  auto result = answered(handle, "settings of topic " + name);
  rd_kafka_ConfigResource_destroy(topic);
  return result;
}

Result<CommittedOffset> committed_offset(const std::string& bootstrap, const std::string& group,
                                         const std::string& topic) {
  const Handle handle(bootstrap, group);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  const rd_kafka_topic_partition_t* found =
      rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
  const auto code = rd_kafka_committed(handle.kafka, list, 15'000);
  CommittedOffset committed;
  if (found->offset >= 0) {
    committed.offset = found->offset;
    committed.metadata.assign(static_cast<const char*>(found->metadata), found->metadata_size);
  }
  rd_kafka_topic_partition_list_destroy(list);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(ErrorKind::failed, rd_kafka_err2str(code));
  return committed;
}

Result<void> commit_offset(const std::string& bootstrap, const std::string& group,
                           const std::string& topic, const CommittedOffset& committed) {
  const Handle handle(bootstrap, group);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_t* one = rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
  one->offset = committed.offset;
  std::string metadata = committed.metadata;
  one->metadata = metadata.data();
  one->metadata_size = metadata.size();
  const auto code = rd_kafka_commit(handle.kafka, list, 0);
  one->metadata = nullptr;  // it is not the list's to free
  one->metadata_size = 0;
  rd_kafka_topic_partition_list_destroy(list);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(ErrorKind::failed, rd_kafka_err2str(code));
  return {};
}

Result<void> deny_writing(const std::string& bootstrap, const std::string& user,
                          const std::string& topic) {
  const Handle handle(bootstrap);
  std::array<char, 256> why{};
  rd_kafka_AclBinding_t* binding = rd_kafka_AclBinding_new(
      RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      principal(user).c_str(), "*", RD_KAFKA_ACL_OPERATION_WRITE, RD_KAFKA_ACL_PERMISSION_TYPE_DENY,
      why.data(), why.size());
  if (binding == nullptr) return fail(ErrorKind::failed, why.data());
  rd_kafka_CreateAcls(handle.kafka, &binding, 1, nullptr, handle.queue);
  auto result = answered(handle, "deny writing to " + topic);
  rd_kafka_AclBinding_destroy(binding);
  return result;
}

Result<void> lift_denials(const std::string& bootstrap, const std::string& user,
                          const std::string& topic) {
  const Handle handle(bootstrap);
  std::array<char, 256> why{};
  rd_kafka_AclBindingFilter_t* filter = rd_kafka_AclBindingFilter_new(
      RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      principal(user).c_str(), nullptr, RD_KAFKA_ACL_OPERATION_ANY,
      RD_KAFKA_ACL_PERMISSION_TYPE_DENY, why.data(), why.size());
  if (filter == nullptr) return fail(ErrorKind::failed, why.data());
  rd_kafka_DeleteAcls(handle.kafka, &filter, 1, nullptr, handle.queue);
  auto result = answered(handle, "lift the denials of " + topic);
  rd_kafka_AclBinding_destroy(filter);
  return result;
}

}  // namespace senne::test
