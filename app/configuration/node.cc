#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <type_traits>
#include <unordered_map>

#include "app/configuration/node.h"
#include "sinks/utf8.h"

namespace senne::app {
namespace {

// Of libyaml's parser and of the event that it gave last.
class Events {
 public:
  explicit Events(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
    // What it was found to be; else it would be guessed.
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // False at what is not YAML; `problem` says why.
  bool next() {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser_, &event_) != 0;
  }
  const yaml_event_t& event() const { return event_; }
  // libyaml places some problems where the construct began and others where it broke off.
  const yaml_mark_t& problem_mark() const { return parser_.problem_mark; }
  const char* problem() const { return parser_.problem != nullptr ? parser_.problem : "no memory"; }

 private:
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

const Entry* entry_in(const std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

bool is_nothing(std::string_view plain) {
  return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

// One document as a tree. Every function that takes a part of it returns an error or nothing.
class TreeBuilder {
 public:
  explicit TreeBuilder(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}

  Node take() { return std::move(root_); }

  Result<void> take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return refuse_anchor(event);
      case YAML_SCALAR_EVENT:
        return scalar(event);
      case YAML_SEQUENCE_START_EVENT:
        return open(event, event.data.sequence_start.anchor, event.data.sequence_start.tag,
                    Node::Kind::list);
      case YAML_MAPPING_START_EVENT:
        return open(event, event.data.mapping_start.anchor, event.data.mapping_start.tag,
                    Node::Kind::map);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close();
      default:
        return {};
    }
  }

  Mark at(const yaml_mark_t& mark) const {
    return {file_, static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
  }

 private:
  // A list or map that is not at its end. What it holds is gathered here, in memory that the next
  // one at that depth uses again, and moved into vectors of the right size at the end.
  struct Open {
    Node node;
    std::vector<Node> items;
    std::vector<Entry> entries;
    bool has_key = false;  // one was read, and its value is next
    Entry entry;           // that key
    // Of the map's first entries; only a map with many has one.
    std::unordered_map<std::string, std::size_t> places;
  };

  Result<void> refuse_anchor(const yaml_event_t& event) const {
    return fail_at(at(event.start_mark),
                   "anchors and aliases are not accepted; write the value out");
  }
  Result<void> refuse_properties(const yaml_event_t& event, const yaml_char_t* anchor,
                                 const yaml_char_t* tag) const {
    if (anchor != nullptr) return refuse_anchor(event);
    if (tag != nullptr && view(tag) != "!") {
      return fail_at(at(event.start_mark), "tags are not accepted");
    }
    return {};
  }

  Result<void> scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    if (auto done = refuse_properties(event, scalar.anchor, scalar.tag); !done) return done;
    Node node;
    node.mark = at(event.start_mark);
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nullptr;
    if (!node.plain || !is_nothing(text)) {
      node.kind = Node::Kind::scalar;
      node.text = text;
    }
    return add(std::move(node));
  }

  Result<void> open(const yaml_event_t& event, const yaml_char_t* anchor, const yaml_char_t* tag,
                    Node::Kind kind) {
    if (auto done = refuse_properties(event, anchor, tag); !done) return done;
    if (depth_ > 0 && open_[depth_ - 1].node.kind == Node::Kind::map &&
        !open_[depth_ - 1].has_key) {
      return fail_at(at(event.start_mark), "a key must be text");
    }
    if (depth_ >= document_depth_max) {
      return fail_at(at(event.start_mark),
                     fmt::format("nested deeper than {} levels", document_depth_max));
    }
    if (open_.size() == depth_) open_.emplace_back();
    Open& opened = open_[depth_++];
    opened.node = Node{};
    opened.node.kind = kind;
    opened.node.plain = true;
    opened.node.mark = at(event.start_mark);
    opened.items.clear();
    opened.entries.clear();
    opened.has_key = false;
    if (!opened.places.empty()) opened.places.clear();
    return {};
  }

  Result<void> close() {
    Open& closed = open_[--depth_];
    const auto moved = [](auto& from) {
      return std::remove_reference_t<decltype(from)>(std::make_move_iterator(from.begin()),
                                                     std::make_move_iterator(from.end()));
    };
    closed.node.items = moved(closed.items);
    closed.node.entries = moved(closed.entries);
    return add(std::move(closed.node));
  }

  Result<void> add(Node node) {
    if (++nodes_ > document_nodes_max) {
      return fail_at(node.mark, fmt::format("more than {} values", document_nodes_max));
    }
    if (depth_ == 0) {
      root_ = std::move(node);
      return {};
    }
    Open& parent = open_[depth_ - 1];
    if (parent.node.kind == Node::Kind::list) {
      parent.items.push_back(std::move(node));
      return {};
    }
    if (!parent.has_key) return begin_entry(parent, std::move(node));
    // YAML places nothing at whatever comes next; its key is where one looks.
    if (node.kind == Node::Kind::nothing) node.mark = parent.entry.mark;
    parent.entry.value = std::move(node);
    parent.entries.push_back(std::move(parent.entry));
    parent.has_key = false;
    return {};
  }

  Result<void> begin_entry(Open& parent, Node key) {
    if (key.kind != Node::Kind::scalar) return fail_at(key.mark, "a key must be text");
    if (const Entry* earlier = earlier_entry(parent, key.text)) {
      return fail_at(key.mark, fmt::format("duplicate key {}; it stands in line {} already",
                                           back_quoted(key.text), earlier->mark.line));
    }
    parent.entry.key = std::move(key.text);
    parent.entry.mark = std::move(key.mark);
    parent.has_key = true;
    return {};
  }

  static const Entry* earlier_entry(Open& parent, const std::string& key) {
    constexpr std::size_t searched_max = 16;
    const std::vector<Entry>& entries = parent.entries;
    if (entries.size() <= searched_max) return entry_in(entries, key);
    while (parent.places.size() < entries.size()) {
      parent.places.emplace(entries[parent.places.size()].key, parent.places.size());
    }
    const auto found = parent.places.find(key);
    return found == parent.places.end() ? nullptr : &entries[found->second];
  }

  std::shared_ptr<const std::string> file_;
  Node root_;
  std::vector<Open> open_;  // the first `depth_` are in use
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
};

// Where the byte at `offset` stands.
Mark mark_of(std::string_view text, std::size_t offset, std::shared_ptr<const std::string> file) {
  Mark mark{std::move(file), 1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++mark.column;
    if (text[i] != '\n') continue;
    ++mark.line;
    mark.column = 1;
  }
  return mark;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = sinks::utf8_character(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

// yaml-cpp would take some of these for the end of the text, others for UTF-16, and others as is.
std::optional<std::size_t> first_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) return i;
  }
  return std::nullopt;
}

// With control characters as \xNN, and cut after so many bytes, between characters.
std::string on_one_line(std::string_view text, std::size_t bytes_max) {
  std::size_t end = std::min(text.size(), bytes_max);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  std::string result;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return end < text.size() ? result + "..." : result;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const Entry* const found = entry_in(entries, key);
  return found == nullptr ? nullptr : &found->value;
}

Result<Node> parse_yaml(std::string_view text, const std::string& name) {
  const auto file = std::make_shared<const std::string>(name);
  if (text.size() > document_bytes_max) {
    return fail_at(Mark{file}, fmt::format("larger than {} bytes", document_bytes_max));
  }
  if (const auto offset = first_invalid_utf8(text)) {
    return fail_at(mark_of(text, *offset, file), "the text is not UTF-8");
  }
  if (const auto offset = first_control_character(text)) {
    return fail_at(mark_of(text, *offset, file), "a control character is not accepted");
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Events events(text);
  TreeBuilder builder(file);
  int documents = 0;
  while (events.next()) {
    const yaml_event_t& event = events.event();
    if (event.type == YAML_STREAM_END_EVENT) {
      if (documents > 0) return builder.take();
      Node nothing;
      nothing.plain = true;
      nothing.mark.file = file;
      return nothing;
    }
    if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
      return fail_at(builder.at(event.start_mark), "a second document; one file holds one");
    }
    if (auto done = builder.take(event); !done) return tl::unexpected(done.error());
  }
  return fail_at(builder.at(events.problem_mark()),
                 fmt::format("not valid YAML: {}", events.problem()));
}

std::string back_quoted(std::string_view text) { return "`" + on_one_line(text, 60) + "`"; }

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::nothing:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  return back_quoted(node.written ? *node.written : node.text);
}

tl::unexpected<Error> fail_at(const Mark& mark, const std::string& message) {
  return fail_in_file(fmt::format("{}:{}:{}", mark.file ? *mark.file : "?", mark.line, mark.column),
                      message);
}

tl::unexpected<Error> fail_in_file(const std::string& where, const std::string& message) {
  constexpr std::size_t bytes_max = 4096;
  return fail(ErrorKind::configuration,
              on_one_line(fmt::format("{}: {}", where, message), bytes_max));
}

}  // namespace senne::app
