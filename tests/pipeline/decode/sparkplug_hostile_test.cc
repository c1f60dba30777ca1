// Sparkplug B made to break or to cost: a bounded amount of memory and time, whatever comes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/hostile_payloads.h"
#include "tests/pipeline/decode/sparkplug_messages.h"
#include "tests/support/counted_memory.h"
#include "tests/support/thread_time.h"

namespace senne::decode {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t payload_max = 256 * 1024;
constexpr std::size_t memory_max = 4 << 20;

struct Hostile {
  std::string name;
  std::string payload;
};

template <class Item>
std::string filled(unsigned field, const Item& item, std::size_t most = payload_max) {
  ProtoBytes proto;
  for (std::size_t i = 0; i < most; ++i) {
    const std::string next = item(i);
    if (proto.text().size() + next.size() + 16 > payload_max) break;
    proto.bytes(field, next);
  }
  return proto.text();
}

std::string one(const MetricBytes& metric) { return ProtoBytes().bytes(2, metric.text()).text(); }

std::vector<Hostile> hostile_messages() {
  constexpr std::size_t readings = 9'999;
  std::vector<Hostile> all;
  const auto metric = [](std::size_t i) {
    return MetricBytes(fmt::format("{}", i)).alias(i).type(5).int_value(1).text();
  };
  all.push_back({"as many readings as may be", filled(2, metric, readings)});
  all.push_back({"more readings than may be", filled(2, metric)});
  all.push_back({"aliases of one number",
                 filled(2, [](std::size_t) { return MetricBytes(7).int_value(1).text(); })});
  all.push_back({"metrics that say nothing", filled(2, [](std::size_t) { return std::string(); })});
  all.push_back({"names that say nothing", filled(2, [](std::size_t i) {
                   return MetricBytes(fmt::format("{}", i * 7919 % 60'000)).text();
                 })});
  all.push_back({"long names", filled(2, [](std::size_t i) {
                   return MetricBytes(std::string(120, 'n') + fmt::format("{}", i))
                       .alias(i)
                       .int_value(1)
                       .text();
                 })});
  all.push_back({"one very long name", one(MetricBytes(std::string(250'000, 'n')).int_value(1))});
  all.push_back({"bytes", one(MetricBytes("b").type(17).raw(std::string(250'000, 'b')))});
  all.push_back({"an array", one(MetricBytes("a").type(26).raw(std::string(9'999, 'b')))});
  all.push_back(
      {"an array over the limit", one(MetricBytes("a").type(26).raw(std::string(250'000, 'b')))});
  all.push_back({"texts", one(MetricBytes("a").type(33).raw(std::string(250'000, '\0')))});
  all.push_back({"flags", one(MetricBytes("a").type(32).raw(std::string("\x40\x0D\x03\x00", 4) +
                                                            std::string(25'000, 'b')))});
  std::string columns = filled(2, [](std::size_t) { return std::string(); });
  all.push_back({"columns", one(MetricBytes("d").data_set(columns.substr(0, 250'000)))});
  all.push_back({"rows", one(MetricBytes("d").data_set(filled(
                             4, [](std::size_t) { return std::string(); }, 120'000)))});
  const std::string cell = ProtoBytes().bytes(1, ProtoBytes().integer(1, 1).text()).text();
  all.push_back({"cells", one(MetricBytes("d").data_set(
                              ProtoBytes().bytes(2, std::string(120, 'c')).text() +
                              filled(
                                  4, [&](std::size_t) { return cell; }, readings)))});
  all.push_back({"properties", one(MetricBytes("p").int_value(1).properties(filled(
                                   1, [](std::size_t) { return "unit"; }, 40'000)))});
  all.push_back({"properties and values",
                 filled(
                     2,
                     [](std::size_t) {
                       return MetricBytes("p").int_value(1).unit(std::string(200, 'u')).text();
                     },
                     readings)});
  std::string nested = MetricBytes("x").int_value(1).text();
  for (int depth = 0; depth < 40; ++depth) {
    nested =
        MetricBytes(std::string(3'000, 'm')).instance(ProtoBytes().bytes(2, nested).text()).text();
  }
  all.push_back({"templates in templates", ProtoBytes().bytes(2, nested).text()});
  std::string deep = "x";
  while (deep.size() < 250'000)
    deep = ProtoBytes().bytes(18, ProtoBytes().bytes(2, deep).text()).text();
  all.push_back({"as deep as may be", ProtoBytes().bytes(2, deep).text()});
  std::string around = filled(
      2, [](std::size_t i) { return MetricBytes(fmt::format("{}", i)).int_value(1).text(); },
      readings);
  for (int depth = 0; depth < 25; ++depth) {
    around = MetricBytes("m").instance(around.substr(0, 255'000)).text();
    if (depth < 24) around = ProtoBytes().bytes(2, around).text();
  }
  all.push_back({"members under many levels", ProtoBytes().bytes(2, around).text()});
  all.push_back({"a length beyond the end",
                 std::string("\x12\xFF\xFF\xFF\xFF\x0F") + std::string(1'000, 'x')});
  all.push_back({"a number without end", std::string(250'000, '\xFF')});
  all.push_back({"zeros", std::string(250'000, '\0')});
  return all;
}

class SparkplugHostile : public ::testing::TestWithParam<const char*> {
 protected:
  struct Cost {
    std::size_t peak = 0;
    nanoseconds time = nanoseconds::max();
  };
  Cost decode(const std::string& bytes, std::string* outcome = nullptr) {
    const PaddedPayload payload(bytes);
    Message message;
    message.topic = GetParam();
    message.payload = payload.view();
    message.payload_length = message.payload.size();
    decoded_.clear();
    const std::size_t before = senne::testing::live_bytes();
    senne::testing::begin_peak();
    const auto begin = testing::thread_time();
    const auto result = decoder_->decode(message, received, decoded_);
    Cost cost;
    cost.time = testing::thread_time() - begin;
    cost.peak = senne::testing::peak_bytes() - before;
    if (outcome == nullptr) return cost;
    *outcome = "ok";
    if (!result && std::holds_alternative<Rejected>(result.error())) {
      *outcome = std::string(name(std::get<Rejected>(result.error()).reason));
      EXPECT_FALSE(std::get<Rejected>(result.error()).detail.empty());
    } else if (!result) {
      *outcome = "suppressed";
    }
    return cost;
  }

  SparkplugNodes nodes_;
  std::unique_ptr<Decoder> decoder_ = make_decoder(route_of(Format::sparkplug_b), nullptr, &nodes_);
  Decoded decoded_;
};

TEST_P(SparkplugHostile, costs_a_bounded_amount) {
  for (const Hostile& hostile : hostile_messages()) {
    ASSERT_LE(hostile.payload.size(), payload_max) << hostile.name;
    std::string outcome;
    const Cost cost = decode(hostile.payload, &outcome);
    // What a birth says is remembered besides.
    EXPECT_LE(cost.peak, memory_max + 4 * payload_max + nodes_.bytes()) << hostile.name;
    auto best = cost.time;
    const bool show = std::getenv("SENNE_SHOW_COST") != nullptr;
    for (int i = 0; i < 9 && (show || best > hostile_time_max); ++i) {
      best = std::min(best, decode(hostile.payload).time);
    }
    EXPECT_LE(best, hostile_time_max) << hostile.name;
    if (show) {
      fmt::print("{:28} {:8} us {:6} KiB {}\n", hostile.name, best.count() / 1000, cost.peak / 1024,
                 outcome);
    }
  }
}

TEST_P(SparkplugHostile, any_byte_anywhere_leaves_a_sound_result) {
  const std::string whole = sparkplug_payload(
      {MetricBytes("a").alias(1).type(9).unit("Cel").real(1.5F),
       MetricBytes("d").type(16).data_set(
           ProtoBytes()
               .bytes(2, "c")
               .integer(3, 3)
               .bytes(4, ProtoBytes().bytes(1, ProtoBytes().integer(1, 1).text()).text())
               .text()),
       MetricBytes("t").type(19).instance(
           ProtoBytes().bytes(2, MetricBytes("x").int_value(1).text()).text()),
       MetricBytes("l").type(23).raw("abcd")},
      0);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string payload = whole;
      payload[i] = static_cast<char>(byte);
      std::string outcome;
      decode(payload, &outcome);
      if (outcome != "ok") continue;
      ASSERT_EQ(decoded_.reports.size(), 1u);
      EXPECT_EQ(decoded_.reports[0].reading_count, decoded_.readings.size());
      EXPECT_GE(decoded_.readings.size(), 1u);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryType, SparkplugHostile,
                         ::testing::Values("spBv1.0/g/NBIRTH/n", "spBv1.0/g/DBIRTH/n/d",
                                           "spBv1.0/g/NDATA/n", "spBv1.0/g/DDATA/n/d",
                                           "spBv1.0/g/NDEATH/n"),
                         [](const auto& instance) {
                           const std::string topic = instance.param;
                           return topic.substr(10, topic.find('/', 10) - 10);
                         });

}  // namespace
}  // namespace senne::decode
