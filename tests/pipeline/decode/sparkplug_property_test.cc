// What is encoded comes out: every scalar datatype, any value, named or by an alias.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>

#include "tests/pipeline/decode/decoding.h"
#include "tests/pipeline/decode/sparkplug_messages.h"

namespace senne::decode {
namespace {

struct Sent {
  MetricBytes value;
  std::uint64_t type = 0;
  Value expected;
};

template <class Integer>
Sent integer(std::uint64_t type) {
  const auto value = *rc::gen::arbitrary<Integer>();
  Sent sent;
  sent.type = type;
  // Encoders sign-extend to the field's width, or do not; and take either field where it fits.
  const auto as_sent = std::bit_cast<std::make_unsigned_t<Integer>>(value);
  const auto wide = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  const auto extended = static_cast<std::uint32_t>(wide);
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      sent.value = sizeof value == 8
                       ? MetricBytes().long_value(wide)
                       : MetricBytes().int_value(
                             std::is_signed_v<Integer> ? extended : std::uint32_t(as_sent));
      break;
    case 1:
      sent.value = MetricBytes().long_value(as_sent);
      break;
    default:
      sent.value = MetricBytes().long_value(wide);
  }
  if constexpr (std::is_signed_v<Integer>) {
    sent.expected = std::int64_t{value};
  } else {
    sent.expected = std::uint64_t{value};
  }
  return sent;
}

Sent any_scalar(std::string& text) {
  const auto type = *rc::gen::inRange<std::uint64_t>(1, 16);
  switch (type) {
    case 1:
      return integer<std::int8_t>(type);
    case 2:
      return integer<std::int16_t>(type);
    case 3:
      return integer<std::int32_t>(type);
    case 4:
      return integer<std::int64_t>(type);
    case 5:
      return integer<std::uint8_t>(type);
    case 6:
      return integer<std::uint16_t>(type);
    case 7:
      return integer<std::uint32_t>(type);
    case 8:
    case 13:
      return integer<std::uint64_t>(type);
    case 9: {
      const auto value = std::bit_cast<float>(*rc::gen::arbitrary<std::uint32_t>());
      RC_PRE(!std::isnan(value));
      return {MetricBytes().real(value), type, Value(double{value})};
    }
    case 10: {
      const auto value = *rc::gen::arbitrary<double>();
      return {MetricBytes().real(value), type, Value(value)};
    }
    case 11: {
      const auto value = *rc::gen::arbitrary<bool>();
      return {MetricBytes().flag(value), type, Value(value)};
    }
    default:
      text = *rc::gen::arbitrary<std::string>();
      return {MetricBytes().string(text), type, Value(std::string_view(text))};
  }
}

// The fields of a message in whatever order: what is behind may as well stand in front.
MetricBytes joined(const MetricBytes& a, const MetricBytes& b, bool turned) {
  return turned ? MetricBytes::of(b.text() + a.text()) : MetricBytes::of(a.text() + b.text());
}

RC_GTEST_PROP(SparkplugProperty, what_is_encoded_comes_out, ()) {
  SparkplugNodes nodes;
  const auto decoder = make_decoder(route_of(Format::sparkplug_b), nullptr, &nodes);
  const auto alias = *rc::gen::arbitrary<std::uint64_t>();
  const auto ms = *rc::gen::inRange<std::uint64_t>(0, 4'000'000'000'000);
  std::string birth_text;
  std::string data_text;
  Sent born = any_scalar(birth_text);
  Sent data = any_scalar(data_text);
  const bool turned = *rc::gen::arbitrary<bool>();

  const MetricBytes named = MetricBytes("some name").alias(alias).at(ms).type(born.type);
  const Decoding birth(*decoder, sparkplug_payload({joined(named, born.value, turned)}, 0),
                       "spBv1.0/g/NBIRTH/n", received, false);
  RC_ASSERT(birth.ok());
  RC_ASSERT(birth.decoded.readings.size() == 1u);
  RC_ASSERT(birth.decoded.readings[0].value == born.expected);
  RC_ASSERT(birth.decoded.readings[0].time.start ==
            instant_from_nanos(std::int64_t(ms) * 1'000'000));

  // The datatype of the birth where the message has none; its own where it has one.
  const bool same = data.type == born.type;
  MetricBytes later;
  later.alias(alias);
  if (!same) later.type(data.type);
  const Decoding second(*decoder, sparkplug_payload({joined(later, data.value, turned)}, 1),
                        "spBv1.0/g/NDATA/n", received, false);
  RC_ASSERT(second.ok());
  RC_ASSERT(second.decoded.readings.size() == 1u);
  RC_ASSERT(second.decoded.readings[0].name == "some name");
  RC_ASSERT(!second.decoded.readings[0].bad);
  RC_ASSERT(second.decoded.readings[0].value == data.expected);
}

}  // namespace
}  // namespace senne::decode
