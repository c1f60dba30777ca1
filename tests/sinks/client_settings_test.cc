#include "sinks/kafka/client_settings.h"

#include <gmock/gmock.h>

#include "sinks/kafka/client.h"

namespace senne::sinks {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal(const std::string& key, const std::string& value,
                    const KafkaSettings& base = {}) {
  KafkaSettings settings = base;
  settings.properties[key] = value;
  const auto checked = check_properties(settings);
  if (checked) return "";
  EXPECT_EQ(checked.error().kind, ErrorKind::configuration);
  EXPECT_THAT(checked.error().message, HasSubstr("kafka.properties: " + key + ": "));
  return checked.error().message;
}

TEST(ClientSettings, names_follow_prefix_and_instance) {
  KafkaSettings settings;
  EXPECT_EQ(topic_name(settings, Topic::observations), "urban.observations.v1");
  settings.topic_prefix = "test-";
  EXPECT_EQ(topic_name(settings, Topic::dead_letters), "test-urban.deadletter.v1");
  EXPECT_EQ(topic_name(settings, Topic::aggregates), "test-urban.aggregates.v1");
  EXPECT_EQ(topic_name(settings, Topic::devices), "test-urban.devices.v1");
  EXPECT_EQ(position_topic(settings), "test-senne.journal");
  EXPECT_EQ(owner_name(settings, "brussels-1"), "test-senne.brussels-1");
}

TEST(ClientSettings, harmless_properties_pass) {
  EXPECT_EQ(refusal("security.protocol", "SASL_SSL"), "");
  EXPECT_EQ(refusal("linger.ms", "5"), "");
  EXPECT_EQ(refusal("compression.codec", "zstd"), "");
  EXPECT_EQ(refusal("acks", "all"), "");
  EXPECT_EQ(refusal("enable.idempotence", "true"), "");
  EXPECT_EQ(refusal("transaction.timeout.ms", "30000"), "");
}

TEST(ClientSettings, unknown_and_malformed_properties_are_named) {
  EXPECT_THAT(refusal("linger.mss", "5"), HasSubstr("unknown"));
  EXPECT_THAT(refusal("linger.ms", "soon"), HasSubstr("linger.ms"));
}

TEST(ClientSettings, what_senne_owns_cannot_be_set) {
  for (const char* key :
       {"bootstrap.servers", "group.id", "transactional.id", "message.timeout.ms",
        "delivery.timeout.ms", "partitioner", "isolation.level", "enable.auto.commit",
        "enable.gapless.guarantee", "statistics.interval.ms", "message.max.bytes"}) {
    EXPECT_NE(refusal(key, "1"), "") << key;
  }
}

TEST(ClientSettings, lossy_properties_are_refused_unless_loss_is_allowed_at_least_once) {
  KafkaSettings allowed;
  allowed.allow_loss = true;
  const std::vector<std::pair<std::string, std::string>> lossy = {{"acks", "1"},
                                                                  {"request.required.acks", "0"},
                                                                  {"enable.idempotence", "false"},
                                                                  {"retries", "0"}};
  for (const auto& [key, value] : lossy) {
    allowed.delivery = Delivery::exactly_once;
    EXPECT_NE(refusal(key, value), "") << key;
    EXPECT_NE(refusal(key, value, allowed), "") << key;
    allowed.delivery = Delivery::at_least_once;
    EXPECT_EQ(refusal(key, value, allowed), "") << key;
  }
  EXPECT_NE(refusal("transaction.timeout.ms", "1000"), "");
  EXPECT_NE(refusal("transaction.timeout.ms", "15s"), "");
}

TEST(ClientSettings, secrets_are_not_printed) {
  EXPECT_TRUE(is_secret("sasl.password"));
  EXPECT_TRUE(is_secret("ssl.key.pem"));
  EXPECT_TRUE(is_secret("SSL.Keystore.Password"));
  EXPECT_TRUE(is_secret("sasl.oauthbearer.client.secret"));
  EXPECT_FALSE(is_secret("sasl.username"));
  EXPECT_THAT(refusal("acks", "hunter2"), Not(HasSubstr("hunter2")));
  const std::map<std::string, std::string> properties = {{"sasl.password", "hunter2"},
                                                         {"sasl.username", "senne"}};
  EXPECT_EQ(without_secrets("senne:hunter2@host hunter2", properties), "senne:***@host ***");
}

// Collects the sentences that librdkafka logs.
class Lines final : public Logger {
 public:
  void write(Severity, std::string_view, std::string_view sentence,
             std::initializer_list<LogField>) override {
    text.append(sentence).append("\n");
  }
  std::string text;
};

TEST(ClientSettings, a_client_that_cannot_be_made_says_why_without_the_secret) {
  KafkaSettings settings;
  settings.bootstrap_servers = "127.0.0.1:1";
  settings.properties["security.protocol"] = "ssl";
  settings.properties["ssl.key.pem"] = "not-a-key-but-secret";
  Lines lines;
  const auto client = Client::create(settings, RD_KAFKA_PRODUCER, {}, lines);
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().kind, ErrorKind::configuration);
  EXPECT_THAT(client.error().message, HasSubstr("ssl.key.pem"));
  EXPECT_THAT(client.error().message + lines.text, Not(HasSubstr("not-a-key-but-secret")));
}

}  // namespace
}  // namespace senne::sinks
