// What kind of value a setting takes: how it is read from the file and checked, how it is printed
// and stored, and how the reference calls it. Each kind is defined once.
//
// FAILS  reading: ErrorKind::configuration at the node, `file:line:column: path: expected ..., got
//        ...`.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/configuration/configuration.h"
#include "app/configuration/node.h"
#include "app/configuration/written.h"

namespace senne::app {

struct SectionText;

// What the reference says of one key.
struct SettingText {
  std::string key;
  std::string type;
  std::string default_value;  // empty: required
  std::string help;
  std::shared_ptr<const SectionText> section;  // its own keys, when it is a map or a list of maps
  std::string suffix;                          // `[]` for a list of maps
};
struct SectionText {
  std::string help;
  std::vector<SettingText> settings;
  std::vector<std::string> later;
};

// Where a file is read.
struct Surroundings {
  std::string base_dir;
  const Environment* environment = nullptr;  // null: no substitutions and no other files
  // The operator's own, when it is known which there are.
  std::span<const std::shared_ptr<const CodecTable>> codecs = {};

  // Whether an operator wrote it. What Senne stored itself was accepted then, and a log may name
  // it: checks that came later do not hold for it.
  bool written() const { return environment != nullptr; }
};

enum class Secrets { masked, printed };

template <class V>
struct Type {
  std::string
      words;  // "a duration of 10ms to 10s": follows "expected", and is the reference's type
  std::function<Result<V>(const Surroundings&, const Node&, const std::string& path)> read;
  std::function<Node(const V&, Secrets)> write;  // nothing: leave the key out
  std::shared_ptr<const SectionText> section;
  std::string suffix;
};

// An error about the value that stands at `node`.
tl::unexpected<Error> fail_in(const Node& node, const std::string& path,
                              const std::string& message);
tl::unexpected<Error> expected(const Node& node, const std::string& path, const std::string& words);

// "`a`, `b` or `c`"
std::string choice_words(const std::vector<std::string>& words);
tl::unexpected<Error> fail_choice(const Node& node, const std::string& path,
                                  const std::vector<std::string>& known,
                                  const std::vector<std::string>& later);

// Text in one line, `bytes_max` at most, not empty.
Type<std::string> text(std::size_t bytes_max = 1024);
// As text, but of any characters, and never shown.
Type<std::string> secret_text();
// What may be part of topics, groups, file names and metrics labels: A-Z a-z 0-9 . _ -
Type<std::string> plain_name();
// The same, or nothing.
Type<std::string> plain_name_or_empty();
// A path of the file system, relative ones from the folder of the file.
Type<std::string> path_name();
Type<bool> boolean();
Type<Duration> duration(Duration least, Duration most);
// The same in whole seconds.
Type<Duration> whole_seconds(Duration least, Duration most);
Type<std::uint64_t> size(std::uint64_t least, std::uint64_t most);
Type<double> number(double least, double most);

template <class V>
Type<V> whole_number(V least, V most) {
  Type<V> type;
  type.words = fmt::format("a whole number from {} to {}", least, most);
  type.read = [=, words = type.words](const Surroundings&, const Node& node,
                                      const std::string& path) -> Result<V> {
    const bool may_be = node.kind == Node::Kind::scalar && (node.plain || node.written);
    V value{};
    const char* end = node.text.data() + node.text.size();
    const auto [rest, error] = std::from_chars(node.text.data(), end, value);
    if (!may_be || error != std::errc{} || rest != end || value < least || value > most) {
      return expected(node, path, words);
    }
    return value;
  };
  type.write = [](const V& value, Secrets) { return plain_node(std::to_string(value)); };
  return type;
}

// One of a few words. `later` are words of the contract that this version refuses by name.
template <class V>
Type<V> choice(const std::vector<std::pair<std::string, V>>& words,
               const std::vector<std::string>& later = {}) {
  std::vector<std::string> known;
  known.reserve(words.size());
  for (const auto& [word, value] : words) known.push_back(word);
  Type<V> type;
  type.words = choice_words(known);
  type.read = [=](const Surroundings&, const Node& node, const std::string& path) -> Result<V> {
    for (const auto& [word, value] : words) {
      if (node.kind == Node::Kind::scalar && node.text == word) return value;
    }
    return fail_choice(node, path, known, later);
  };
  type.write = [words](const V& value, Secrets) {
    for (const auto& [word, known_value] : words) {
      if (known_value == value) return text_node(word);
    }
    return Node{};
  };
  return type;
}

template <class V>
Type<std::optional<V>> optionally(Type<V> inner) {
  Type<std::optional<V>> type;
  type.words = inner.words;
  type.section = inner.section;
  type.suffix = inner.suffix;
  type.read = [read = inner.read](const Surroundings& from, const Node& node,
                                  const std::string& path) -> Result<std::optional<V>> {
    auto value = read(from, node, path);
    if (!value) return tl::unexpected(value.error());
    return std::optional<V>(std::move(*value));
  };
  type.write = [write = inner.write](const std::optional<V>& value, Secrets secrets) {
    return value ? write(*value, secrets) : Node{};
  };
  return type;
}

template <class V>
Type<std::vector<V>> list_of(Type<V> inner, const std::string& words, std::size_t least = 0) {
  Type<std::vector<V>> type;
  type.words = words;
  type.section = inner.section;
  type.suffix = "[]";
  type.read = [read = inner.read, words = type.words, least](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::vector<V>> {
    if (node.kind != Node::Kind::list) return expected(node, path, words);
    if (node.items.size() < least) return fail_in(node, path, "must not be empty");
    std::vector<V> values;
    values.reserve(node.items.size());
    for (const Node& item : node.items) {
      auto value = read(from, item, fmt::format("{}[{}]", path, values.size()));
      if (!value) return tl::unexpected(value.error());
      values.push_back(std::move(*value));
    }
    return values;
  };
  type.write = [write = inner.write, least](const std::vector<V>& values, Secrets secrets) {
    if (values.size() < least) return Node{};  // it was left out
    Node list = list_node();
    for (const V& value : values) list.items.push_back(write(value, secrets));
    return list;
  };
  return type;
}

// A map from names of the operator's choice.
Type<std::map<std::string, std::string>> map_of_text(std::string words);

}  // namespace senne::app
