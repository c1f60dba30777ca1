// MQTT topic filters (MQTT 5, section 4.7): which are valid, what they match, and how two of them
// relate, which decides what is subscribed. All comparisons are of bytes, level by level.
//
// THREAD  any; pure functions. `matches` allocates nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace senne {

// What is wrong with it as a subscription, in words that follow the filter in a sentence ("has `#`
// before its last level"); nothing when it is valid. Shared subscriptions (`$share/...`) are not
// filters of one session and are reported as `$share`, which the caller refuses or takes apart.
std::optional<std::string> filter_fault(std::string_view filter);

// Whether a valid filter matches a topic. A filter that begins with a wildcard does not match
// topics that begin with `$`.
bool matches(std::string_view filter, std::string_view topic);

// Every topic that `inner` matches is matched by `outer`; both valid. A filter contains itself.
bool contains(std::string_view outer, std::string_view inner);

// Some topic is matched by both; both valid.
bool overlaps(std::string_view a, std::string_view b);

struct Subscription {
  std::string filter;
  int qos = 1;
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

// What to subscribe so that everything `wanted` arrives once: filters inside another are left out,
// and the outer one takes the highest QoS of those it stands for. In the order of `wanted`.
std::vector<Subscription> subscriptions(std::span<const Subscription> wanted);

// Two of `wanted` that would both be subscribed and overlap only in part, as indices: the broker
// would deliver one publish twice, so such a pair is refused at start.
std::optional<std::pair<std::size_t, std::size_t>> partial_overlap(
    std::span<const Subscription> wanted);

}  // namespace senne
