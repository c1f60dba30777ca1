#include "pipeline/decode/json.h"

#include <gtest/gtest.h>

#include <string>

#include "pipeline/decode/json_fault.h"
#include "pipeline/decode/json_pointer.h"
#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

class Json : public testing::Test {
 protected:
  tl::expected<element, NotDecoded> parse(std::string_view text) {
    payload_.emplace(text);
    Message message;
    message.payload = payload_->view();
    message.payload_length = text.size();
    return parser_.parse(message);
  }
  Rejected refuse(std::string_view text) {
    const auto result = parse(text);
    EXPECT_FALSE(result.has_value()) << text;
    if (result) return {};
    return std::get<Rejected>(result.error());
  }

  RouteLimits limits_;
  JsonParser parser_{limits_};
  std::optional<PaddedPayload> payload_;
  Decoded out_;
};

TEST_F(Json, depth_up_to_the_limit_and_not_beyond) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + "1" + std::string(levels, ']');
  };
  EXPECT_TRUE(parse(nested(limits_.depth)));
  const auto rejected = refuse(nested(limits_.depth + 1));
  EXPECT_EQ(rejected.reason, DeadLetterReason::too_deep);
  EXPECT_EQ(rejected.detail, "expected at most 32 levels of nesting");
  EXPECT_EQ(refuse(nested(100'000)).reason, DeadLetterReason::too_deep);
  EXPECT_EQ(refuse(std::string(100'000, '[')).reason, DeadLetterReason::malformed);
}

TEST_F(Json, what_is_wrong_and_where) {
  const auto detail = [&](std::string_view text) {
    const auto rejected = refuse(text);
    EXPECT_EQ(rejected.reason, DeadLetterReason::malformed) << text;
    return rejected.detail;
  };
  EXPECT_EQ(detail(""), "expected a value, found the end at byte 0");
  EXPECT_EQ(detail("  "), "expected a value, found the end at byte 2");
  EXPECT_EQ(detail(R"({"a":1,})"), "expected a member name in quotes at byte 7 of 8");
  EXPECT_EQ(detail(R"({"a" 1})"), "expected ':' at byte 5 of 7");
  EXPECT_EQ(detail(R"({"a":1 "b":2})"), "expected ',' or '}' at byte 7 of 13");
  EXPECT_EQ(detail(R"([1 2])"), "expected ',' or ']' at byte 3 of 5");
  EXPECT_EQ(detail(R"({"a":1)"), "expected ',' or '}', found the end at byte 6");
  EXPECT_EQ(detail(R"({"a":"x)"), "expected the closing quote of a text, found the end at byte 7");
  EXPECT_EQ(detail(R"({"a":NaN})"), "expected a value at byte 5 of 9");
  EXPECT_EQ(detail(R"({"a":-Infinity})"), "expected a digit at byte 6 of 15");
  EXPECT_EQ(detail(R"({"a":1}{"b":2})"), "expected the end of the text at byte 7 of 14");
  EXPECT_EQ(detail(R"(["\x"])"), "expected an escape of JSON at byte 3 of 6");
  EXPECT_EQ(detail("[01]"), "expected ',' or ']' at byte 2 of 4");
  EXPECT_EQ(detail("[\"\xC3\x28\"]"), "expected UTF-8, found byte 0xC3 at byte 2 of 6");
  EXPECT_EQ(detail("[\"a\nb\"]"), "expected no control character in a text at byte 3 of 7");
}

TEST_F(Json, integers_of_64_bits_survive) {
  const auto document = parse("[-9223372036854775808,9223372036854775807,18446744073709551615]");
  ASSERT_TRUE(document);
  const array items = *document;
  EXPECT_EQ(as_value(items.at(0), out_), Value(std::int64_t{INT64_MIN}));
  EXPECT_EQ(as_value(items.at(1), out_), Value(std::int64_t{INT64_MAX}));
  EXPECT_EQ(as_value(items.at(2), out_), Value(std::uint64_t{UINT64_MAX}));
}

TEST_F(Json, a_number_beyond_a_double_spoils_itself_only) {
  const auto document =
      parse(R"({"a":1e999,"b":-1E+400,"c":21.5,"d":"1e999 \" 9e999","e":1e-999})");
  ASSERT_TRUE(document);
  const object fields = *document;
  EXPECT_FALSE(as_value(*member(fields, "a"), out_));
  EXPECT_FALSE(as_value(*member(fields, "b"), out_));
  EXPECT_EQ(as_value(*member(fields, "c"), out_), Value(21.5));
  EXPECT_EQ(text_member(fields, "d"), "1e999 \" 9e999");
  EXPECT_EQ(as_value(*member(fields, "e"), out_), Value(0.0));
}

TEST_F(Json, an_integer_beyond_64_bits_becomes_a_double) {
  const auto document = parse("[89014103211118510720,-9223372036854775809]");
  ASSERT_TRUE(document);
  const array items = *document;
  EXPECT_EQ(as_value(items.at(0), out_), Value(89014103211118510720.0));
  EXPECT_EQ(as_value(items.at(1), out_), Value(-9223372036854775809.0));
}

TEST_F(Json, a_repaired_number_does_not_save_a_broken_document) {
  EXPECT_EQ(refuse("[1e999").reason, DeadLetterReason::malformed);
  EXPECT_EQ(refuse("[1e999, 01]").reason, DeadLetterReason::malformed);
  EXPECT_EQ(refuse("[1e999e]").reason, DeadLetterReason::malformed);
  EXPECT_EQ(refuse("[1e999,\"").reason, DeadLetterReason::malformed);
  EXPECT_EQ(refuse("[1e999,\"\\").reason, DeadLetterReason::malformed);
}

TEST_F(Json, the_first_of_two_members_with_one_name_counts) {
  const auto document = parse(R"({"a":1,"a":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(number_member(object(*document), "a"), 1.0);
}

TEST_F(Json, a_byte_order_mark_is_passed_over) {
  EXPECT_TRUE(parse("\xEF\xBB\xBF{\"a\":1}"));
  EXPECT_FALSE(parse("\xEF\xBB\xBF"));
}

TEST_F(Json, the_padding_is_never_read_as_text) {
  // The padding of these payloads is made of `}`.
  EXPECT_EQ(refuse(R"({"a":{"b":1)").reason, DeadLetterReason::malformed);
  EXPECT_EQ(refuse(R"({"a":1)").reason, DeadLetterReason::malformed);
}

TEST_F(Json, counters_come_as_integers_integral_numbers_and_digits) {
  const auto document = parse(R"([7,7.0,"7",18446744073709551615,-1,7.5,"x","",true,1e300])");
  ASSERT_TRUE(document);
  std::vector<std::string> counters;
  for (const auto item : array(*document)) counters.emplace_back(keep_counter(item, out_));
  EXPECT_EQ(counters, (std::vector<std::string>{"7", "7", "7", "18446744073709551615", "", "", "",
                                                "", "", ""}));
}

TEST(JsonPointerText, escapes_and_what_is_none) {
  EXPECT_TRUE(JsonPointer::parse(""));
  EXPECT_TRUE(JsonPointer::parse("/"));
  EXPECT_TRUE(JsonPointer::parse("/a~0b/c~1d"));
  for (const char* text : {"a", "#/a", "/a~", "/a~2"})
    EXPECT_FALSE(JsonPointer::parse(text)) << text;
}

TEST_F(Json, pointers_of_rfc_6901_section_5) {
  const auto document = parse(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,)"
                              R"("i\\j":5,"k\"l":6," ":7,"m~n":8})");
  ASSERT_TRUE(document);
  const auto number = [&](const char* pointer) -> double {
    const auto place = JsonPointer::parse(pointer)->follow(*document);
    return place ? as_number(*place).value_or(-1) : -2;
  };
  EXPECT_EQ(number("/"), 0);
  EXPECT_EQ(number("/a~1b"), 1);
  EXPECT_EQ(number("/c%d"), 2);
  EXPECT_EQ(number("/e^f"), 3);
  EXPECT_EQ(number("/g|h"), 4);
  EXPECT_EQ(number("/i\\j"), 5);
  EXPECT_EQ(number("/k\"l"), 6);
  EXPECT_EQ(number("/ "), 7);
  EXPECT_EQ(number("/m~0n"), 8);
  EXPECT_EQ(number("/foo"), -1);
  EXPECT_TRUE(JsonPointer::parse("/foo/1")->follow(*document));
  for (const char* absent : {"/foo/2", "/foo/-", "/foo/01", "/foo/+1", "/foo/1/x", "/none/x"}) {
    EXPECT_EQ(number(absent), -2) << absent;
  }
}

}  // namespace
}  // namespace senne::decode
