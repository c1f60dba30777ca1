// Turns results into the records that leave: values as protobuf or JSON, CloudEvents headers, the
// topic's size limit. It stands between the operators, which know no encoding, and the sink, which
// knows no message.
//
// THREAD  the shard's; the counters may be read from any.
// OWNS    its buffers, which are reused: in the steady state protobuf records allocate nothing
//         here.
// FAILS   the first error of the sink is kept in `error`, which the shard looks at after each log
//         record; until `reset` everything after it is dropped, as the transaction is lost anyway.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/metrics.h"
#include "core/output.h"
#include "core/sink.h"
#include "senne/v1/dead_letter.pb.h"
#include "sinks/cloud_events.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

class Encoder final : public Output {
 public:
  // `encoding` by Topic.
  Encoder(std::string_view instance, const std::array<Encoding, topic_count>& encoding);

  // Where records go from now on; its size limits are taken (so after `claim`). Null mutes: all is
  // done but sending and counting, under the limits taken last, as a replay needs it. Forgets batch
  // and error.
  void set_sink(Sink* sink) override;

  // The size limits alone, for a replay before the first `set_sink`.
  void take_limits(const Sink& sink) override;

  // Where commands go, unless muted; until this is called they go nowhere. Must not wait.
  void on_command(std::function<void(const DeviceCommand&)> send) {
    send_command_ = std::move(send);
  }

  // Whether `begin` was called on the sink since the last `committed` or `reset`: it is, at the
  // first record.
  bool open() const override { return open_; }
  const std::optional<SinkError>& error() const override { return error_; }

  // What was sent since the last `committed` or `reset`.
  std::uint64_t batch_records() const { return batch_records_; }
  std::uint64_t batch_bytes() const { return batch_bytes_; }

  // The sink's commit succeeded: the batch is counted and a new one starts.
  void committed() override;
  // The batch is lost.
  void reset() override;

  // Records committed.
  const Counter& records(Topic topic) const { return records_[static_cast<std::size_t>(topic)]; }

  Accepted observations(const Emission& emission, const v1::ObservationCollection& value) override;
  Accepted window(const Emission& emission, const v1::WindowResult& value) override;
  void device(const Emission& emission, const v1::DeviceStatus& value) override;
  void dead_letter(const Emission& emission, const v1::DeadLetter& value) override;
  void command(const DeviceCommand& command) override;

 private:
  Accepted send_if_it_fits(Topic topic, const Emission& emission,
                           const google::protobuf::Message& value);
  // The value as it goes out; valid until the next call.
  std::string_view encode(Topic topic, const google::protobuf::Message& value);
  std::span<const Header> make_headers(Topic topic, const Emission& emission);
  // By how many bytes the record is over the topic's limit; zero: it fits.
  std::size_t excess(Topic topic, std::span<const Header> headers, std::string_view key,
                     std::string_view value) const;
  void send(Topic topic, std::span<const Header> headers, std::string_view key,
            std::string_view value);
  Encoding encoding(Topic topic) const { return encoding_[static_cast<std::size_t>(topic)]; }

  std::array<Encoding, topic_count> encoding_;
  std::array<std::size_t, topic_count> limits_;
  CloudEventHeaders headers_;
  std::function<void(const DeviceCommand&)> send_command_ = [](const DeviceCommand&) {};
  Sink* sink_ = nullptr;
  bool open_ = false;
  std::optional<SinkError> error_;
  std::string bytes_;
  std::uint64_t batch_records_ = 0;
  std::uint64_t batch_bytes_ = 0;
  std::array<std::uint64_t, topic_count> batch_by_topic_{};
  std::array<Counter, topic_count> records_;
};

}  // namespace senne::sinks
