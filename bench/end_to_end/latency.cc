#include "bench/end_to_end/latency.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/check.h"
#include "senne/v1/observation.pb.h"

namespace senne::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* topic = "urban.observations.v1";
constexpr int partitions = 12;
constexpr int request_ms = 10'000;
constexpr int poll_ms = 50;
constexpr Duration settling = 1s;
constexpr Duration patience = 20s;
constexpr double rate_kept = 0.97;

rd_kafka_t* make_consumer(const std::string& bootstrap_servers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 256> why{};
  const auto set = [&](const char* key, const std::string& value) {
    SENNE_CHECK(rd_kafka_conf_set(conf, key, value.c_str(), why.data(), why.size()) ==
                RD_KAFKA_CONF_OK);
  };
  set("bootstrap.servers", bootstrap_servers);
  set("group.id", "latency");
  set("enable.auto.commit", "false");
  set("isolation.level", "read_committed");
  set("fetch.wait.max.ms", "20");
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why.data(), why.size());
  SENNE_CHECK(consumer != nullptr);
  return consumer;
}

// Reads from the ends of all partitions as they were when it was made.
class Consumer {
 public:
  explicit Consumer(const std::string& bootstrap_servers)
      : kafka_(make_consumer(bootstrap_servers)) {
    rd_kafka_topic_partition_list_t* assigned = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i) {
      std::int64_t low = 0;
      std::int64_t high = 0;
      SENNE_CHECK(rd_kafka_query_watermark_offsets(kafka_, topic, i, &low, &high, request_ms) ==
                  RD_KAFKA_RESP_ERR_NO_ERROR);
      rd_kafka_topic_partition_list_add(assigned, topic, i)->offset = high;
    }
    SENNE_CHECK(rd_kafka_assign(kafka_, assigned) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(assigned);
    queue_ = rd_kafka_queue_get_consumer(kafka_);
    thread_ = std::thread([this] { read(); });
  }
  ~Consumer() {
    stop();
    rd_kafka_queue_destroy(queue_);
    rd_kafka_destroy_flags(kafka_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  std::uint64_t seen() const { return seen_.load(std::memory_order_relaxed); }

  std::vector<double> stop() {
    stopping_.store(true);
    if (thread_.joinable()) thread_.join();
    return std::move(latencies_ms_);
  }

 private:
  void read() {
    std::array<rd_kafka_message_t*, 1000> messages{};
    v1::ObservationCollection value;
    while (!stopping_.load(std::memory_order_relaxed)) {
      const ssize_t count =
          rd_kafka_consume_batch_queue(queue_, poll_ms, messages.data(), messages.size());
      const Instant arrived = std::chrono::system_clock::now();
      for (ssize_t i = 0; i < count; ++i) {
        rd_kafka_message_t* message = messages[static_cast<std::size_t>(i)];
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
          SENNE_CHECK(value.ParseFromArray(message->payload, static_cast<int>(message->len)));
          const Instant received{std::chrono::seconds{value.receive_time().seconds()} +
                                 std::chrono::nanoseconds{value.receive_time().nanos()}};
          latencies_ms_.push_back(
              std::chrono::duration<double, std::milli>(arrived - received).count());
        }
        rd_kafka_message_destroy(message);
      }
      seen_.store(latencies_ms_.size(), std::memory_order_relaxed);
    }
  }

  rd_kafka_t* kafka_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<double> latencies_ms_;
  std::atomic<std::uint64_t> seen_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

Result<Latency> latency_at_rate(Senne& senne, const std::string& bootstrap_servers,
                                double per_second, Duration length) {
  Consumer consumer(bootstrap_servers);
  std::this_thread::sleep_for(settling);
  const auto published = senne.publisher().at_rate(per_second, length);
  if (!published) return tl::unexpected(published.error());
  std::this_thread::sleep_for(settling);
  Latency latency;
  latency.asked_per_second = per_second;
  latency.per_second = published->per_second();
  latency.held =
      latency.per_second >= rate_kept * per_second && consumer.seen() >= published->messages;
  // What was sent too fast leaves before the next rate is tried.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (consumer.seen() < published->messages && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(10ms);
  }
  std::vector<double> all_ms = consumer.stop();
  if (all_ms.size() != published->messages) {
    return fail(ErrorKind::failed, "not every message became visible exactly once");
  }
  std::sort(all_ms.begin(), all_ms.end());
  latency.messages = all_ms.size();
  latency.p50_ms = all_ms[all_ms.size() / 2];
  latency.p99_ms = all_ms[all_ms.size() * 99 / 100];
  latency.max_ms = all_ms.back();
  return latency;
}

}  // namespace senne::bench
