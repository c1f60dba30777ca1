#include "sinks/value_json.h"

#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "senne/v1/dead_letter.pb.h"
#include "senne/v1/device.pb.h"
#include "senne/v1/observation.pb.h"
#include "senne/v1/partial.pb.h"
#include "senne/v1/window.pb.h"

namespace senne::sinks {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;
using nlohmann::json;

std::string json_of(const Message& value) {
  std::string text;
  append_json(value, text);
  return text;
}

std::string by_protobuf(const Message& value) {
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(value, &text).ok());
  return text;
}

// Messages of any type of the schema with any of their fields set, to any value that it can hold.
class AnyMessage {
 public:
  explicit AnyMessage(unsigned seed) : random_(seed) {}

  void fill(Message& value) {
    if (value.GetDescriptor() == Timestamp::descriptor()) {
      auto& timestamp = static_cast<Timestamp&>(value);
      timestamp.set_seconds(std::uniform_int_distribution<std::int64_t>(0, 4'000'000'000)(random_));
      const int nanos[] = {0, 200'000'000, 1'000, 999'999'999, 120'000};
      timestamp.set_nanos(nanos[random_() % 5]);
      return;
    }
    for (int i = 0; i < value.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *value.GetDescriptor()->field(i);
      if (random_() % 3 == 0) continue;
      if (!field.is_repeated()) {
        set(value, field);
        continue;
      }
      for (auto n = random_() % 4; n > 0; --n) add(value, field);
    }
  }

 private:
  std::string text() {
    static const std::string pieces[] = {"a", "\"",  "\\",     "\n", "\x01",
                                         "é", "<&>", "\u2028", "😀",  "/"};
    std::string text;
    for (auto n = random_() % 6; n > 0; --n) text += pieces[random_() % std::size(pieces)];
    return text;
  }
  double number() {
    static constexpr double numbers[] = {0,
                                         -0.0,
                                         21.5,
                                         0.1,
                                         1e21,
                                         5e-324,
                                         1.7976931348623157e308,
                                         std::numeric_limits<double>::infinity(),
                                         -std::numeric_limits<double>::infinity(),
                                         std::numeric_limits<double>::quiet_NaN(),
                                         123456789.123456789};
    return numbers[random_() % std::size(numbers)];
  }
  int enum_number(const FieldDescriptor& field) {
    const auto* type = field.enum_type();
    return type->value(static_cast<int>(random_() % 256) % type->value_count())->number();
  }

  void set(Message& value, const FieldDescriptor& field) {
    const auto* reflection = value.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection->SetString(&value, &field, text());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection->SetDouble(&value, &field, number());
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection->SetBool(&value, &field, random_() % 2 == 0);
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection->SetUInt64(
            &value, &field, random_() % 2 == 0 ? 0 : std::numeric_limits<std::uint64_t>::max());
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->SetEnumValue(&value, &field, enum_number(field));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return fill(*reflection->MutableMessage(&value, &field));
      default:
        FAIL() << field.full_name() << ": of a kind that is not known here";
    }
  }
  void add(Message& value, const FieldDescriptor& field) {
    const auto* reflection = value.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection->AddString(&value, &field, text());
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->AddEnumValue(&value, &field, enum_number(field));
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        if (!field.is_map()) return fill(*reflection->AddMessage(&value, &field));
        Message* const entry = reflection->AddMessage(&value, &field);
        // Each key once, as a map has it.
        entry->GetReflection()->SetString(entry, field.message_type()->map_key(),
                                          "k" + std::to_string(random_()));
        return set(*entry, *field.message_type()->map_value());
      }
      default:
        FAIL() << field.full_name() << ": of a kind that is not known here";
    }
  }

  std::mt19937 random_;
};

template <class Value>
class ValueJson : public testing::Test {};
using Values = testing::Types<v1::ObservationCollection, v1::WindowResult, v1::DeadLetter,
                              v1::DeviceStatus, v1::Partial>;
TYPED_TEST_SUITE(ValueJson, Values);

TYPED_TEST(ValueJson, says_what_protobufs_own_printer_says) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    TypeParam value;
    AnyMessage(seed).fill(value);
    const std::string text = json_of(value);
    ASSERT_EQ(json::parse(text), json::parse(by_protobuf(value))) << text;
    ASSERT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(ValueJsonText, the_order_of_fields_and_entries_is_fixed) {
  v1::WindowResult window;
  window.set_incomplete(true);
  window.set_subject_id("dev-1/co2");
  window.set_count(5);
  auto& statistics = *window.mutable_statistics();
  statistics["min"] = 400;
  statistics["max"] = 425.5;
  statistics["mean"] = 412.5;
  EXPECT_EQ(json_of(window),
            R"({"subjectId":"dev-1/co2","count":"5",)"
            R"("statistics":{"max":425.5,"mean":412.5,"min":400},"incomplete":true})");
}

TEST(ValueJsonText, is_appended) {
  std::string text = "value: ";
  append_json(v1::DeadLetter(), text);
  EXPECT_EQ(text, "value: {}");
}

}  // namespace
}  // namespace senne::sinks
