#include "app/cases/matching.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>

#include "app/configuration/written.h"

namespace senne::app {
namespace {

std::string text_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::string text_of(const Node& node) { return json_text(node, Layout::one_line); }

std::optional<double> number_in(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

bool equal_scalars(const Node& expected, const Json& got, double tolerance) {
  if (got.is_string()) return got.get_ref<const std::string&>() == expected.text;
  if (!expected.plain) return false;
  if (got.is_boolean()) return expected.text == (got.get<bool>() ? "true" : "false");
  if (!got.is_number()) return false;
  const auto number = number_in(expected.text);
  return number &&
         (*number == got.get<double>() || std::abs(*number - got.get<double>()) <= tolerance);
}

// Places of two lists that stand beside each other; one of them may stand alone.
struct Beside {
  std::optional<std::size_t> expected;
  std::optional<std::size_t> got;
};

// As many as possible that match, in order; what is left between two matches goes together in
// pairs, so that a difference in one element does not read as one missing and one too many.
std::vector<Beside> beside(std::size_t expected, std::size_t got,
                           const std::function<bool(std::size_t, std::size_t)>& match) {
  // common[e][g]: how many match from there to the ends.
  std::vector<std::vector<std::size_t>> common(expected + 1, std::vector<std::size_t>(got + 1));
  std::vector<std::vector<bool>> matching(expected, std::vector<bool>(got));
  for (std::size_t e = expected; e-- > 0;) {
    for (std::size_t g = got; g-- > 0;) {
      matching[e][g] = match(e, g);
      common[e][g] = std::max(
          {common[e + 1][g], common[e][g + 1], matching[e][g] ? common[e + 1][g + 1] + 1 : 0});
    }
  }
  std::vector<Beside> all;
  std::size_t e = 0;
  std::size_t g = 0;
  const auto until = [&](std::size_t e_end, std::size_t g_end) {
    while (e < e_end && g < g_end) all.push_back({e++, g++});
    while (e < e_end) all.push_back({e++, std::nullopt});
    while (g < g_end) all.push_back({std::nullopt, g++});
  };
  std::size_t e_next = 0;
  std::size_t g_next = 0;
  while (e_next < expected && g_next < got && common[e_next][g_next] > 0) {
    if (matching[e_next][g_next] && common[e_next][g_next] == common[e_next + 1][g_next + 1] + 1) {
      until(e_next, g_next);
      until(++e_next, ++g_next);
    } else if (common[e_next + 1][g_next] == common[e_next][g_next]) {
      ++e_next;
    } else {
      ++g_next;
    }
  }
  until(expected, got);
  return all;
}

class Comparison {
 public:
  explicit Comparison(double tolerance) : tolerance_(tolerance) {}

  std::vector<std::string> take() { return std::move(found_); }

  void records(const Node& expected, const Json& got) {
    list(
        expected, got, [](std::size_t i) { return fmt::format("record {}", i + 1); }, ": ",
        "no record");
  }

 private:
  using Place = std::function<std::string(std::size_t)>;

  // `path` is empty or ends in what separates it from a key.
  void value(const std::string& place, const std::string& path, const Node& expected,
             const Json* got) {
    switch (expected.kind) {
      case Node::Kind::nothing:
        if (got != nullptr && !got->is_null()) {
          note(place, fmt::format("expected to be absent, got {}", text_of(*got)));
        }
        return;
      case Node::Kind::scalar:
        if (got == nullptr || !equal_scalars(expected, *got, tolerance_)) {
          differ(place, expected, got);
        }
        return;
      case Node::Kind::map:
        if (got != nullptr && got->is_array()) break;
        if (got == nullptr || !got->is_object()) return differ(place, expected, got);
        for (const Entry& entry : expected.entries) {
          const auto member = got->find(entry.key);
          const std::string name = path + entry.key;
          value(name, name + ".", entry.value, member == got->end() ? nullptr : &*member);
        }
        return;
      case Node::Kind::list:
        if (got == nullptr || !got->is_array()) return differ(place, expected, got);
        break;
    }
    list(
        expected, *got, [&](std::size_t i) { return fmt::format("{}[{}]", place, i); }, ".",
        place + ": no element");
  }

  void list(const Node& expected, const Json& got, const Place& place, const char* separator,
            const std::string& none) {
    const auto element = [&](std::size_t i, const Node& node, std::size_t at) {
      value(place(i), place(i) + separator, node, &got[at]);
    };
    const auto match = [&](const Node& node, std::size_t at) {
      Comparison one(tolerance_);
      one.value({}, {}, node, &got[at]);
      return one.found_.empty();
    };
    if (const Node* const contained = expected.find("contains")) {
      for (const Node& item : contained->items) {
        bool found = false;
        for (std::size_t at = 0; at < got.size() && !found; ++at) found = match(item, at);
        if (!found) found_.push_back(fmt::format("{} matches {}", none, text_of(item)));
      }
      return;
    }
    if (expected.items.size() == got.size()) {
      for (std::size_t i = 0; i < got.size(); ++i) element(i, expected.items[i], i);
      return;
    }
    for (const Beside& both :
         beside(expected.items.size(), got.size(),
                [&](std::size_t e, std::size_t g) { return match(expected.items[e], g); })) {
      if (both.expected && both.got) {
        element(*both.got, expected.items[*both.expected], *both.got);
      } else if (both.expected) {
        note(place(*both.expected),
             fmt::format("missing, expected {}", text_of(expected.items[*both.expected])));
      } else {
        note(place(*both.got), fmt::format("not expected, got {}", text_of(got[*both.got])));
      }
    }
  }

  void differ(const std::string& place, const Node& expected, const Json* got) {
    note(place, fmt::format("expected {}, got {}", text_of(expected),
                            got == nullptr ? "nothing" : text_of(*got)));
  }
  void note(const std::string& place, const std::string& what) {
    found_.push_back(fmt::format("{}: {}", place, what));
  }

  double tolerance_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const Node& expected, const Json& records, double tolerance) {
  Comparison comparison(tolerance);
  comparison.records(expected, records);
  return comparison.take();
}

}  // namespace senne::app
