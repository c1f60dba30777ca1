#include "app/configuration/codec_fields.h"

#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "core/vocabulary.h"
#include "pipeline/normalise/units.h"

namespace senne::app {
namespace {

constexpr std::int64_t scale_max = 1'000'000'000;

// Not written where it is as it would be without the key.
template <class V>
Type<V> unless(V usual, Type<V> type) {
  type.write = [usual = std::move(usual), write = type.write](const V& value, Secrets secrets) {
    return value == usual ? Node{} : write(value, secrets);
  };
  return type;
}

Result<CodecWord> word_of(const Node& node, const std::string& path) {
  if (node.kind != Node::Kind::scalar || node.text.empty() || node.text.size() > 128) {
    return expected(node, path, "`true`, `false` or a word");
  }
  if (node.plain && node.text == "true") return CodecWord(true);
  if (node.plain && node.text == "false") return CodecWord(false);
  return CodecWord(node.text);
}

Node node_of(const CodecWord& word) {
  if (const auto* flag = std::get_if<bool>(&word)) return plain_node(*flag ? "true" : "false");
  return text_node(std::get<std::string>(word));
}

Type<std::optional<CodecWord>> word() {
  Type<std::optional<CodecWord>> type;
  type.words = "`true`, `false` or a word";
  type.read = [](const Surroundings&, const Node& node,
                 const std::string& path) -> Result<std::optional<CodecWord>> {
    auto word = word_of(node, path);
    if (!word) return tl::unexpected(word.error());
    return std::optional<CodecWord>(std::move(*word));
  };
  type.write = [](const std::optional<CodecWord>& value, Secrets) {
    return value ? node_of(*value) : Node{};
  };
  return type;
}

Type<std::vector<CodecValue>> values() {
  Type<std::vector<CodecValue>> type;
  type.words = "a map from numbers to `true`, `false` or words";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::vector<CodecValue>> {
    if (node.kind != Node::Kind::map || node.entries.empty()) return expected(node, path, words);
    std::vector<CodecValue> all;
    for (const Entry& entry : node.entries) {
      CodecValue one;
      if (!parse_number(entry.key, one.number)) {
        return fail_at(entry.mark, fmt::format("{}: expected a number as key, got {}", path,
                                               back_quoted(entry.key)));
      }
      auto means = word_of(entry.value, path + "." + entry.key);
      if (!means) return tl::unexpected(means.error());
      one.means = std::move(*means);
      all.push_back(std::move(one));
    }
    return all;
  };
  type.write = [](const std::vector<CodecValue>& all, Secrets) {
    if (all.empty()) return Node{};
    Node map = map_node();
    for (const CodecValue& one : all) append(map, std::to_string(one.number), node_of(one.means));
    return map;
  };
  return type;
}

// `derived` has no word: it is what a field without `type` is.
Type<CodecType> field_type() {
  return choice<CodecType>({{"u8", CodecType::u8},
                            {"i8", CodecType::i8},
                            {"u16", CodecType::u16},
                            {"i16", CodecType::i16},
                            {"u24", CodecType::u24},
                            {"i24", CodecType::i24},
                            {"u32", CodecType::u32},
                            {"i32", CodecType::i32},
                            {"float32", CodecType::float32},
                            {"hex", CodecType::hex},
                            {"dotted", CodecType::dotted},
                            {"skip", CodecType::skip}});
}

bool all_flags(const CodecField& field) {
  for (const CodecValue& one : field.values) {
    if (!std::holds_alternative<bool>(one.means)) return false;
  }
  return !field.values.empty() &&
         (!field.otherwise || std::holds_alternative<bool>(*field.otherwise));
}

Result<void> check_property(const Surroundings&, const Node& node, const std::string& path,
                            CodecField& field) {
  const Node* const property_node = node.find("property");
  const Property* const property = find_property(field.property);
  if (field.otherwise && field.values.empty()) {
    return fail_in(*node.find("otherwise"), path + ".otherwise", "goes with `values` only");
  }
  if (field.property.size() > RawReading::name_bytes_max) {
    return fail_in(*property_node, path + ".property",
                   fmt::format("a name longer than {} bytes", RawReading::name_bytes_max));
  }
  if (property == nullptr) return {};
  const auto fault = [&](const char* key, const std::string& message) {
    const Node* const at = node.find(key);
    return fail_in(at == nullptr ? *property_node : *at, path + "." + key, message);
  };
  if (property->kind == PropertyKind::flag && !all_flags(field)) {
    return fault("property", fmt::format("`{}` is a flag: expected `values` that are `true` or "
                                         "`false`",
                                         property->name));
  }
  if (property->kind == PropertyKind::flag) {
    if (field.unit.empty()) return {};
    return fault("unit", fmt::format("`{}` is a flag and has no unit", property->name));
  }
  const bool text = field.type == CodecType::hex || field.type == CodecType::dotted;
  if (text || !field.values.empty()) {
    return fault("property", fmt::format("`{}` is a number", property->name));
  }
  if (!field.unit.empty() && !normalise::conversion(*property, field.unit, UnitSystem::ucum)) {
    return fault("unit", fmt::format("{} is no UCUM unit of `{}`, whose canonical unit is `{}`",
                                     shown(*node.find("unit")), property->name, property->unit));
  }
  return {};
}

Type<CodecField> field_section() {
  const auto scale = [](std::int64_t usual, std::int64_t least) {
    return unless<std::int64_t>(usual, number_or_hex<std::int64_t>(least, scale_max));
  };
  return Section<CodecField>("What stands in a few bytes.")
      .optional("property", property_type(), &CodecField::property,
                "What it is. Left out: it is passed over.", "none")
      .optional("type", field_type(), &CodecField::type,
                "How it is written; hex and dotted give text. Left out: it takes no bytes and is "
                "what `formula` makes of the others.",
                "none")
      .optional("use",
                unless(CodecUse::reading, choice<CodecUse>({{"reading", CodecUse::reading},
                                                            {"time", CodecUse::time},
                                                            {"channel", CodecUse::channel}})),
                &CodecField::use,
                "`time`: Unix seconds, when the others were true; `channel`: which of several "
                "they are about.",
                "`reading`")
      .optional("at", optionally(whole_number<std::size_t>(0, CodecTable::bytes_max)),
                &CodecField::at, "Bytes from the start.", "after the one before")
      .optional("bytes",
                unless<std::size_t>(0, whole_number<std::size_t>(1, CodecTable::bytes_max)),
                &CodecField::bytes, "How many; of hex, dotted and skip.", "none")
      .optional(
          "order",
          optionally(choice<ByteOrder>({{"big", ByteOrder::big},
                                        {"little", ByteOrder::little},
                                        {"low_word", ByteOrder::low_word}})),
          &CodecField::order,
          "Which byte comes first; low_word: of four, the lower two, each pair high byte first.",
          "the table's")
      .optional("mask", unless<std::uint32_t>(0, number_or_hex<std::uint32_t>(1, 0xFFFF'FFFF)),
                &CodecField::mask, "The bits to take; they are shifted down.", "all")
      .optional("multiply", scale(1, -scale_max), &CodecField::multiply,
                "The value is (number * multiply + add) / divide, rounded once.", "`1`")
      .optional("add", scale(0, -scale_max), &CodecField::add, "See `multiply`.", "`0`")
      .optional("divide", scale(1, 1), &CodecField::divide, "See `multiply`.", "`1`")
      .optional("formula", text(512), &CodecField::formula,
                "Instead: of `x`, the number, and `x0`, `x1`, ..., those of all fields beside "
                "it.",
                "none")
      .optional("missing",
                list_of(number_or_hex<std::int64_t>(-2'147'483'648, 4'294'967'295),
                        "a list of numbers", 1),
                &CodecField::missing, "Numbers that say that there is no value.")
      .optional("values", values(), &CodecField::values, "What each number means.", "none")
      .optional("otherwise", word(), &CodecField::otherwise,
                "What all others mean. Left out: they are bad values.", "none")
      .optional("unit", text(64), &CodecField::unit,
                "UCUM. Left out: the route's for that name, else the one usual for it, flagged "
                "`UNIT_ASSUMED`.",
                "none")
      .optional("channel", text(64), &CodecField::channel, "Which of several.", "none")
      .check(check_property)
      .type();
}

}  // namespace

bool parse_number(std::string_view text, std::int64_t& number) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, hex ? 16 : 10);
  return read.ec == std::errc{} && read.ptr == end && (!hex || number >= 0);
}

Type<std::vector<CodecField>> codec_fields() {
  return list_of(field_section(), "a list of maps", 1);
}

Result<void> check_codec_fields(const Node& node, const std::string& path,
                                const std::vector<CodecField>& fields) {
  const auto fault = decode::check_fields(fields);
  if (!fault) return {};
  const Node& item = fault->field < node.items.size() ? node.items[fault->field] : node;
  const Node* const key = fault->key.empty() ? nullptr : item.find(fault->key);
  std::string where = fmt::format("{}[{}]", path, fault->field);
  if (!fault->key.empty()) where += "." + fault->key;
  return fail_in(key == nullptr ? item : *key, where, fault->message);
}

}  // namespace senne::app
