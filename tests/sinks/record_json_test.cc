#include "sinks/record_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "senne/v1/window.pb.h"

namespace senne::sinks {
namespace {

using nlohmann::json;

std::string line_of(std::string_view key, std::vector<Header> headers, std::string_view value) {
  std::string line;
  append_record_json(line, "urban.aggregates.v1", key, headers, value);
  return line;
}

TEST(RecordJson, a_protobuf_value_is_shown_as_proto3_json) {
  v1::WindowResult window;
  window.set_subject_id("dev-1/co2");
  window.set_count(5);
  (*window.mutable_statistics())["mean"] = 412.5;
  const std::string line = line_of(
      "dev-1/co2", {{"ce_type", "senne.window.v1"}, {"content-type", "application/protobuf"}},
      window.SerializeAsString());
  EXPECT_EQ(json::parse(line), json::parse(R"({"topic":"urban.aggregates.v1","key":"dev-1/co2",
    "headers":{"ce_type":"senne.window.v1","content-type":"application/protobuf"},
    "value":{"subjectId":"dev-1/co2","count":"5","statistics":{"mean":412.5}}})"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(RecordJson, fields_stand_in_the_order_of_the_contract) {
  EXPECT_EQ(line_of("k", {{"content-type", "application/json"}}, R"({"deviceId":"dev-1"})"),
            R"({"topic":"urban.aggregates.v1","key":"k",)"
            R"("headers":{"content-type":"application/json"},"value":{"deviceId":"dev-1"}})");
}

TEST(RecordJson, other_bytes_are_shown_as_base64) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xff\xfe\xfd\xfc", "//79/A=="}};
  for (const auto& [bytes, base64] : cases) {
    EXPECT_EQ(json::parse(line_of("k", {}, bytes))["value"], base64);
  }
  const std::string broken = line_of(
      "k", {{"ce_type", "senne.window.v1"}, {"content-type", "application/protobuf"}}, "\xff\xff");
  EXPECT_EQ(json::parse(broken)["value"], "//8=");
}

TEST(RecordJson, any_key_and_header_gives_valid_json) {
  const std::string key = "q\"b\\n\n\r\t\b\f\x01\x7f \xc3\xa9 \xff";
  const json line = json::parse(line_of(key, {{"x", "\xc3"}}, ""));
  EXPECT_EQ(line["key"], "q\"b\\n\n\r\t\b\f\x01\x7f \xc3\xa9 \xEF\xBF\xBD");
  EXPECT_EQ(line["headers"]["x"], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace senne::sinks
