// Eclipse Sparkplug B 3.0: docs/formats.md, sparkplug-b.
//
// The one format whose decoding has memory: messages with data name their metrics by numbers that
// the last birth gave them. The memory is the pipeline's (sparkplug_nodes.h); a message that is
// `malformed` changes nothing of it but this: a birth that cannot be read ends what the one before
// said.
#pragma once

#include <memory>
#include <string>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/sparkplug_nodes.h"
#include "pipeline/decode/sparkplug_payload.h"
#include "pipeline/decode/sparkplug_readings.h"
#include "pipeline/decode/sparkplug_topic.h"

namespace senne::decode {

class SparkplugBDecoder final : public Decoder {
 public:
  // `nodes`, which must outlive it, may be null: then it remembers by itself.
  SparkplugBDecoder(const Route& route, SparkplugNodes* nodes);

  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;
  void pass_over(const Message& message) override;

 private:
  using Result = SparkplugReadings::Result;

  // One message that was found to be of a node.
  struct Said {
    const Message& message;
    const SparkplugTopic& topic;
    SparkplugPayload payload;
    SentTime time;
    Instant receive_time;
    SparkplugNode* node = nullptr;
    bool rebirth = false;  // is wished
    bool untimed = false;  // a reading states no time
  };

  std::string_view descriptor() const { return std::string_view(id_).substr(0, descriptor_size_); }
  void name(const SparkplugTopic& topic);
  DecodeResult decode_birth(Said& said, Decoded& out);
  DecodeResult decode_data(Said& said, Decoded& out);
  DecodeResult decode_death(Said& said, Decoded& out);
  // What a message without readings says of its node or device.
  Sign& add_sign(std::string_view device, bool gone, Decoded& out);
  // Of a node that is gone, or begins anew: so are all its devices.
  void lose_devices(const SparkplugNode& node, bool unborn, Decoded& out);
  // What the metrics of a death say of the session.
  Result read_death(std::string_view payload, std::optional<std::uint64_t>& bd_seq) const;
  // What the metrics of a birth say, into `birth_`.
  Result read_birth(std::string_view payload, std::optional<std::uint64_t>& bd_seq);
  bool install(const Said& said, std::optional<std::uint64_t> bd_seq, std::uint64_t fingerprint);
  Result append_metrics(Said& said, const SparkplugBirth* known, Decoded& out);
  Result append_metric(Said& said, SparkplugMetric metric, const SparkplugBirth* known,
                       Decoded& out);
  void forget(const SparkplugTopic& topic);
  void follow(Said& said);
  // Of a message that is broken, or over a limit.
  DecodeResult refuse(Result result) const;
  DecodeResult finish(Said& said, Result result, Decoded& out);

  const std::string route_;
  const std::size_t readings_limit_;
  const std::size_t depth_max_;
  const bool rebirth_requests_;
  std::unique_ptr<SparkplugNodes> own_nodes_;
  SparkplugNodes& nodes_;
  SparkplugReadings readings_;
  SparkplugBirth birth_;
  std::string id_;  // {group}/{node}[/{device}]
  std::size_t descriptor_size_ = 0;
};

}  // namespace senne::decode
