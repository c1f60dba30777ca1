#include "sinks/kafka/transactional_sink.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <thread>

#include "core/check.h"
#include "sinks/kafka/commit_metadata.h"
#include "sinks/kafka/topic_facts.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;

constexpr Duration glance_patience = std::chrono::seconds{2};
constexpr Duration claim_patience = std::chrono::seconds{8};
constexpr Duration abort_patience = std::chrono::seconds{3};
constexpr Duration default_transaction_timeout = std::chrono::seconds{15};

Duration transaction_timeout(const KafkaSettings& settings) {
  const auto set = settings.properties.find("transaction.timeout.ms");
  if (set == settings.properties.end()) return default_transaction_timeout;
  std::int64_t ms = 0;
  std::from_chars(set->second.data(), set->second.data() + set->second.size(), ms);
  return std::chrono::milliseconds{ms};
}

// Another producer has our transactional id, or the cluster gave our transaction up.
bool is_fenced(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

// What an operator repairs while we wait.
bool is_permission(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
         code == RD_KAFKA_RESP_ERR__AUTHENTICATION;
}

}  // namespace

TransactionalSink::TransactionalSink(const KafkaSettings& settings, std::string_view instance,
                                     Logger& logger)
    : ClusterSink(settings, instance, ClusterView::Undecided::awaited, logger),
      transaction_timeout_(transaction_timeout(settings)),
      group_(rd_kafka_consumer_group_metadata_new(owner_.c_str())) {}

SinkError TransactionalSink::error_of(const char* what, const rd_kafka_error_t* error) const {
  rd_kafka_resp_err_t code = rd_kafka_error_code(error);
  std::string text = rd_kafka_error_string(error);
  if (rd_kafka_error_is_fatal(error) != 0) {
    // The first fatal error is the cause; later ones only say that there was one.
    std::array<char, 512> first{};
    if (const auto cause = rd_kafka_fatal_error(producer_->get(), first.data(), first.size());
        cause != RD_KAFKA_RESP_ERR_NO_ERROR) {
      code = cause;
      text = first.data();
    }
  }
  Kind kind = Kind::restart;
  if (is_fenced(code)) {
    kind = Kind::fenced;
  } else if (rd_kafka_error_is_fatal(error) == 0 && rd_kafka_error_is_retriable(error) != 0) {
    kind = Kind::retry;
  }
  return {kind, fmt::format("{} as {} at Kafka {}: {} ({})", what, owner_,
                            settings_.bootstrap_servers, text, rd_kafka_err2name(code))};
}

SinkResult<std::optional<Committed>> TransactionalSink::committed() {
  auto cluster = identified_view();
  if (!cluster) return tl::unexpected(std::move(cluster.error()));
  if (claimed_) return (*cluster)->committed();
  // A commit that was acknowledged a moment ago shows once its marker is written, so a short wait
  // gives the truth. But a dead predecessor's transaction may stay open for its whole time-out;
  // whether we may claim at all does not depend on its outcome.
  auto position = (*cluster)->committed(glance_patience);
  if (position || position.error().kind != Kind::retry) return position;
  auto last_decided =
      ClusterView::open(settings_, owner_, ClusterView::Undecided::ignored, logger_);
  if (!last_decided) return tl::unexpected(std::move(last_decided.error()));
  return last_decided->committed();
}

SinkResult<void> TransactionalSink::claim() {
  auto made = make_producer(
      {{"transactional.id", owner_},
       {"enable.idempotence", "true"},
       {"acks", "all"},
       {"transaction.timeout.ms", std::to_string(milliseconds(transaction_timeout_))}});
  if (!made) return made;
  const KafkaError error(
      rd_kafka_init_transactions(producer_->get(), milliseconds(claim_patience)));
  if (error != nullptr) {
    SinkError failed = error_of("cannot claim", error.get());
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error.get());
    if (failed.kind == Kind::retry) return tl::unexpected(std::move(failed));  // goes on next time
    producer_.reset();
    if (is_permission(code)) failed.kind = Kind::retry;
    if (code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT ||
        code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) {
      failed.kind = Kind::fatal;
    }
    return tl::unexpected(std::move(failed));
  }
  topics_ = OutgoingTopics(*producer_, settings_);
  claimed_ = true;
  view_.reset();
  return {};
}

SinkResult<void> TransactionalSink::begin() {
  SENNE_CHECK(claimed_ && !open_);
  view_.reset();
  const KafkaError error(rd_kafka_begin_transaction(producer_->get()));
  if (error != nullptr) {
    SinkError failed = error_of("cannot begin a transaction", error.get());
    if (failed.kind == Kind::retry) failed.kind = Kind::restart;
    return tl::unexpected(std::move(failed));
  }
  open_ = true;
  return {};
}

SinkResult<void> TransactionalSink::emit(Topic topic, std::string_view key, std::string_view value,
                                         std::span<const Header> headers) {
  SENNE_CHECK(open_);
  auto produced = topics_.produce(*producer_, topic, key, value, headers, tell_);
  if (!produced) {
    std::array<char, 512> why{};
    if (is_fenced(rd_kafka_fatal_error(producer_->get(), why.data(), why.size()))) {
      produced.error().kind = Kind::fenced;
    }
    const Wait wait(tell_);
    abort();
  }
  return produced;
}

template <class Call>
SinkResult<void> TransactionalSink::persist(const char* what, Call&& call) {
  const auto until = std::chrono::steady_clock::now() + transaction_timeout_;
  while (true) {
    const Duration left = until - std::chrono::steady_clock::now();
    const KafkaError error(call(std::max(milliseconds(left), 1)));
    if (error == nullptr) return {};
    SinkError failed = error_of(what, error.get());
    if (failed.kind != Kind::retry) return tl::unexpected(std::move(failed));
    if (std::chrono::steady_clock::now() >= until) {
      failed.kind = Kind::restart;
      return tl::unexpected(std::move(failed));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

SinkResult<void> TransactionalSink::commit(Position position, const CommitMetadata& metadata) {
  if (!open_) {
    if (auto begun = begin(); !begun) return begun;
  }
  const KafkaPartitions offsets(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* partition =
      rd_kafka_topic_partition_list_add(offsets.get(), position_topic(settings_).c_str(), 0);
  partition->offset = static_cast<std::int64_t>(position.value);
  const std::string text = encode_commit_metadata(metadata);
  partition->metadata = rd_kafka_mem_malloc(nullptr, text.size());
  text.copy(static_cast<char*>(partition->metadata), text.size());
  partition->metadata_size = text.size();

  auto done = persist("cannot send the position", [&](int patience_ms) {
    return rd_kafka_send_offsets_to_transaction(producer_->get(), offsets.get(), group_.get(),
                                                patience_ms);
  });
  if (done) {
    done = persist("cannot commit", [&](int patience_ms) {
      return rd_kafka_commit_transaction(producer_->get(), patience_ms);
    });
  }
  if (!done) {
    abort();
    return done;
  }
  open_ = false;
  return {};
}

// Releases readers from waiting for the time-out where that is cheap; the next claim would do it.
void TransactionalSink::abort() {
  std::array<char, 16> ignored{};
  if (rd_kafka_fatal_error(producer_->get(), ignored.data(), ignored.size()) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  const KafkaError error(
      rd_kafka_abort_transaction(producer_->get(), milliseconds(abort_patience)));
}

}  // namespace senne::sinks
