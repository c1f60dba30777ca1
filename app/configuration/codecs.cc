#include <set>

#include "app/configuration/codec_section.h"
#include "app/configuration/nearest_name.h"
#include "app/configuration/sections.h"
#include "core/check.h"
#include "pipeline/codecs/built_in.h"

namespace senne::app {
namespace {

const codecs::BuiltIn* find_built_in(std::string_view name) {
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

const std::shared_ptr<const CodecTable>* find_own(
    std::span<const std::shared_ptr<const CodecTable>> own, std::string_view name) {
  for (const auto& one : own) {
    if (one->name == name) return &one;
  }
  return nullptr;
}

// A table out of its file, or in line, and that its name is its own.
Result<std::shared_ptr<const CodecTable>> read_table(
    const Type<std::shared_ptr<const CodecTable>>& type, const Surroundings& from, const Node& node,
    const std::string& path, const CodecTables& before) {
  const bool in_file = node.kind == Node::Kind::scalar && from.environment != nullptr;
  if (!in_file && node.kind != Node::Kind::map) {
    return expected(node, path, "the path of a file, or its content as a map");
  }
  Result<Node> root = in_file ? read_named_file(from, node, path) : Result<Node>(node);
  if (!root) return tl::unexpected(root.error());
  const std::string inner = in_file ? "" : path;
  auto table = type.read(in_file ? beside(from, node.text) : from, *root, inner);
  if (!table) return table;
  const Node& name = *root->find("name");
  const std::string where = inner.empty() ? "name" : inner + ".name";
  if (find_built_in((*table)->name) != nullptr) {
    return fail_in(name, where, fmt::format("{} is built in; expected another name", shown(name)));
  }
  if (find_own(before, (*table)->name) != nullptr) {
    return fail_in(name, where, fmt::format("{} is the name of an earlier table", shown(name)));
  }
  return table;
}

}  // namespace

std::shared_ptr<const CodecTable> built_in_codec(std::string_view name) {
  const codecs::BuiltIn* const found = find_built_in(name);
  if (found == nullptr) return nullptr;
  // Made once: a registry may name many, and to make it takes longer than to read one.
  static const auto type = codec_table_type();
  const std::string file = "codecs/" + std::string(name) + ".yaml";
  const auto root = parse_yaml(found->yaml, file);
  SENNE_CHECK(root.has_value());
  auto table = type.read(Surroundings{}, *root, "");
  SENNE_CHECK(table.has_value());
  auto own = std::make_shared<CodecTable>(**table);
  own->built_in = true;
  return own;
}

std::vector<std::shared_ptr<const CodecTable>> built_in_codecs_of(std::string_view maker) {
  std::vector<std::shared_ptr<const CodecTable>> tables;
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    const auto slash = one.name.find('/');
    if (slash == one.name.npos || one.name.substr(0, slash) != maker) continue;
    tables.push_back(built_in_codec(one.name));
  }
  return tables;
}

Type<CodecTables> codecs_type() {
  const auto table = codec_table_type();
  Type<CodecTables> type;
  type.words = "a list of files, each a codec table, or of what stands in one";
  type.section = table.section;
  type.suffix = "[]";
  type.read = [table, words = type.words](const Surroundings& from, const Node& node,
                                          const std::string& path) -> Result<CodecTables> {
    if (node.kind != Node::Kind::list) return expected(node, path, words);
    CodecTables tables;
    for (const Node& item : node.items) {
      auto one = read_table(table, from, item, fmt::format("{}[{}]", path, tables.size()), tables);
      if (!one) return tl::unexpected(one.error());
      tables.push_back(std::move(*one));
    }
    return tables;
  };
  type.write = [write = table.write](const CodecTables& tables, Secrets secrets) {
    Node list = list_node();
    for (const auto& one : tables) {
      if (!one->built_in) list.items.push_back(write(one, secrets));
    }
    return list.items.empty() ? Node{} : list;
  };
  return type;
}

Result<CodecTables> read_codecs_first(const Surroundings& from, const Node& root) {
  const Node* const node = root.find("codecs");
  if (node == nullptr) return CodecTables{};
  return codecs_type().read(from, *node, "codecs");
}

Type<std::string> profile_type() {
  Type<std::string> type;
  type.words = "the name of a codec table";
  type.read = [words = type.words](const Surroundings& from, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar || node.text.empty()) return expected(node, path, words);
    if (find_own(from.codecs, node.text) != nullptr) return node.text;
    if (find_built_in(node.text) != nullptr) return node.text;
    std::vector<std::string> known;
    for (const auto& one : from.codecs) known.push_back(one->name);
    for (const codecs::BuiltIn& one : codecs::built_in()) known.emplace_back(one.name);
    return fail_in(node, path,
                   fmt::format("there is no codec table {}{}", shown(node),
                               node.written ? "" : did_you_mean(node.text, known)));
  };
  type.write = [](const std::string& value, Secrets) {
    return value.empty() ? Node{} : text_node(value);
  };
  return type;
}

void add_built_in_codecs(PipelineConfiguration& configuration) {
  std::set<std::string> names;
  for (const auto& one : configuration.codecs) names.insert(one->name);
  for (const Device& device : configuration.devices) {
    if (device.profile.empty() || !names.insert(device.profile).second) continue;
    auto table = built_in_codec(device.profile);
    SENNE_CHECK(table != nullptr);
    configuration.codecs.push_back(std::move(table));
  }
}

}  // namespace senne::app
