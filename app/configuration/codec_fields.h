// The fields of a codec table: what stands in a few bytes.
#pragma once

#include <charconv>
#include <string>
#include <vector>

#include "app/configuration/type.h"
#include "core/codec_table.h"
#include "pipeline/decode/table_codec.h"

namespace senne::app {

Type<std::vector<CodecField>> codec_fields();

// What concerns the fields of one block together. `node` is their list.
Result<void> check_codec_fields(const Node& node, const std::string& path,
                                const std::vector<CodecField>& fields);

// A whole number, decimal or as 0x1f.
bool parse_number(std::string_view text, std::int64_t& number);

template <class V>
Type<V> number_or_hex(std::int64_t least, std::int64_t most) {
  Type<V> type;
  type.words = fmt::format("a whole number from {} to {}, decimal or as `0x1f`", least, most);
  type.read = [=, words = type.words](const Surroundings&, const Node& node,
                                      const std::string& path) -> Result<V> {
    std::int64_t number = 0;
    const bool may_be = node.kind == Node::Kind::scalar && (node.plain || node.written);
    if (!may_be || !parse_number(node.text, number) || number < least || number > most) {
      return expected(node, path, words);
    }
    return static_cast<V>(number);
  };
  type.write = [](const V& value, Secrets) { return plain_node(std::to_string(value)); };
  return type;
}

}  // namespace senne::app
