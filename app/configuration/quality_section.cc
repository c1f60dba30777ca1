#include <set>

#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/vocabulary.h"
#include "pipeline/quality/limits.h"

namespace senne::app {
namespace {

Type<std::string> number_property() {
  Type<std::string> type = property_type();
  type.words = "a property of the list below that is a number";
  type.read = [read = type.read, words = type.words](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::string> {
    auto name = read(from, node, path);
    if (!name) return name;
    const Property* const property = find_property(*name);
    if (property == nullptr || property->kind != PropertyKind::number) {
      return expected(node, path, words);
    }
    return name;
  };
  return type;
}

// Limits that no number can be within flag every one.
Result<void> check_limits(const Surroundings& from, const Node& node, const std::string& path,
                          PropertyLimits& one) {
  const Limits& own = one.limits;
  const Limits all = quality::merged(quality::built_in_limits_of(one.property), own);
  if (!from.written() || !all.minimum || !all.maximum || *all.minimum <= *all.maximum) return {};
  if (own.minimum && own.maximum) {
    return fail_in(*node.find("maximum"), path + ".maximum", "expected at least `minimum`");
  }
  if (own.minimum) {
    return fail_in(*node.find("minimum"), path + ".minimum",
                   fmt::format("{} is above the built-in `maximum` of {}, {}; expected at most "
                               "that, or a `maximum` beside it",
                               *own.minimum, one.property, *all.maximum));
  }
  return fail_in(*node.find("maximum"), path + ".maximum",
                 fmt::format("{} is below the built-in `minimum` of {}, {}; expected at least "
                             "that, or a `minimum` beside it",
                             *own.maximum, one.property, *all.minimum));
}

Type<PropertyLimits> limits_type() {
  const auto limits = [](auto& one) -> auto& { return one.limits; };
  const auto bound = optionally(number(-1e12, 1e12));
  return Section<PropertyLimits>(
             "What is plausible of one property, in its canonical unit. What is left out stays as "
             "built in.")
      .required("property", number_property(), &PropertyLimits::property, "Which; each once.")
      .optional(
          "minimum", bound, [=](auto& one) -> auto& { return limits(one).minimum; },
          "Below it an observation is flagged `RANGE`.", "as built in")
      .optional(
          "maximum", bound, [=](auto& one) -> auto& { return limits(one).maximum; }, "Above it.",
          "as built in")
      .optional(
          "rate", optionally(number(0, 1e12)), [=](auto& one) -> auto& { return limits(one).rate; },
          "The most that it changes in one minute; beyond, `RATE`.", "as built in")
      .optional(
          "stuck_after", optionally(duration(Duration{0}, std::chrono::hours{24 * 366})),
          [=](auto& one) -> auto& { return limits(one).stuck_after; },
          "The longest that its value stays exactly the same; from then on, `STUCK`. `0s`: for "
          "ever.",
          "as built in")
      .optional(
          "resting", bound, [=](auto& one) -> auto& { return limits(one).resting; },
          "The value at which it may rest for any time, such as no wind.", "as built in")
      .check(check_limits)
      .type();
}

}  // namespace

Type<std::vector<PropertyLimits>> quality_type() {
  Type<std::vector<PropertyLimits>> type = list_of(limits_type(), "a list of maps", 1);
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::vector<PropertyLimits>> {
    auto all = read(from, node, path);
    if (!all) return all;
    std::set<std::string> properties;
    for (std::size_t i = 0; i < all->size(); ++i) {
      if (properties.insert((*all)[i].property).second) continue;
      const Node& property = *node.items[i].find("property");
      return fail_in(property, fmt::format("{}[{}].property", path, i),
                     fmt::format("{} has limits already", shown(property)));
    }
    return all;
  };
  return type;
}

}  // namespace senne::app
