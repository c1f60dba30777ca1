// A YAML document as a tree in which everything knows where it stands, so that an error can say so.
// Only what a configuration needs: maps with text keys, lists, scalars, nothing.
//
// FAILS   ErrorKind::configuration with `file:line:column: ...`, 1-based, for what is not YAML, and
//         for what YAML allows and we do not: duplicate keys, anchors and aliases, tags, several
//         documents, bytes that are not UTF-8, and trees beyond the limits below.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace senne::app {

inline constexpr std::size_t document_bytes_max = 64u << 20;
inline constexpr std::size_t document_nodes_max = 4'000'000;
inline constexpr std::size_t document_depth_max = 32;

struct Mark {
  std::shared_ptr<const std::string> file;
  int line = 1;    // from 1
  int column = 1;  // from 1, in characters
};

struct Entry;

struct Node {
  enum class Kind { nothing, scalar, list, map };
  Kind kind = Kind::nothing;
  bool plain = false;  // a scalar without quotes: may be a number or a boolean
  Mark mark;
  std::string text;  // of a scalar, substitutions made
  // Of a scalar in which something was substituted: as it was.
  std::shared_ptr<const std::string> written;
  std::vector<Node> items;
  std::vector<Entry> entries;

  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark mark;  // of the key
  Node value;
};

// `name` is what errors call the file.
Result<Node> parse_yaml(std::string_view text, const std::string& name);

// How a node is shown in an error: a scalar in back quotes on one line and not too long, as written
// in the file (so that nothing substituted is shown), else what it is.
std::string shown(const Node& node);
// The same for any text of the operator's.
std::string back_quoted(std::string_view text);

// `file:line:column: message`, on one line whatever of the operator's text is in it.
tl::unexpected<Error> fail_at(const Mark& mark, const std::string& message);
// The same, `where: message`, for a file whose lines are not known.
tl::unexpected<Error> fail_in_file(const std::string& where, const std::string& message);

}  // namespace senne::app
