#include "sinks/kafka/topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>
#include <thread>

#include "sinks/dead_letter_fit.h"
#include "sinks/kafka/client.h"
#include "sinks/kafka/topic_facts.h"

namespace senne::sinks {
namespace {

constexpr Duration patience = std::chrono::seconds{10};

struct Expected {
  std::string name;
  int partitions;
  int replication;
  std::string_view cleanup_policy;  // empty: whatever the cluster's default is
  std::optional<std::chrono::hours> retention;
};

std::vector<Expected> expected_topics(const KafkaSettings& settings) {
  using std::chrono::days;
  struct Policy {
    std::string_view cleanup;
    std::optional<std::chrono::hours> retention;
  };
  const std::array<Policy, topic_count> policies = {
      {{"delete", days{7}}, {"delete", days{90}}, {"compact", {}}, {"delete", days{14}}}};
  std::vector<Expected> topics;
  for (std::size_t i = 0; i < topic_count; ++i) {
    topics.push_back({topic_name(settings, static_cast<Topic>(i)), settings.partitions,
                      settings.replication, policies[i].cleanup, policies[i].retention});
  }
  topics.push_back({position_topic(settings), 1, settings.replication, "", {}});
  return topics;
}

std::string retention_ms(const Expected& topic) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(*topic.retention).count());
}

std::optional<std::int64_t> integer(const std::map<std::string, std::string>& values,
                                    const std::string& key) {
  const auto found = values.find(key);
  if (found == values.end()) return std::nullopt;
  std::int64_t value = 0;
  const std::string& text = found->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

tl::unexpected<Error> failed(const KafkaSettings& settings, std::string_view what,
                             const KafkaFailure& failure) {
  return fail(ErrorKind::failed,
              fmt::format("{} at Kafka {}: {} ({})", what, settings.bootstrap_servers, failure.text,
                          rd_kafka_err2name(failure.code)));
}

void compare(const Expected& expected, TopicState& state) {
  const auto differs = [&state](std::string_view what, const auto& is, const auto& wanted) {
    state.differences.push_back(fmt::format("{} is {}, expected {}", what, is, wanted));
  };
  if (state.partitions != expected.partitions) {
    differs("number of partitions", state.partitions, expected.partitions);
  }
  if (state.replication != expected.replication) {
    differs("number of replicas", state.replication, expected.replication);
  }
  if (!expected.cleanup_policy.empty() && !state.cleanup_policy.empty() &&
      state.cleanup_policy != expected.cleanup_policy) {
    differs("cleanup.policy", state.cleanup_policy, expected.cleanup_policy);
  }
  if (expected.retention && state.retention_ms &&
      std::to_string(*state.retention_ms) != retention_ms(expected)) {
    differs("retention.ms", *state.retention_ms, retention_ms(expected));
  }
  constexpr std::int64_t smallest = smallest_size_limit + 512;
  if (state.max_message_bytes && *state.max_message_bytes < smallest) {
    differs("max.message.bytes", *state.max_message_bytes, fmt::format("at least {}", smallest));
  }
}

// The settings of those that exist; a cluster that cannot tell (the embedded one) leaves them
// unknown.
Result<void> read_settings(const KafkaSettings& settings, const Client& client,
                           std::vector<TopicState>& states) {
  std::vector<std::string> names;
  for (const TopicState& state : states) {
    if (state.exists) names.push_back(state.name);
  }
  if (names.empty()) return {};
  const auto configs = topic_configs(client, names, patience);
  if (!configs && configs.error().code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) return {};
  if (!configs) return failed(settings, "cannot read topic settings", configs.error());
  for (const TopicConfigs& topic : *configs) {
    if (topic.failure.code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return failed(settings, fmt::format("cannot read the settings of topic {}", topic.name),
                    topic.failure);
    }
    auto& state = *std::find_if(states.begin(), states.end(),
                                [&](const TopicState& s) { return s.name == topic.name; });
    if (const auto policy = topic.values.find("cleanup.policy"); policy != topic.values.end()) {
      state.cleanup_policy = policy->second;
    }
    state.retention_ms = integer(topic.values, "retention.ms");
    state.max_message_bytes = integer(topic.values, "max.message.bytes");
  }
  return {};
}

Result<std::vector<TopicState>> check(const KafkaSettings& settings, const Client& client) {
  const std::vector<Expected> expected = expected_topics(settings);
  std::vector<TopicState> states;
  for (const Expected& topic : expected) {
    const auto facts = topic_facts(client, topic.name, patience);
    if (!facts) return failed(settings, "cannot read topics", facts.error());
    const auto code = facts->failure.code;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      return failed(settings, fmt::format("cannot read topic {}", topic.name), facts->failure);
    }
    TopicState state;
    state.name = topic.name;
    state.exists = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    state.partitions = facts->partitions;
    state.replication = facts->replication;
    states.push_back(std::move(state));
  }
  if (auto read = read_settings(settings, client, states); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].exists) compare(expected[i], states[i]);
  }
  return states;
}

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using AdminOptions =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

Result<NewTopic> new_topic(const Expected& topic) {
  std::array<char, 256> why{};
  NewTopic made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication,
                                      why.data(), why.size()));
  if (made == nullptr) {
    return fail(ErrorKind::configuration, fmt::format("topic {}: {}", topic.name, why.data()));
  }
  if (!topic.cleanup_policy.empty()) {
    rd_kafka_NewTopic_set_config(made.get(), "cleanup.policy",
                                 std::string(topic.cleanup_policy).c_str());
  }
  if (topic.retention) {
    rd_kafka_NewTopic_set_config(made.get(), "retention.ms", retention_ms(topic).c_str());
  }
  return made;
}

// Returns the names of those that were not there before.
Result<std::set<std::string>> create_missing(const KafkaSettings& settings, const Client& client,
                                             const std::vector<TopicState>& states) {
  const std::vector<Expected> expected = expected_topics(settings);
  std::vector<NewTopic> owned;
  std::vector<rd_kafka_NewTopic_t*> topics;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].exists) continue;
    auto made = new_topic(expected[i]);
    if (!made) return tl::unexpected(std::move(made.error()));
    owned.push_back(std::move(*made));
    topics.push_back(owned.back().get());
  }
  std::set<std::string> created;
  if (topics.empty()) return created;

  const AdminOptions options(
      rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
  const int ms = milliseconds(patience);
  rd_kafka_AdminOptions_set_request_timeout(options.get(), ms, nullptr, 0);
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), ms, nullptr, 0);
  const KafkaQueue queue(rd_kafka_queue_new(client.get()));
  rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), options.get(), queue.get());
  const auto answer = await_answer(queue.get(), patience + std::chrono::seconds{1});
  if (!answer) return failed(settings, "cannot create topics", answer.error());
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results = rd_kafka_CreateTopics_result_topics(
      rd_kafka_event_CreateTopics_result(answer->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) created.insert(name);
    // Somebody else was quicker.
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    const char* why = rd_kafka_topic_result_error_string(results[i]);
    return failed(settings, fmt::format("cannot create topic {}", name),
                  {code, why != nullptr ? why : rd_kafka_err2str(code)});
  }
  return created;
}

Result<Client> admin_client(const KafkaSettings& settings, Logger& logger) {
  return Client::create(settings, RD_KAFKA_CONSUMER, {{"allow.auto.create.topics", "false"}},
                        logger);
}

}  // namespace

Result<std::vector<TopicState>> check_topics(const KafkaSettings& settings, Logger& logger) {
  const auto client = admin_client(settings, logger);
  if (!client) return tl::unexpected(client.error());
  return check(settings, *client);
}

Result<std::vector<TopicState>> create_topics(const KafkaSettings& settings, Logger& logger) {
  const auto client = admin_client(settings, logger);
  if (!client) return tl::unexpected(client.error());
  auto states = check(settings, *client);
  if (!states) return states;
  const auto created = create_missing(settings, *client, *states);
  if (!created) return tl::unexpected(created.error());
  if (created->empty()) return states;
  // The controller answers before every broker has heard of the new topics.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    states = check(settings, *client);
    if (!states) return states;
    const bool seen = std::all_of(states->begin(), states->end(),
                                  [](const TopicState& state) { return state.exists; });
    if (seen || std::chrono::steady_clock::now() > until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  for (TopicState& state : *states) state.created = created->count(state.name) > 0;
  return states;
}

}  // namespace senne::sinks
