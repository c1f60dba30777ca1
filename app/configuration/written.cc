#include "app/configuration/written.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "app/json_text.h"

namespace senne::app {
namespace {

// JSON text that YAML 1.1 reads alike: in it some characters beyond ASCII break lines (U+0085,
// U+2028, U+2029) or may not stand as they are (other C1 controls, the byte order mark, U+FFFE,
// U+FFFF). JSON allows either to be escaped.
std::string quoted(std::string_view text) {
  const std::string json = json_string(text);
  std::string safe;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto byte = [&](std::size_t ahead) {
      return i + ahead < json.size() ? static_cast<unsigned char>(json[i + ahead]) : 0U;
    };
    const unsigned first = byte(0);
    const unsigned second = byte(1);
    const unsigned third = byte(2);
    const bool c1 = first == 0xC2 && second >= 0x80 && second <= 0x9F;
    const bool separator = first == 0xE2 && second == 0x80 && (third == 0xA8 || third == 0xA9);
    const bool mark = first == 0xEF && ((second == 0xBB && third == 0xBF) ||
                                        (second == 0xBF && (third == 0xBE || third == 0xBF)));
    if (c1) {
      safe += fmt::format("\\u{:04x}", second);
      i += 1;
    } else if (separator || mark) {
      safe +=
          fmt::format("\\u{:04x}", (first & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F));
      i += 2;
    } else {
      safe += json[i];
    }
  }
  return safe;
}

// `margin` is the line end before an element, indentation included; empty: all on one line.
void append_json(std::string& json, const Node& node, const std::string& margin);

void append_elements(std::string& json, const Node& node, const std::string& margin) {
  const std::string inner = margin.empty() ? margin : margin + "  ";
  const char* separator = "";
  for (const Node& item : node.items) {
    json.append(std::exchange(separator, ",")).append(inner);
    append_json(json, item, inner);
  }
  for (const Entry& entry : node.entries) {
    json.append(std::exchange(separator, ",")).append(inner);
    json.append(quoted(entry.key)).append(margin.empty() ? ":" : ": ");
    append_json(json, entry.value, inner);
  }
  if (*separator != '\0') json.append(margin);
}

void append_json(std::string& json, const Node& node, const std::string& margin) {
  switch (node.kind) {
    case Node::Kind::nothing:
      json += "null";
      break;
    case Node::Kind::scalar:
      json += node.plain ? node.text : quoted(node.text);
      break;
    case Node::Kind::list:
      json += '[';
      append_elements(json, node, margin);
      json += ']';
      break;
    case Node::Kind::map:
      json += '{';
      append_elements(json, node, margin);
      json += '}';
      break;
  }
}

}  // namespace

Node text_node(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  return node;
}

Node plain_node(std::string text) {
  Node node = text_node(std::move(text));
  node.plain = true;
  return node;
}

Node list_node() {
  Node node;
  node.kind = Node::Kind::list;
  return node;
}

Node map_node() {
  Node node;
  node.kind = Node::Kind::map;
  return node;
}

void append(Node& map, std::string key, Node value) {
  map.entries.push_back({std::move(key), {}, std::move(value)});
}

std::string json_text(const Node& node, Layout layout) {
  std::string json;
  append_json(json, node, layout == Layout::indented ? "\n" : "");
  return json;
}

}  // namespace senne::app
