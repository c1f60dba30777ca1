#include "core/topic_filter.h"

#include <algorithm>

namespace senne {
namespace {

constexpr std::size_t filter_bytes_max = 65'535;  // a UTF-8 string of MQTT, section 1.5.4

// The levels of a filter or topic, one after the other.
class Levels {
 public:
  explicit Levels(std::string_view text) : rest_(text) {}

  bool at_end() const { return ended_; }
  std::string_view level() const { return rest_.substr(0, rest_.find('/')); }
  bool any_number() const { return !ended_ && level() == "#"; }
  bool any_one() const { return !ended_ && level() == "+"; }
  void next() {
    const std::size_t slash = rest_.find('/');
    ended_ = slash == std::string_view::npos;
    if (!ended_) rest_.remove_prefix(slash + 1);
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

bool begins_with_wildcard(std::string_view filter) {
  return filter.starts_with('#') || filter.starts_with('+');
}

// A topic has at least one level, so `+/#` matches exactly what `#` does.
std::string_view simplest(std::string_view filter) { return filter == "+/#" ? "#" : filter; }

// Positions in `wanted` of the filters that no other one stands for; of equal ones the first.
std::vector<std::size_t> outermost(std::span<const Subscription> wanted) {
  std::vector<std::size_t> outer;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    bool inside = false;
    for (std::size_t j = 0; j < wanted.size() && !inside; ++j) {
      if (j == i || !contains(wanted[j].filter, wanted[i].filter)) continue;
      inside = j < i || !contains(wanted[i].filter, wanted[j].filter);
    }
    if (!inside) outer.push_back(i);
  }
  return outer;
}

}  // namespace

std::optional<std::string> filter_fault(std::string_view filter) {
  if (filter.empty()) return "is empty";
  if (filter.size() > filter_bytes_max) return "is longer than 65535 bytes";
  if (filter.find('\0') != std::string_view::npos) return "contains a NUL character";
  if (filter == "$share" || filter.starts_with("$share/")) return "$share";
  for (Levels levels(filter); !levels.at_end();) {
    const std::string_view level = levels.level();
    if (level.size() > 1 && level.find('#') != std::string_view::npos) {
      return "has `#` beside other characters of a level; it must stand alone";
    }
    if (level.size() > 1 && level.find('+') != std::string_view::npos) {
      return "has `+` beside other characters of a level; it must stand alone";
    }
    levels.next();
    if (level == "#" && !levels.at_end()) return "has `#` before its last level";
  }
  return std::nullopt;
}

bool matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && begins_with_wildcard(filter)) return false;
  Levels f(filter);
  Levels t(topic);
  for (;; f.next(), t.next()) {
    if (f.any_number()) return true;  // also its parent: `a/#` matches `a`
    if (f.at_end() || t.at_end()) return f.at_end() && t.at_end();
    if (!f.any_one() && f.level() != t.level()) return false;
  }
}

bool contains(std::string_view outer, std::string_view inner) {
  if (inner.starts_with('$') && begins_with_wildcard(outer)) return false;
  Levels o(simplest(outer));
  Levels i(simplest(inner));
  for (;; o.next(), i.next()) {
    if (o.any_number()) return true;
    if (o.at_end() || i.at_end()) return o.at_end() && i.at_end();
    if (i.any_number()) return false;
    if (!o.any_one() && o.level() != i.level()) return false;
  }
}

bool overlaps(std::string_view a, std::string_view b) {
  if (a.starts_with('$') && begins_with_wildcard(b)) return false;
  if (b.starts_with('$') && begins_with_wildcard(a)) return false;
  Levels x(a);
  Levels y(b);
  for (;; x.next(), y.next()) {
    if (x.any_number() || y.any_number()) return true;
    if (x.at_end() || y.at_end()) return x.at_end() && y.at_end();
    if (!x.any_one() && !y.any_one() && x.level() != y.level()) return false;
  }
}

std::vector<Subscription> subscriptions(std::span<const Subscription> wanted) {
  std::vector<Subscription> result;
  for (const std::size_t index : outermost(wanted)) {
    Subscription subscription = wanted[index];
    for (const Subscription& other : wanted) {
      if (contains(subscription.filter, other.filter)) {
        subscription.qos = std::max(subscription.qos, other.qos);
      }
    }
    result.push_back(std::move(subscription));
  }
  return result;
}

std::optional<std::pair<std::size_t, std::size_t>> partial_overlap(
    std::span<const Subscription> wanted) {
  const std::vector<std::size_t> outer = outermost(wanted);
  for (std::size_t i = 0; i < outer.size(); ++i) {
    for (std::size_t j = i + 1; j < outer.size(); ++j) {
      if (overlaps(wanted[outer[i]].filter, wanted[outer[j]].filter)) {
        return std::pair{outer[i], outer[j]};
      }
    }
  }
  return std::nullopt;
}

}  // namespace senne
