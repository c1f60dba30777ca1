#include "sinks/kafka/client.h"

#include <fmt/format.h>

#include <array>

#include "core/check.h"
#include "sinks/kafka/client_settings.h"

namespace senne::sinks {
namespace {

// syslog's levels.
Severity severity(int level) {
  if (level <= 3) return Severity::error;
  if (level == 4) return Severity::warning;
  return level <= 6 ? Severity::info : Severity::debug;
}

}  // namespace

void Client::on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  // Settings for producers are no mistake in those of a reader; and only the embedded cluster is
  // too old to be told not to create topics.
  const std::string_view about = facility;
  if (about == "CONFWARN" || about == "AUTOCREATE") return;
  const auto& context = *static_cast<const Context*>(rd_kafka_opaque(handle));
  context.logger->write(severity(level), "kafka_client", without_secrets(text, context.properties),
                        {{"facility", std::string_view(facility)},
                         {"client", std::string_view(rd_kafka_name(handle))}});
}

void Client::on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& context = *static_cast<Context*>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (context.failed_deliveries++ == 0) {
    context.first_failure =
        fmt::format("{}: {}", rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
  }
}

void Client::Close::operator()(rd_kafka_t* handle) const {
  if (rd_kafka_type(handle) == RD_KAFKA_PRODUCER) {
    rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }
  rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

Client& Client::operator=(Client&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(context_, other.context_);
  return *this;
}

Result<Client> Client::create(const KafkaSettings& settings, rd_kafka_type_t type,
                              const ClientProperties& own, Logger& logger) {
  if (auto ok = check_properties(settings); !ok) return tl::unexpected(std::move(ok.error()));
  Client client;
  client.context_ = std::make_unique<Context>();
  client.context_->logger = &logger;
  client.context_->properties = settings.properties;

  std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>> conf(rd_kafka_conf_new());
  std::array<char, 512> why{};
  const auto set = [&](const std::string& key, const std::string& value) {
    return rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), why.data(), why.size()) ==
           RD_KAFKA_CONF_OK;
  };
  rd_kafka_conf_set_opaque(conf.get(), client.context_.get());
  rd_kafka_conf_set_log_cb(conf.get(), &Client::on_log);
  SENNE_CHECK(set("client.id", "senne"));
  SENNE_CHECK(set("bootstrap.servers", settings.bootstrap_servers));
  // A restarted cluster is noticed within a second or two.
  SENNE_CHECK(set("reconnect.backoff.max.ms", "2000"));
  SENNE_CHECK(set("statistics.interval.ms", "0"));
  if (type == RD_KAFKA_PRODUCER) {
    // A commit right after another meets CONCURRENT_TRANSACTIONS for a moment; the default waits
    // 100 ms for it.
    SENNE_CHECK(set("retry.backoff.ms", "5"));
    // Several batches of catch-up, and a bound on memory while the cluster is away.
    SENNE_CHECK(set("queue.buffering.max.messages", "200000"));
    SENNE_CHECK(set("queue.buffering.max.kbytes", "262144"));
  }
  for (const auto& [key, value] : settings.properties) SENNE_CHECK(set(key, value));
  for (const auto& [key, value] : own) SENNE_CHECK(set(key, value));
  if (type == RD_KAFKA_PRODUCER && settings.delivery == Delivery::at_least_once) {
    SENNE_CHECK(set("delivery.report.only.error", "true"));
    rd_kafka_conf_set_dr_msg_cb(conf.get(), &Client::on_delivery);
  }
  rd_kafka_t* handle = rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (handle == nullptr) {
    return fail(ErrorKind::configuration,
                fmt::format("kafka: {}", without_secrets(why.data(), settings.properties)));
  }
  static_cast<void>(conf.release());  // the handle's now
  client.handle_.reset(handle);
  return client;
}

}  // namespace senne::sinks
