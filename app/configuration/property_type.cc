#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/vocabulary.h"

namespace senne::app {
namespace {

constexpr std::string_view raw_prefix = "raw.";

}  // namespace

Type<std::string> property_type() {
  Type<std::string> type;
  type.words = "a property of the list below, or `raw.<name>` for one that is not there";
  type.read = [](const Surroundings&, const Node& node,
                 const std::string& path) -> Result<std::string> {
    const std::string& name = node.text;
    if (node.kind != Node::Kind::scalar) return expected(node, path, "a property");
    if (find_property(name) != nullptr) return name;
    if (name.starts_with(raw_prefix) && name.size() > raw_prefix.size() && name.size() <= 256) {
      // Without the prefix, as a source's own name: what nobody knows is given the prefix again.
      std::string own = name.substr(raw_prefix.size());
      const auto alias = find_alias(own);
      if (!alias) return own;
      return fail_in(
          node, path,
          fmt::format("{} is known; expected `{}`", back_quoted(own), alias->property->name));
    }
    std::vector<std::string> known;
    for (const Property& one : vocabulary()) known.emplace_back(one.name);
    return fail_in(node, path,
                   fmt::format("unknown property {}{}", shown(node), did_you_mean(name, known)));
  };
  type.write = [](const std::string& value, Secrets) {
    if (value.empty()) return Node{};  // it was left out
    const bool known = find_property(value) != nullptr;
    return text_node(known ? value : std::string(raw_prefix) + value);
  };
  return type;
}

Type<std::string> observed_property_type() {
  Type<std::string> type = property_type();
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::string> {
    auto name = read(from, node, path);
    if (name && find_property(*name) == nullptr) name->insert(0, raw_prefix);
    return name;
  };
  type.write = [](const std::string& value, Secrets) {
    return value.empty() ? Node{} : text_node(value);
  };
  return type;
}

}  // namespace senne::app
