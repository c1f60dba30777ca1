// Two filters and a topic, a line each: what matches is what a plain reading of MQTT 5, section
// 4.7, says, and how filters relate agrees with what they match.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "core/topic_filter.h"

namespace {

std::vector<std::string> levels(std::string_view text) {
  std::vector<std::string> all(1);
  for (const char c : text) {
    if (c == '/') {
      all.emplace_back();
    } else {
      all.back() += c;
    }
  }
  return all;
}

bool read_plainly(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && (filter.starts_with('#') || filter.starts_with('+'))) return false;
  const auto wanted = levels(filter);
  const auto given = levels(topic);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "#") return true;  // the level above too: nothing more is asked for
    if (i == given.size() || (wanted[i] != "+" && wanted[i] != given[i])) return false;
  }
  return wanted.size() == given.size();
}

std::string_view line(std::string_view& text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  return first;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  // To the byte, so that a read beyond is found.
  const auto exact = std::make_unique<char[]>(size);
  std::copy_n(bytes, size, exact.get());
  std::string_view text(exact.get(), size);
  const std::string_view a = line(text);
  const std::string_view b = line(text);
  const std::string_view topic = line(text);
  if (senne::filter_fault(a) || senne::filter_fault(b)) return 0;
  const bool by_a = senne::matches(a, topic);
  const bool by_b = senne::matches(b, topic);
  SENNE_CHECK(by_a == read_plainly(a, topic));
  SENNE_CHECK(by_b == read_plainly(b, topic));
  SENNE_CHECK(senne::contains(a, a) && senne::overlaps(a, a));
  SENNE_CHECK(senne::overlaps(a, b) == senne::overlaps(b, a));
  if (senne::contains(a, b)) SENNE_CHECK(by_a || !by_b);
  if (by_a && by_b) SENNE_CHECK(senne::overlaps(a, b));
  const std::vector<senne::Subscription> wanted = {{std::string(a), 0}, {std::string(b), 1}};
  const auto subscribed = senne::subscriptions(wanted);
  SENNE_CHECK(!subscribed.empty() && subscribed.size() <= 2);
  return 0;
}
