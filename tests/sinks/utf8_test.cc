#include "sinks/utf8.h"

#include <gtest/gtest.h>

namespace senne::sinks {
namespace {

TEST(Utf8, accepts_what_rfc_3629_allows) {
  EXPECT_TRUE(valid_utf8(""));
  EXPECT_TRUE(valid_utf8("Ixelles \xc3\x89lys\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8c\xa7"));
  EXPECT_TRUE(valid_utf8(std::string_view("\0", 1)));
  EXPECT_TRUE(valid_utf8("\xf4\x8f\xbf\xbf"));  // the last character
}

TEST(Utf8, refuses_broken_overlong_surrogate_and_beyond) {
  for (const char* text :
       {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(valid_utf8(text));
    EXPECT_TRUE(valid_utf8(replace_invalid_utf8(text)));
  }
}

TEST(Utf8, replaces_only_what_is_invalid) {
  EXPECT_EQ(replace_invalid_utf8("a\xffz\xc3\xa9"), "a\xEF\xBF\xBDz\xc3\xa9");
}

TEST(Utf8, cuts_between_characters) {
  EXPECT_EQ(utf8_prefix("h\xc3\xa9", 5), "h\xc3\xa9");
  EXPECT_EQ(utf8_prefix("h\xc3\xa9", 3), "h\xc3\xa9");
  EXPECT_EQ(utf8_prefix("h\xc3\xa9", 2), "h");
  EXPECT_EQ(utf8_prefix("\xf0\x9f\x8c\xa7", 3), "");
}

}  // namespace
}  // namespace senne::sinks
