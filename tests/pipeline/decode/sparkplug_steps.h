// One edge node's messages, decoded one after the other with the memory that a pipeline has.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/sparkplug_messages.h"

namespace senne::decode {

class SparkplugSteps : public testing::Test {
 protected:
  const Decoding& say(const std::string& topic, const std::string& payload, double seconds = 0,
                      bool delivered_again = false) {
    const Instant time =
        received + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
    said_.emplace_back(*decoder_, payload, topic, time, delivered_again);
    rebirth_ = nodes_->take_rebirth();
    return said_.back();
  }
  std::vector<std::string> readings(const std::string& topic, const std::string& payload) {
    const Decoding& decoding = say(topic, payload);
    EXPECT_EQ(decoding.outcome(), "ok") << decoding.detail();
    return decoding.readings();
  }
  // Of a metric alone, in the birth of a new node.
  std::vector<std::string> readings_of(const MetricBytes& metric) {
    return readings(nbirth, sparkplug_payload({metric}, 0));
  }
  std::uint64_t gaps() const {
    return nodes_->accounts().empty() ? 0 : nodes_->accounts().front().sequence_gaps;
  }
  std::uint64_t requests() const {
    return nodes_->accounts().empty() ? 0 : nodes_->accounts().front().rebirth_requests;
  }
  // With a decoder of this route, and the same memory.
  void use(const Route& route) { decoder_ = make_decoder(route, nullptr, nodes_.get()); }
  void limit(const SparkplugLimits& limits) {
    nodes_ = std::make_unique<SparkplugNodes>(limits);
    use(route_of(Format::sparkplug_b));
  }

  const std::string nbirth = "spBv1.0/city/NBIRTH/gw-1";
  const std::string ndata = "spBv1.0/city/NDATA/gw-1";
  const std::string ndeath = "spBv1.0/city/NDEATH/gw-1";
  const std::string dbirth = "spBv1.0/city/DBIRTH/gw-1/mast";
  const std::string ddata = "spBv1.0/city/DDATA/gw-1/mast";
  const std::string ddeath = "spBv1.0/city/DDEATH/gw-1/mast";

  std::unique_ptr<SparkplugNodes> nodes_ = std::make_unique<SparkplugNodes>();
  std::unique_ptr<Decoder> decoder_ =
      make_decoder(route_of(Format::sparkplug_b), nullptr, nodes_.get());
  std::string rebirth_;  // who is to be asked since the last message

 private:
  std::deque<Decoding> said_;
};

}  // namespace senne::decode
