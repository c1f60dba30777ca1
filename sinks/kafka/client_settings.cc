#include "sinks/kafka/client_settings.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <optional>

namespace senne::sinks {
namespace {

struct Refused {
  std::string_view key;
  std::string_view why;
};

constexpr std::array<Refused, 29> refused = {{
    {"bootstrap.servers", "set kafka.bootstrap_servers"},
    {"metadata.broker.list", "set kafka.bootstrap_servers"},
    {"group.id", "it follows from `instance`"},
    {"group.instance.id", "Senne joins no group"},
    {"transactional.id", "it follows from `instance`"},
    {"message.timeout.ms", "a record must not be given up before its transaction"},
    {"delivery.timeout.ms", "a record must not be given up before its transaction"},
    {"message.max.bytes", "it follows from the topics' max.message.bytes"},
    {"partitioner", "records are placed as Java clients place them (murmur2_random)"},
    {"partitioner_cb", "records are placed as Java clients place them (murmur2_random)"},
    {"msg_order_cmp", "records of a key stay in order"},
    {"queuing.strategy", "records of a key stay in order"},
    {"enable.gapless.guarantee", "it turns what a restart repairs into an end"},
    {"delivery.report.only.error", "Senne reads delivery reports itself"},
    {"produce.offset.report", "Senne reads delivery reports itself"},
    {"statistics.interval.ms", "nobody would read them; see /metrics"},
    {"enable.auto.commit", "the position is part of the commit"},
    {"auto.commit.enable", "the position is part of the commit"},
    {"auto.commit.interval.ms", "the position is part of the commit"},
    {"enable.auto.offset.store", "the position is part of the commit"},
    {"offset.store.method", "the position is part of the commit"},
    {"offset.store.path", "the position is part of the commit"},
    {"offset.store.sync.interval.ms", "the position is part of the commit"},
    {"isolation.level", "Senne chooses it for each reader"},
    {"auto.offset.reset", "a missing position is never replaced by a guess"},
    {"allow.auto.create.topics", "topics are made by `senne topics --create`"},
    {"enable.partition.eof", "Senne's readers choose it"},
    {"test.mock.num.brokers", "set kafka.bootstrap_servers: embedded"},
    {"test.mock.broker.rtt", "set kafka.bootstrap_servers: embedded"},
}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::optional<long long> integer(std::string_view text) {
  long long value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<Error> refuse(std::string_view key, std::string_view why) {
  return fail(ErrorKind::configuration, fmt::format("kafka.properties: {}: {}", key, why));
}

// Properties that trade safety for speed.
Result<void> check_loss(const KafkaSettings& settings, std::string_view key,
                        std::string_view value) {
  const bool admitted = settings.allow_loss && settings.delivery == Delivery::at_least_once;
  std::string_view why;
  if ((key == "acks" || key == "request.required.acks") && value != "all" && value != "-1") {
    why = "expected all: anything less loses records with their broker";
  }
  if (key == "enable.idempotence" && lower(value) != "true") {
    why = "expected true: otherwise retries double and reorder records";
  }
  if ((key == "retries" || key == "message.send.max.retries") && integer(value).value_or(0) < 5) {
    why = "expected at least 5: a record must survive a change of leader";
  }
  if (why.empty() || admitted) return {};
  return refuse(key, fmt::format("{}{}", why,
                                 settings.delivery == Delivery::at_least_once
                                     ? " (allow_loss: true admits it)"
                                     : ""));
}

Result<void> check_ranges(std::string_view key, std::string_view value) {
  if (key != "transaction.timeout.ms") return {};
  const std::optional<long long> ms = integer(value);
  if (ms && *ms >= 5'000 && *ms <= 900'000) return {};
  return refuse(key, "expected 5000 to 900000");
}

}  // namespace

bool is_secret(std::string_view key) {
  static constexpr std::array<std::string_view, 8> marks = {
      "password", "secret", "key", "token", "jaas", "credential", "oauthbearer.config", "pem"};
  const std::string folded = lower(key);
  return std::any_of(marks.begin(), marks.end(), [&folded](std::string_view mark) {
    return folded.find(mark) != std::string::npos;
  });
}

std::string without_secrets(std::string text,
                            const std::map<std::string, std::string>& properties) {
  for (const auto& [key, value] : properties) {
    if (value.empty() || !is_secret(key)) continue;
    for (std::size_t at = 0; (at = text.find(value, at)) != std::string::npos; at += 3) {
      text.replace(at, value.size(), "***");
    }
  }
  return text;
}

Result<void> check_properties(const KafkaSettings& settings) {
  const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(
      rd_kafka_conf_new(), &rd_kafka_conf_destroy);
  for (const auto& [key, value] : settings.properties) {
    const auto* found = std::find_if(refused.begin(), refused.end(),
                                     [&key = key](const Refused& r) { return r.key == key; });
    if (found != refused.end()) return refuse(key, fmt::format("not to be set: {}", found->why));
    if (auto ok = check_loss(settings, key, value); !ok) return ok;
    if (auto ok = check_ranges(key, value); !ok) return ok;
    std::array<char, 512> why{};
    const auto set =
        rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), why.data(), why.size());
    if (set == RD_KAFKA_CONF_UNKNOWN) return refuse(key, "unknown to librdkafka");
    if (set == RD_KAFKA_CONF_INVALID) {
      return refuse(key, is_secret(key) ? "invalid value" : why.data());
    }
  }
  return {};
}

}  // namespace senne::sinks
