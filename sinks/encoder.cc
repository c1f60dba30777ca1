#include "sinks/encoder.h"

#include <limits>

#include "core/check.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/window.pb.h"
#include "sinks/dead_letter_fit.h"
#include "sinks/utf8.h"
#include "sinks/value_json.h"

namespace senne::sinks {

Encoder::Encoder(std::string_view instance, const std::array<Encoding, topic_count>& encoding)
    : encoding_(encoding), headers_(instance) {
  limits_.fill(std::numeric_limits<std::size_t>::max());
}

void Encoder::set_sink(Sink* sink) {
  reset();
  sink_ = sink;
  if (sink != nullptr) take_limits(*sink);
}

void Encoder::take_limits(const Sink& sink) {
  for (std::size_t i = 0; i < topic_count; ++i) {
    limits_[i] = sink.size_limit(static_cast<Topic>(i));
    SENNE_CHECK(limits_[i] >= smallest_size_limit);
  }
}

void Encoder::committed() {
  for (std::size_t i = 0; i < topic_count; ++i) {
    if (batch_by_topic_[i] > 0) records_[i].add(batch_by_topic_[i]);
  }
  reset();
}

void Encoder::reset() {
  open_ = false;
  error_.reset();
  batch_records_ = 0;
  batch_bytes_ = 0;
  batch_by_topic_.fill(0);
}

Accepted Encoder::observations(const Emission& emission, const v1::ObservationCollection& value) {
  return send_if_it_fits(Topic::observations, emission, value);
}

Accepted Encoder::window(const Emission& emission, const v1::WindowResult& value) {
  return send_if_it_fits(Topic::aggregates, emission, value);
}

void Encoder::device(const Emission& emission, const v1::DeviceStatus& value) {
  // Ids are at most a few hundred bytes; every topic takes that.
  SENNE_CHECK(send_if_it_fits(Topic::devices, emission, value) == Accepted::yes);
}

void Encoder::dead_letter(const Emission& emission, const v1::DeadLetter& value) {
  constexpr Topic topic = Topic::dead_letters;
  if (texts_are_valid(value) && send_if_it_fits(topic, emission, value) == Accepted::yes) return;
  v1::DeadLetter letter = value;
  make_texts_valid(letter);
  Emission envelope = emission;
  const auto over = [&] {
    return excess(topic, make_headers(topic, envelope), envelope.key, encode(topic, letter));
  };
  cut_to_fit(letter, over);
  if (over() > 0) {
    envelope.key = utf8_prefix(envelope.key, text_bytes_max);
    envelope.traceparent = {};
  }
  SENNE_CHECK(send_if_it_fits(topic, envelope, letter) == Accepted::yes);
}

void Encoder::command(const DeviceCommand& command) {
  if (sink_ != nullptr && !error_) send_command_(command);
}

Accepted Encoder::send_if_it_fits(Topic topic, const Emission& emission,
                                  const google::protobuf::Message& value) {
  const std::string_view bytes = encode(topic, value);
  const std::span<const Header> headers = make_headers(topic, emission);
  if (excess(topic, headers, emission.key, bytes) > 0) return Accepted::too_large;
  send(topic, headers, emission.key, bytes);
  return Accepted::yes;
}

std::span<const Header> Encoder::make_headers(Topic topic, const Emission& emission) {
  return headers_.make(topic, encoding(topic), emission);
}

std::string_view Encoder::encode(Topic topic, const google::protobuf::Message& value) {
  bytes_.clear();
  if (encoding(topic) == Encoding::protobuf) {
    append_protobuf(value, bytes_);
  } else {
    append_json(value, bytes_);
  }
  return bytes_;
}

std::size_t Encoder::excess(Topic topic, std::span<const Header> headers, std::string_view key,
                            std::string_view value) const {
  const std::size_t limit = limits_[static_cast<std::size_t>(topic)];
  std::size_t size = key.size() + value.size();
  for (const Header& header : headers) size += header.name.size() + header.value.size();
  return size > limit ? size - limit : 0;
}

void Encoder::send(Topic topic, std::span<const Header> headers, std::string_view key,
                   std::string_view value) {
  if (sink_ == nullptr || error_) return;
  if (!open_) {
    if (auto begun = sink_->begin(); !begun) {
      error_ = std::move(begun.error());
      return;
    }
    open_ = true;
  }
  if (auto sent = sink_->emit(topic, key, value, headers); !sent) {
    error_ = std::move(sent.error());
    return;
  }
  ++batch_records_;
  batch_bytes_ += key.size() + value.size();
  ++batch_by_topic_[static_cast<std::size_t>(topic)];
}

}  // namespace senne::sinks
