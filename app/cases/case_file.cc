#include "app/cases/case_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/configuration/section.h"
#include "app/configuration/substitution.h"
#include "core/reason.h"
#include "core/user_properties.h"
#include "pipeline/decode/time_text.h"
#include "pipeline/decode/uplink_bytes.h"

namespace senne::app {
namespace {

// A message as it is written, before it is known whether it is whole.
struct MessageText {
  std::optional<std::string> topic;
  std::optional<std::string> payload;
  std::map<std::string, std::string> user_properties;
  std::optional<Instant> received;
  bool retained = false;
  Node expected;
  std::optional<std::string> suppressed;
};

struct CaseText {
  std::string name;
  double tolerance = 0;
  MessageText only;
  std::vector<CaseMessage> messages;
};

struct FileText {
  std::vector<Case> cases;
};

constexpr std::array<const char*, 4> payload_keys = {"payload", "payload_file", "payload_hex",
                                                     "payload_base64"};

// A kind of value that is only read.
template <class V, class Read>
Type<V> read_only(const std::string& words, Read read) {
  Type<V> type;
  type.words = words;
  type.read = std::move(read);
  type.write = [](const V&, Secrets) { return Node{}; };
  return type;
}

// Text of any length and lines, which `take` turns into bytes; false: it cannot.
template <class Take>
Type<std::optional<std::string>> bytes(const std::string& words, Take take) {
  using Bytes = std::optional<std::string>;
  return read_only<Bytes>(
      words, [=](const Surroundings&, const Node& node, const std::string& path) -> Result<Bytes> {
        std::string taken;
        if (node.kind != Node::Kind::scalar || !take(node.text, taken)) {
          return expected(node, path, words);
        }
        return taken;
      });
}

bool as_it_is(const std::string& text, std::string& bytes) {
  bytes = text;
  return true;
}
// Digits may be set apart in groups and lines.
std::string without_spaces(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}
bool from_hex(const std::string& text, std::string& bytes) {
  return decode::bytes_from_hex(without_spaces(text), bytes);
}
bool from_base64(const std::string& text, std::string& bytes) {
  return decode::bytes_from_base64(without_spaces(text), bytes);
}

Type<std::optional<std::string>> file_bytes() {
  using Bytes = std::optional<std::string>;
  return read_only<Bytes>(
      "the path of a file",
      [](const Surroundings& from, const Node& node, const std::string& path) -> Result<Bytes> {
        const auto file = path_name().read(from, node, path);
        if (!file) return tl::unexpected(file.error());
        auto content = read_text_file(*file, document_bytes_max);
        if (!content) {
          return fail_in(node, path,
                         fmt::format("cannot read {}: {}", shown(node), content.error().message));
        }
        return std::move(*content);
      });
}

Type<std::optional<Instant>> instant() {
  using Time = std::optional<Instant>;
  return read_only<Time>(
      "a time", [](const Surroundings&, const Node& node, const std::string& path) -> Result<Time> {
        const Time time =
            node.kind == Node::Kind::scalar ? decode::parse_rfc3339(node.text) : std::nullopt;
        if (!time) return expected(node, path, "a time such as 2026-11-22T08:00:00Z");
        return time;
      });
}

Type<Node> records(const TopicNames& topics) {
  return read_only<Node>(
      "a list of records",
      [topics](const Surroundings&, const Node& node, const std::string& path) -> Result<Node> {
        if (auto done = check_records(node, path, topics); !done) {
          return tl::unexpected(done.error());
        }
        return node;
      });
}

Type<std::string> reason() {
  std::vector<std::pair<std::string, std::string>> words;
  words.reserve(suppressed_reason_names.size());
  for (const std::string_view word : suppressed_reason_names) words.emplace_back(word, word);
  return choice<std::string>(words);
}

Type<std::optional<std::string>> topic() {
  return optionally(read_only<std::string>(
      "a topic", [](const Surroundings& from, const Node& node, const std::string& path) {
        auto topic = text(65'535).read(from, node, path);
        if (topic && topic->find_first_of("+#") != std::string::npos) {
          topic = expected(node, path, "a topic without wildcards");
        }
        return topic;
      }));
}

// The keys of a message, which stand in a case of one message beside its own.
template <class T, class Message>
void add_message(Section<T>& section, const TopicNames& topics, Message of) {
  const auto payload = [of](auto& v) -> auto& { return of(v).payload; };
  section
      .optional(
          "topic", topic(), [of](auto& v) -> auto& { return of(v).topic; }, "")
      .optional("payload", bytes("text, in quotes or as a block", as_it_is), payload, "")
      .optional("payload_file", file_bytes(), payload, "")
      .optional("payload_hex", bytes("hexadecimal digits of whole bytes", from_hex), payload, "")
      .optional("payload_base64", bytes("base64", from_base64), payload, "")
      .optional(
          "user_properties", map_of_text("a map from names to text"),
          [of](auto& v) -> auto& { return of(v).user_properties; }, "")
      .optional(
          "received", instant(), [of](auto& v) -> auto& { return of(v).received; }, "")
      .optional(
          "retained", boolean(), [of](auto& v) -> auto& { return of(v).retained; }, "")
      .optional(
          "expect", records(topics), [of](auto& v) -> auto& { return of(v).expected; }, "")
      .optional(
          "expect_suppressed",
          optionally(reason()), [of](auto& v) -> auto& { return of(v).suppressed; }, "");
}

std::string in(const std::string& path) { return path.empty() ? path : " in " + path; }

Result<void> check_keys(const Node& node, const std::string& path) {
  const char* given = nullptr;
  for (const char* key : payload_keys) {
    const Node* const payload = node.find(key);
    if (payload == nullptr) continue;
    if (given != nullptr) {
      return fail_in(*payload, path,
                     fmt::format("`{}` and `{}` are both given; expected one of them", given, key));
    }
    given = key;
  }
  if (node.find("topic") == nullptr) {
    return fail_at(node.mark, fmt::format("missing key `topic`{}", in(path)));
  }
  if (given == nullptr) {
    return fail_at(node.mark, fmt::format("no payload{}; expected one of `payload`, "
                                          "`payload_file`, `payload_hex` and `payload_base64`",
                                          in(path)));
  }
  const Node* const suppressed = node.find("expect_suppressed");
  if ((node.find("expect") == nullptr) == (suppressed == nullptr)) {
    return suppressed == nullptr
               ? fail_at(node.mark, fmt::format("nothing is expected{}; expected `expect` or "
                                                "`expect_suppressed`",
                                                in(path)))
               : fail_in(*suppressed, path,
                         "`expect` and `expect_suppressed` are both given; expected one of them");
  }
  return {};
}

Result<CaseMessage> whole(const Node& node, const std::string& path, const MessageText& text) {
  if (auto done = check_keys(node, path); !done) return tl::unexpected(done.error());
  CaseMessage whole;
  whole.message.topic = *text.topic;
  whole.message.payload = *text.payload;
  for (const auto& [key, value] : text.user_properties) {
    append_user_property(whole.message.user_properties, key, value);
  }
  whole.message.received = text.received.value_or(case_time);
  whole.message.retained = text.retained;
  whole.topic_mark = node.find("topic")->mark;
  whole.expected = text.expected;
  whole.suppressed = text.suppressed;
  return whole;
}

// A message of several: received with the one before it, unless it says when, and never before.
Type<std::vector<CaseMessage>> messages(const TopicNames& topics) {
  Section<MessageText> section("");
  add_message(
      section, topics, [](auto& v) -> auto& { return v; });
  using Messages = std::vector<CaseMessage>;
  return read_only<Messages>("a list of messages",
                             [one = section.type()](const Surroundings& from, const Node& node,
                                                    const std::string& path) -> Result<Messages> {
                               if (node.kind != Node::Kind::list)
                                 return expected(node, path, "a list of messages");
                               if (node.items.empty())
                                 return fail_in(node, path, "must not be empty");
                               Messages messages;
                               Instant last = case_time;
                               for (const Node& item : node.items) {
                                 const std::string place =
                                     fmt::format("{}[{}]", path, messages.size());
                                 auto text = one.read(from, item, place);
                                 if (!text) return tl::unexpected(text.error());
                                 if (messages.empty()) last = text->received.value_or(case_time);
                                 if (!text->received) text->received = last;
                                 if (*text->received < last) {
                                   return fail_in(*item.find("received"), place + ".received",
                                                  "before that of the message before");
                                 }
                                 last = *text->received;
                                 auto message = whole(item, place, *text);
                                 if (!message) return tl::unexpected(message.error());
                                 messages.push_back(std::move(*message));
                               }
                               return messages;
                             });
}

Type<Case> case_type(const TopicNames& topics) {
  Section<CaseText> section("");
  section.required("name", text(), &CaseText::name, "")
      .optional("tolerance", number(0, 1e300), &CaseText::tolerance, "")
      .optional("messages", messages(topics), &CaseText::messages, "");
  add_message(
      section, topics, [](auto& v) -> auto& { return v.only; });
  return read_only<Case>(
      "a map",
      [map = section.type()](const Surroundings& from, const Node& node,
                             const std::string& path) -> Result<Case> {
        auto text = map.read(from, node, path);
        if (!text) return tl::unexpected(text.error());
        Case made{text->name, node.mark, text->tolerance, std::move(text->messages)};
        if (node.find("messages") == nullptr) {
          auto only = whole(node, path, text->only);
          if (!only) return tl::unexpected(only.error());
          made.messages.push_back(std::move(*only));
          return made;
        }
        for (const Entry& entry : node.entries) {
          if (entry.key == "name" || entry.key == "tolerance" || entry.key == "messages") continue;
          return fail_at(entry.mark,
                         fmt::format("{}: `{}` belongs to one of its `messages`", path, entry.key));
        }
        return made;
      });
}

Type<FileText> file_type(const TopicNames& topics) {
  return Section<FileText>("")
      .required("cases", list_of(case_type(topics), "a list of cases", 1), &FileText::cases, "")
      .check([](const Surroundings&, const Node& node, const std::string&,
                FileText& file) -> Result<void> {
        std::map<std::string, int> line_of;
        for (std::size_t i = 0; i < file.cases.size(); ++i) {
          const Case& one = file.cases[i];
          const auto [first, is_new] = line_of.emplace(one.name, one.mark.line);
          if (is_new) continue;
          return fail_in(*node.find("cases")->items[i].find("name"),
                         fmt::format("cases[{}].name", i),
                         fmt::format("{} is the name of the case in line {} already",
                                     back_quoted(one.name), first->second));
        }
        return {};
      })
      .type();
}

}  // namespace

Result<std::vector<Case>> read_cases(const std::string& path, const TopicNames& topics) {
  const auto content = read_text_file(path, document_bytes_max);
  if (!content) {
    return fail(ErrorKind::configuration,
                fmt::format("cannot read {}: {}", path, content.error().message));
  }
  const auto root = parse_yaml(*content, path);
  if (!root) return tl::unexpected(root.error());
  if (root->kind == Node::Kind::nothing) return fail_at(root->mark, "no case; expected `cases:`");
  // Payloads may be full of `${`: nothing is put in.
  const std::string folder = std::filesystem::path(path).parent_path().string();
  auto file = file_type(topics).read({folder.empty() ? "." : folder}, *root, "");
  if (!file) return tl::unexpected(file.error());
  return std::move(file->cases);
}

Result<std::vector<std::string>> case_files(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    fs::recursive_directory_iterator entry(path, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (entry->path().extension() == ".yaml" && !entry->is_directory()) {
        found.push_back(entry->path().string());
      }
    }
    if (error) {
      return fail(ErrorKind::configuration,
                  fmt::format("cannot read {}: {}", path, error.message()));
    }
    if (found.empty()) {
      return fail(ErrorKind::configuration,
                  fmt::format("no case in {}; expected files *.yaml", path));
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace senne::app
