// Settings as they are printed and stored: a tree of nodes, like one that was read, and its text.
#pragma once

#include <string>

#include "app/configuration/node.h"

namespace senne::app {

// Nodes that stand nowhere yet. Node{} is a value that is left out.
Node text_node(std::string text);
Node plain_node(std::string text);  // a number, `true` or `false`
Node list_node();
Node map_node();
void append(Node& map, std::string key, Node value);

// The tree as JSON, indented or on one line. YAML readers take it as well.
enum class Layout { indented, one_line };
std::string json_text(const Node& node, Layout layout);

}  // namespace senne::app
