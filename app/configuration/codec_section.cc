#include "app/configuration/codec_section.h"

#include <algorithm>
#include <set>

#include "app/configuration/codec_fields.h"
#include "app/configuration/section.h"

namespace senne::app {
namespace {

// A table as it stands in its file.
struct WrittenTable {
  CodecTable table;
  std::string extends;
};

Type<std::string> table_name() {
  Type<std::string> type;
  type.words = "a name such as `maker/model`, out of a-z 0-9 _ - . and one /";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    const std::string& name = node.text;
    const auto known = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
             c == '/';
    };
    const bool sound = !name.empty() && name.size() <= 100 &&
                       std::all_of(name.begin(), name.end(), known) && name.front() != '/' &&
                       name.back() != '/' && std::count(name.begin(), name.end(), '/') <= 1;
    if (node.kind != Node::Kind::scalar || !sound) return expected(node, path, words);
    return name;
  };
  type.write = [](const std::string& value, Secrets) {
    return value.empty() ? Node{} : text_node(value);
  };
  return type;
}

Type<std::string> tag() {
  Type<std::string> type;
  type.words =
      "a tag such as `0367`: two hexadecimal digits a byte, `..` for any byte, `**` for "
      "one that is the channel; or several, with a space between two";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<std::string> {
    if (node.kind != Node::Kind::scalar || !decode::is_tag(node.text)) {
      return expected(node, path, words);
    }
    return node.text;
  };
  type.write = [](const std::string& value, Secrets) {
    return value.empty() ? Node{} : text_node(value);
  };
  return type;
}

// Parts that stand in several places, each declared once.
using Conditions = Type<std::vector<CodecCondition>>;
using Fields = Type<std::vector<CodecField>>;

Conditions conditions() {
  const auto section =
      Section<CodecCondition>("One byte must be this.")
          .required("at", whole_number<int>(-1024, 1024), &CodecCondition::at,
                    "Which byte, from 0; negative: from the end.")
          .optional("mask", number_or_hex<std::uint8_t>(1, 0xFF), &CodecCondition::mask,
                    "Which of its bits.", "all")
          .required("is", number_or_hex<std::uint8_t>(0, 0xFF), &CodecCondition::is, "The value.")
          .check([](const Surroundings&, const Node& node, const std::string& path,
                    CodecCondition& one) -> Result<void> {
            if ((one.is & ~one.mask) == 0) return {};
            return fail_in(*node.find("is"), path + ".is", "never so under that `mask`");
          });
  return list_of(section.type(), "a list of maps", 1);
}

template <class T>
typename Section<T>::Check fields_checked() {
  return
      [](const Surroundings&, const Node& node, const std::string& path, T& value) -> Result<void> {
        const Node* const fields = node.find("fields");
        return fields == nullptr ? Result<void>{}
                                 : check_codec_fields(*fields, path + ".fields", value.fields);
      };
}

// How many bytes fields take that stand at the beginning of something.
std::size_t size_of(const std::vector<CodecField>& fields) {
  std::size_t end = 0;
  std::size_t size = 0;
  for (const CodecField& field : fields) {
    end = field.at.value_or(end) + senne::size_of(field);
    size = std::max(size, end);
  }
  return size;
}

Result<void> check_entry(const Surroundings&, const Node& node, const std::string& path,
                         CodecEntry& entry) {
  if (!entry.tag.empty() || size_of(entry.fields) > 0) return {};
  return fail_in(*node.find("fields"), path + ".fields", "without a tag, they take no bytes");
}

Type<CodecEntry> entry_type(const Conditions& when, const Fields& fields) {
  return Section<CodecEntry>("What stands after a tag.")
      .optional("tag", tag(), &CodecEntry::tag,
                "The bytes that announce it. The first entry that fits is taken; one without a tag "
                "fits any bytes.",
                "none")
      .optional("when", when, &CodecEntry::when, "Of the bytes after the tag, counted from there.",
                "none")
      .required("fields", fields, &CodecEntry::fields,
                "With one of `use: time` they are a report of that earlier time.")
      .check(fields_checked<CodecEntry>())
      .check(check_entry)
      .type();
}

Type<CodecGroup> group_type(const Fields& fields) {
  return Section<CodecGroup>("What is there when a bit of the flags is set.")
      .required("bit", whole_number<std::size_t>(0, 15), &CodecGroup::bit, "From the lowest, 0.")
      .required("fields", fields, &CodecGroup::fields, "")
      .check(fields_checked<CodecGroup>())
      .type();
}

Result<void> check_layout(const Surroundings&, const Node& node, const std::string& path,
                          CodecLayout& layout) {
  if (layout.fields.empty() && layout.entries.empty() && layout.groups.empty()) {
    return fail_at(node.mark, fmt::format("expected `fields`, `entries` or `groups` in {}", path));
  }
  if (!layout.entries.empty() && !layout.groups.empty()) {
    return fail_in(*node.find("groups"), path + ".groups", "`entries` are given as well");
  }
  std::set<std::size_t> bits;
  for (std::size_t i = 0; i < layout.groups.size(); ++i) {
    if (bits.insert(layout.groups[i].bit).second) continue;
    return fail_in(*node.find("groups")->items[i].find("bit"),
                   fmt::format("{}.groups[{}].bit", path, i), "an earlier group has it");
  }
  const std::size_t size = size_of(layout.fields);
  if (layout.length && *layout.length < size) {
    return fail_in(*node.find("length"), path + ".length",
                   fmt::format("the fields take {} bytes", size));
  }
  return {};
}

Type<CodecLayout> layout_type() {
  const Conditions when = conditions();
  const Fields fields = codec_fields();
  return Section<CodecLayout>("One way in which the bytes of a message are laid out.")
      .optional("ports", list_of(whole_number<int>(0, 255), "a list of LoRaWAN ports", 1),
                &CodecLayout::ports, "Only on these.", "any")
      .optional("length", optionally(whole_number<std::size_t>(1, CodecTable::bytes_max)),
                &CodecLayout::length, "Only with so many bytes.", "any")
      .optional("when", when, &CodecLayout::when, "Only where these bytes are so.", "none")
      .optional("fields", fields, &CodecLayout::fields, "What stands first.", "none")
      .optional("entries", list_of(entry_type(when, fields), "a list of maps", 1),
                &CodecLayout::entries, "Then tags, each with what belongs to it, to the end.",
                "none")
      .optional("groups", list_of(group_type(fields), "a list of maps", 1), &CodecLayout::groups,
                "Or 16 bits of flags, high byte first, and the groups whose bits are set.", "none")
      .check(fields_checked<CodecLayout>())
      .check(check_layout)
      .type();
}

void set_orders(CodecTable& table) {
  const auto set = [&table](std::vector<CodecField>& fields) {
    for (CodecField& field : fields) field.order = field.order.value_or(table.order);
  };
  for (CodecLayout& layout : table.layouts) {
    set(layout.fields);
    for (CodecEntry& entry : layout.entries) set(entry.fields);
    for (CodecGroup& group : layout.groups) set(group.fields);
  }
}

Result<void> check_table(const Surroundings&, const Node& node, const std::string&,
                         WrittenTable& written) {
  CodecTable& table = written.table;
  set_orders(table);
  if (!table.maker.empty()) {
    if (!table.layouts.empty() || !written.extends.empty()) {
      return fail_in(*node.find("models"), "models", "goes with neither `layouts` nor `extends`");
    }
    table.models = built_in_codecs_of(table.maker);
    if (!table.models.empty()) return {};
    return fail_in(
        *node.find("models"), "models",
        fmt::format("there is no built-in codec table {}", back_quoted(table.maker + "/...")));
  }
  if (written.extends.empty()) {
    if (table.layouts.empty()) return fail_at(node.mark, "missing key `layouts`");
    return {};
  }
  const auto base = built_in_codec(written.extends);
  if (base == nullptr) {
    return fail_in(*node.find("extends"), "extends",
                   fmt::format("there is no built-in codec table {}; expected one of codecs.md",
                               back_quoted(written.extends)));
  }
  if (table.layouts.empty()) {
    table.layouts = base->layouts;
    return {};
  }
  bool extended = false;
  for (CodecLayout& layout : table.layouts) {
    if (layout.entries.empty()) continue;
    extended = true;
    for (const CodecLayout& from : base->layouts) {
      layout.entries.insert(layout.entries.end(), from.entries.begin(), from.entries.end());
    }
  }
  if (extended) return {};
  return fail_in(*node.find("extends"), "extends", "no layout has `entries` that it could extend");
}

}  // namespace

Type<std::shared_ptr<const CodecTable>> codec_table_type() {
  using Shared = std::shared_ptr<const CodecTable>;
  const auto table = [](auto& w) -> auto& { return w.table; };
  const Type<WrittenTable> map =
      Section<WrittenTable>(
          "How the devices of one model lay out their bytes: codecs.md has the "
          "whole, with examples.")
          .required(
              "name", table_name(), [=](auto& w) -> auto& { return table(w).name; },
              "What `profile` of a device says.")
          .optional(
              "source", text(), [=](auto& w) -> auto& { return table(w).source; },
              "Where the maker's layout is published.")
          .optional(
              "order", choice<ByteOrder>({{"big", ByteOrder::big}, {"little", ByteOrder::little}}),
              [=](auto& w) -> auto& { return table(w).order; },
              "Which byte of a number comes first.")
          .optional("extends", table_name(), &WrittenTable::extends,
                    "A built-in table whose entries are tried after these.", "none")
          .optional(
              "layouts", list_of(layout_type(), "a list of maps", 1),
              [=](auto& w) -> auto& { return table(w).layouts; },
              "The first that fits a message is taken.", "those of `extends`")
          .optional(
              "models", table_name(), [=](auto& w) -> auto& { return table(w).maker; },
              "Instead of `layouts`: a maker, such as decentlab, whose built-in tables are tried.",
              "none")
          .check(check_table)
          .type();
  Type<Shared> type;
  type.words = map.words;
  type.section = map.section;
  type.read = [map](const Surroundings& from, const Node& node,
                    const std::string& path) -> Result<Shared> {
    auto written = map.read(from, node, path);
    if (!written) return tl::unexpected(written.error());
    return std::make_shared<const CodecTable>(std::move(written->table));
  };
  type.write = [map](const Shared& value, Secrets secrets) {
    return map.write(WrittenTable{*value, {}}, secrets);
  };
  return type;
}

}  // namespace senne::app
