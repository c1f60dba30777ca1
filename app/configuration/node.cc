#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "app/configuration/node.h"
#include "sinks/utf8.h"

namespace senne::app {
namespace {

// Leaves yaml-cpp's parser; caught in parse_yaml and goes no further.
struct Refused {
  Mark mark;
  std::string message;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}

  Node take() { return std::move(root_); }
  Mark at(const YAML::Mark& mark) const {
    return mark.is_null() ? Mark{file_, 1, 1} : Mark{file_, mark.line + 1, mark.column + 1};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add(Node{Node::Kind::nothing, true, at(mark), {}, {}, {}, {}});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    add(Node{Node::Kind::scalar, tag != "!", at(mark), value, {}, {}, {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::optional<Entry> entry;                     // whose key was read and whose value is next
    std::unordered_map<std::string, int> key_line;  // where each key stands, for duplicates
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
    throw Refused{at(mark), std::move(message)};
  }
  [[noreturn]] void refuse_anchor(const YAML::Mark& mark) const {
    refuse(mark, "anchors and aliases are not accepted; write the value out");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "tags are not accepted");
  }
  void open(const YAML::Mark& mark, const std::string& tag, Node::Kind kind) {
    refuse_tag(mark, tag);
    if (!open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().entry) {
      refuse(mark, "a key must be text");
    }
    if (open_.size() >= document_depth_max) {
      refuse(mark, fmt::format("nested deeper than {} levels", document_depth_max));
    }
    open_.push_back(Open{Node{kind, true, at(mark), {}, {}, {}, {}}, {}, {}});
  }
  void close() {
    Node done = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(done));
  }
  void add(Node node) {
    if (++nodes_ > document_nodes_max) {
      throw Refused{node.mark, fmt::format("more than {} values", document_nodes_max)};
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.entry) {
      // YAML places nothing at whatever comes next; its key is where one looks.
      if (node.kind == Node::Kind::nothing) node.mark = parent.entry->mark;
      parent.entry->value = std::move(node);
      parent.node.entries.push_back(std::move(*parent.entry));
      parent.entry.reset();
    } else {
      begin_entry(parent, std::move(node));
    }
  }
  void begin_entry(Open& parent, Node key) {
    if (key.kind != Node::Kind::scalar) throw Refused{key.mark, "a key must be text"};
    const auto [first, is_new] = parent.key_line.emplace(key.text, key.mark.line);
    if (!is_new) {
      throw Refused{key.mark, fmt::format("duplicate key {}; it stands in line {} already",
                                          back_quoted(key.text), first->second)};
    }
    parent.entry = Entry{std::move(key.text), key.mark, {}};
  }

  std::shared_ptr<const std::string> file_;
  Node root_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

// Where the byte at `offset` stands.
Mark mark_of(std::string_view text, std::size_t offset, std::shared_ptr<const std::string> file) {
  Mark mark{std::move(file), 1, 1};
  for (std::size_t i = 0; i < offset; ++i) {
    ++mark.column;
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
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
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
  TreeBuilder builder(file);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return Node{{}, true, Mark{file}, {}, {}, {}, {}};
    Node root = builder.take();
    TreeBuilder second(file);
    if (parser.HandleNextDocument(second)) {
      return fail_at(second.take().mark, "a second document; one file holds one");
    }
    return root;
  } catch (const Refused& refused) {
    return fail_at(refused.mark, refused.message);
  } catch (const YAML::Exception& exception) {
    return fail_at(builder.at(exception.mark), "not valid YAML: " + exception.msg);
  }
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
  constexpr std::size_t bytes_max = 4096;
  return fail(ErrorKind::configuration,
              on_one_line(fmt::format("{}:{}:{}: {}", mark.file ? *mark.file : "?", mark.line,
                                      mark.column, message),
                          bytes_max));
}

}  // namespace senne::app
