// Texts that mean harm, or are none: one clear line each, soon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/configuration/node.h"
#include "sinks/utf8.h"
#include "tests/app/configuration/sample.h"

namespace senne::app {
namespace {

using testing::HasSubstr;

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HostileText, an_empty_file_and_other_things_that_are_no_map) {
  EXPECT_EQ(error_of(""),
            "senne.yaml:1:1: expected a map with instance, mqtt, kafka and routes, got nothing");
  EXPECT_EQ(error_of("# only a comment\n"),
            "senne.yaml:1:1: expected a map with instance, mqtt, kafka and routes, got nothing");
  EXPECT_EQ(error_of("- a\n- b\n"),
            "senne.yaml:1:1: expected a map with instance, mqtt, kafka and routes, got a list");
  EXPECT_EQ(error_of("~"),
            "senne.yaml:1:1: expected a map with instance, mqtt, kafka and routes, got nothing");
  EXPECT_EQ(error_of("\n  word"),
            "senne.yaml:2:3: expected a map with instance, mqtt, kafka and routes, got text");
}

TEST(HostileText, anchors_aliases_and_with_them_bombs_are_refused) {
  EXPECT_EQ(error_of("instance: &a x\nmqtt: *a\n"),
            "senne.yaml:1:11: anchors and aliases are not accepted; write the value out");
  EXPECT_EQ(error_of("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
            "senne.yaml:1:4: anchors and aliases are not accepted; write the value out");
  EXPECT_THAT(error_of("a: *missing\n"), HasSubstr("senne.yaml:1:"));
}

TEST(HostileText, tags_and_more_documents_are_refused) {
  EXPECT_EQ(error_of("instance: !!str x\n"), "senne.yaml:1:11: tags are not accepted");
  EXPECT_EQ(error_of("!foo {a: b}\n"), "senne.yaml:1:1: tags are not accepted");
  EXPECT_EQ(error_of(smallest + "---\ninstance: b\n"),
            "senne.yaml:9:1: a second document; one file holds one");
}

TEST(HostileText, bytes_that_are_no_text_are_refused_where_they_stand) {
  EXPECT_EQ(error_of("instance: a\nmqtt: \xff\n"), "senne.yaml:2:7: the text is not UTF-8");
  EXPECT_EQ(error_of("instance: \xc0\xaf"), "senne.yaml:1:11: the text is not UTF-8");
  EXPECT_EQ(error_of("instance: \xed\xa0\x80"), "senne.yaml:1:11: the text is not UTF-8");
  EXPECT_EQ(error_of(std::string_view("instance: a\n\0", 13)),
            "senne.yaml:2:1: a control character is not accepted");
  EXPECT_EQ(error_of(std::string_view("i\0n\0s\0", 6)),
            "senne.yaml:1:2: a control character is not accepted");
  EXPECT_EQ(error_of("\x1b[2Jinstance: a"), "senne.yaml:1:1: a control character is not accepted");
  EXPECT_THAT(error_of("\"in\\x1bstance\": a\n"),
              HasSubstr("senne.yaml:1:1: unknown key `in\\x1bstance`"));
}

TEST(HostileText, nothing_of_the_text_starts_a_new_line_in_an_error) {
  const auto with = [](std::string_view what, std::string_view instead) {
    std::string text = smallest;
    return text.replace(text.find(what), what.size(), instead);
  };
  EXPECT_EQ(
      error_of(with("test-1", R"("${file:a\nb}")")),
      R"(senne.yaml:1:11: cannot read the file of ${file:a\x0ab}: No such file or directory)");
  EXPECT_EQ(error_of(with("k1:9092\"", R"(k1:9092", properties: {"a\nb": 1})")),
            R"(senne.yaml:4:52: kafka.properties: a\x0ab: unknown to librdkafka)");
  EXPECT_EQ(error_of(smallest + R"(    units: {"a\nb": "c\nd"})"),
            R"(senne.yaml:9:21: routes[0].units.a\x0ab: expected text of 1 to 1024 bytes in one )"
            R"(line, got `c\x0ad` in quotes)");
  EXPECT_LT(error_of(with("test-1", "\"${file:" + repeat("a", 100'000) + "}\"")).size(), 5'000u);
}

TEST(HostileText, a_path_that_looks_longer_than_it_is_is_refused) {
  const TemporaryFolder folder;
  const std::string path = folder.write("secret", "s");
  EXPECT_THAT(error_of("instance: \"${file:" + path + "\\0.pem}\"\n"),
              HasSubstr("\\x00.pem}: a path ends at a NUL byte"));
}

TEST(HostileText, a_byte_order_mark_and_windows_line_ends_are_taken) {
  std::string text = "\xef\xbb\xbf";
  for (const char c : smallest) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(error_of(text), "no error");
}

TEST(HostileText, tabs_are_refused_where_yaml_does) {
  EXPECT_THAT(error_of("mqtt:\n\turl: x\n"), HasSubstr("senne.yaml:2:1: not valid YAML: "));
}

TEST(HostileText, depth_is_bounded) {
  EXPECT_THAT(error_of("a: " + repeat("[", 33) + repeat("]", 33)),
              HasSubstr("nested deeper than 32 levels"));
  EXPECT_THAT(error_of(repeat("[", 100'000)), HasSubstr("senne.yaml:1:"));
  EXPECT_THAT(error_of(repeat("{a: ", 100'000)), HasSubstr("senne.yaml:1:"));
  EXPECT_THAT(error_of(repeat("- ", 50'000)), HasSubstr("nested deeper than 32 levels"));
  EXPECT_THAT(error_of(repeat("? ", 50'000)), HasSubstr("senne.yaml:1:"));
  std::string stairs;
  for (std::size_t i = 0; i < 100; ++i) stairs += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(error_of(stairs), "senne.yaml:33:33: nested deeper than 32 levels");
}

TEST(HostileText, long_scalars_are_refused_in_a_short_line) {
  const std::string megabyte(1u << 20, 'x');
  for (const std::string& text :
       {"instance: " + megabyte, "instance: \"" + megabyte + "\"", megabyte + ": a", megabyte,
        "instance: |\n " + megabyte, "instance: " + repeat("é", 1u << 19)}) {
    const std::string error = error_of(text);
    EXPECT_NE(error, "no error");
    EXPECT_LT(error.size(), 250u);
    EXPECT_TRUE(sinks::valid_utf8(error)) << error;
  }
}

TEST(HostileText, many_values_are_bounded) {
  EXPECT_THAT(error_of("[" + repeat("a,", document_nodes_max + 1) + "]"),
              HasSubstr("more than 4000000 values"));
}

TEST(HostileText, a_text_over_the_limit_is_refused_unread) {
  EXPECT_EQ(error_of(std::string(document_bytes_max + 1, ' ')),
            "senne.yaml:1:1: larger than 67108864 bytes");
}

TEST(HostileText, every_beginning_of_a_configuration_is_an_error_or_sound) {
  const std::string text = smallest + "windows:\n  - {name: \"a\", length: 10s}\n";
  for (std::size_t size = 0; size < text.size(); ++size) error_of(text.substr(0, size));
}

TEST(HostileText, every_changed_byte_of_a_configuration_is_an_error_or_sound) {
  for (const char byte : std::string("\0\xff:{}[]-\"'\n\t #&*!|>%@`$?,", 26)) {
    for (std::size_t i = 0; i < smallest.size(); ++i) {
      std::string text = smallest;
      text[i] = byte;
      error_of(text);
    }
  }
}

}  // namespace
}  // namespace senne::app
