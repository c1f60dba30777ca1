// How the devices of one model lay out their bytes, as data: docs/codecs.md has the language. It is
// read from YAML, checked once, and compiled by pipeline/decode/table_codec.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace senne {

enum class ByteOrder : std::uint8_t {
  big,
  little,
  low_word,  // of four bytes the last two first, each pair high byte first
};

enum class CodecType : std::uint8_t {
  derived,  // takes no bytes: a formula of the numbers beside it
  u8,
  i8,
  u16,
  i16,
  u24,
  i24,
  u32,
  i32,
  float32,
  hex,     // text: the bytes as hexadecimal digits
  dotted,  // text: the bytes as decimal numbers with dots between, as versions are written
  skip,
};

// What a field is for.
enum class CodecUse : std::uint8_t {
  reading,
  time,     // Unix seconds: when what stands beside it was true
  channel,  // which of several the other fields of its block are about
};

// What a number stands for: a flag, or a word.
using CodecWord = std::variant<bool, std::string>;
struct CodecValue {
  std::int64_t number = 0;
  CodecWord means;
};

struct CodecField {
  std::string property;  // of the vocabulary, or the maker's own name; empty: not read
  CodecType type = CodecType::derived;
  CodecUse use = CodecUse::reading;
  std::optional<std::size_t> at;   // bytes from the start of the block; unset: after the one before
  std::size_t bytes = 0;           // of hex, dotted and skip
  std::optional<ByteOrder> order;  // unset: the table's
  std::uint32_t mask = 0;          // the bits to take, shifted down to the lowest; 0: all
  std::int64_t multiply = 1;       // (number * multiply + add) / divide, rounded once
  std::int64_t add = 0;
  std::int64_t divide = 1;
  std::string formula;                // instead, of `x` and of the block's numbers `x0`, `x1`, ...
  std::vector<std::int64_t> missing;  // numbers that say that there is no value
  std::vector<CodecValue> values;
  std::optional<CodecWord> otherwise;  // for what `values` does not list; unset: a bad value
  std::string unit;                    // UCUM; empty: not stated
  std::string channel;
};

// One byte must be this, under a mask.
struct CodecCondition {
  int at = 0;  // negative: from the end
  std::uint8_t mask = 0xFF;
  std::uint8_t is = 0;
};

// What follows a tag.
struct CodecEntry {
  // Two hexadecimal digits a byte; `..` is any byte, `**` any byte that is the readings' channel.
  // Or several, with a space between two: it follows each of them. Empty: nothing announces it.
  std::string tag;
  std::vector<CodecCondition> when;  // of the bytes after the tag
  std::vector<CodecField> fields;
};

// What is there when a bit of the flags is set, counted from the lowest.
struct CodecGroup {
  std::size_t bit = 0;
  std::vector<CodecField> fields;
};

// The bytes of a message: fields, then tagged entries to the end, or 16 flags and their groups.
struct CodecLayout {
  std::vector<int> ports;             // LoRaWAN FPort; empty: any
  std::optional<std::size_t> length;  // of the whole; unset: any
  std::vector<CodecCondition> when;
  std::vector<CodecField> fields;
  std::vector<CodecEntry> entries;
  std::vector<CodecGroup> groups;
};

struct CodecTable {
  static constexpr std::size_t bytes_max = 1024;  // of a block; LoRaWAN has 242

  std::string name;    // <maker>[/<model>], as a device's profile names it
  std::string source;  // where the maker's layout is published
  ByteOrder order = ByteOrder::big;
  std::vector<CodecLayout> layouts;  // the first that fits is taken
  // Instead: of the maker whose tables are tried, and these tables.
  std::string maker;
  std::vector<std::shared_ptr<const CodecTable>> models;
  bool built_in = false;
};

// How many bytes a field takes.
std::size_t size_of(const CodecField& field);

}  // namespace senne
