#include "app/configuration/written.h"

#include <utility>

#include "app/json_text.h"

namespace senne::app {
namespace {

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
    json.append(json_string(entry.key)).append(margin.empty() ? ":" : ": ");
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
      json += node.plain ? node.text : json_string(node.text);
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
