#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "sinks/kafka/client_settings.h"

namespace senne::app {
namespace {

using sinks::Delivery;
using sinks::Encoding;
using sinks::KafkaSettings;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Without a prefix: what `encoding` calls the topics.
std::string plain_topic_name(std::size_t topic) {
  return sinks::topic_name(KafkaSettings{}, static_cast<Topic>(topic));
}

Type<std::string> bootstrap_servers() {
  Type<std::string> type = text(4096);
  type.words = "host:port, several separated by commas, or `embedded`";
  type.read = [read = type.read, words = type.words](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::string> {
    auto value = read(from, node, path);
    if (!value || value->find_first_of(" \t") != std::string::npos || value->front() == ',' ||
        value->back() == ',' || value->find(",,") != std::string::npos) {
      return expected(node, path, words);
    }
    return value;
  };
  return type;
}

Type<std::array<Encoding, topic_count>> encoding() {
  using Encodings = std::array<Encoding, topic_count>;
  const auto one =
      choice<Encoding>({{"protobuf", Encoding::protobuf}, {"json", Encoding::json}}, {"ngsi-ld"});
  Type<Encodings> type;
  type.words = one.words + ", or a map from topic (without the prefix) to one of them";
  type.read = [one](const Surroundings& from, const Node& node,
                    const std::string& path) -> Result<Encodings> {
    Encodings encodings{};
    if (node.kind != Node::Kind::map) {
      const auto all = one.read(from, node, path);
      if (!all) return tl::unexpected(all.error());
      encodings.fill(*all);
      return encodings;
    }
    std::vector<std::string> topics;
    for (std::size_t i = 0; i < topic_count; ++i) topics.push_back(plain_topic_name(i));
    for (const Entry& entry : node.entries) {
      const auto topic = std::find(topics.begin(), topics.end(), entry.key);
      if (topic == topics.end()) {
        return fail_at(entry.mark,
                       fmt::format("{}: unknown topic {}{}", path, back_quoted(entry.key),
                                   did_you_mean(entry.key, topics)));
      }
      const auto value = one.read(from, entry.value, fmt::format("{}.{}", path, entry.key));
      if (!value) return tl::unexpected(value.error());
      encodings[static_cast<std::size_t>(topic - topics.begin())] = *value;
    }
    return encodings;
  };
  type.write = [one](const Encodings& encodings, Secrets secrets) {
    if (std::count(encodings.begin(), encodings.end(), encodings[0]) == topic_count) {
      return one.write(encodings[0], secrets);
    }
    Node map = map_node();
    for (std::size_t i = 0; i < topic_count; ++i) {
      append(map, plain_topic_name(i), one.write(encodings[i], secrets));
    }
    return map;
  };
  return type;
}

bool is_masked(std::string_view key) { return sinks::is_secret(key) || key.starts_with("sasl."); }

Type<std::map<std::string, std::string>> properties() {
  using Properties = std::map<std::string, std::string>;
  Type<Properties> type;
  type.words = "a map from librdkafka's names to values";
  type.read = [](const Surroundings& from, const Node& node,
                 const std::string& path) -> Result<Properties> {
    // No value is shown in an error: any of them may be a secret.
    if (node.kind != Node::Kind::map) return fail_in(node, path, "expected a map");
    Properties values;
    for (const Entry& entry : node.entries) {
      auto value = secret_text().read(from, entry.value, fmt::format("{}.{}", path, entry.key));
      if (!value) return tl::unexpected(value.error());
      values.emplace(entry.key, std::move(*value));
    }
    return values;
  };
  type.write = [](const Properties& values, Secrets secrets) {
    Node map = map_node();
    for (const auto& [key, value] : values) {
      append(map, key, text_node(secrets == Secrets::masked && is_masked(key) ? "***" : value));
    }
    return map;
  };
  return type;
}

Result<void> check_embedded(const Surroundings&, const Node& node, const std::string& path,
                            KafkaSettings& settings) {
  if (settings.bootstrap_servers != "embedded") return {};
  const Node* given = node.find("delivery");
  if (given != nullptr && settings.delivery == Delivery::exactly_once) {
    return fail_in(*given, path + ".delivery",
                   "the embedded cluster cannot do `exactly_once`; expected `at_least_once`");
  }
  settings.delivery = Delivery::at_least_once;
  return {};
}

}  // namespace

Type<KafkaSettings> kafka_type() {
  return Section<KafkaSettings>("The cluster that results go to.")
      .required("bootstrap_servers", bootstrap_servers(), &KafkaSettings::bootstrap_servers,
                "Where the cluster is found. `embedded` is a cluster inside the process, for "
                "trials: it forgets everything at the end and means `at_least_once`.")
      .optional("delivery",
                choice<Delivery>({{"exactly_once", Delivery::exactly_once},
                                  {"at_least_once", Delivery::at_least_once}}),
                &KafkaSettings::delivery,
                "`exactly_once`: results and position are one transaction; read with "
                "`isolation.level=read_committed`.",
                "`exactly_once`; `at_least_once` when embedded")
      .optional("commit_interval", duration(milliseconds{10}, seconds{10}),
                &KafkaSettings::commit_interval, "How often results become visible.")
      .optional("topic_prefix", plain_name_or_empty(), &KafkaSettings::topic_prefix,
                "Put before every topic, consumer group and transactional id: for test runs and "
                "shared clusters.")
      .optional("encoding", encoding(), &KafkaSettings::encoding,
                "Of values. Not here in this version: `ngsi-ld`.")
      .group("topics",
             Section<KafkaSettings>("What `senne topics --create` gives each topic.")
                 .optional("partitions", whole_number<int>(1, 10'000), &KafkaSettings::partitions,
                           "Each commit writes a marker to each: few are better.")
                 .optional("replication", whole_number<int>(1, 1'000), &KafkaSettings::replication,
                           "At most the number of brokers."))
      .optional("properties", properties(), &KafkaSettings::properties,
                "Any setting of librdkafka but those that guarantees depend on. Values whose key "
                "sounds of a secret, and all of `sasl.`, are never printed.")
      .check(check_embedded)
      .type();
}

}  // namespace senne::app
