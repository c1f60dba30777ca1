#include "app/configuration/type.h"

#include <cmath>

#include "app/configuration/nearest_name.h"
#include "app/configuration/quantity.h"
#include "app/configuration/substitution.h"
#include "app/json_text.h"

namespace senne::app {
namespace {

bool is_scalar(const Node& node) { return node.kind == Node::Kind::scalar; }

// Neither quoted nor empty, or put in by a substitution.
bool may_be_no_text(const Node& node) { return is_scalar(node) && (node.plain || node.written); }

bool has_control_characters(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

bool is_plain_name(std::string_view name) {
  for (const char c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

// Text that must pass `accept`; an empty value is left out when written, so it is never read.
Type<std::string> text_that(std::string words, std::function<bool(const std::string&)> accept) {
  Type<std::string> type;
  type.words = std::move(words);
  type.read = [accept = std::move(accept), words = type.words](
                  const Surroundings&, const Node& node,
                  const std::string& path) -> Result<std::string> {
    if (!is_scalar(node) || !accept(node.text)) return expected(node, path, words);
    return node.text;
  };
  type.write = [](const std::string& value, Secrets) {
    return value.empty() ? Node{} : text_node(value);
  };
  return type;
}

Type<Duration> duration_that(std::string words, Duration least, Duration most, Duration step) {
  Type<Duration> type;
  type.words = fmt::format("{} from {} to {}", words, duration_text(least), duration_text(most));
  type.read = [=, all_words = type.words](const Surroundings&, const Node& node,
                                          const std::string& path) -> Result<Duration> {
    const auto value = is_scalar(node) ? duration_from_text(node.text) : std::nullopt;
    if (!value || *value < least || *value > most || *value % step != Duration{0}) {
      return expected(node, path, all_words);
    }
    return *value;
  };
  type.write = [](const Duration& value, Secrets) { return text_node(duration_text(value)); };
  return type;
}

}  // namespace

tl::unexpected<Error> fail_in(const Node& node, const std::string& path,
                              const std::string& message) {
  return fail_at(node.mark, path.empty() ? message : fmt::format("{}: {}", path, message));
}

tl::unexpected<Error> expected(const Node& node, const std::string& path,
                               const std::string& words) {
  const bool in_quotes = node.kind == Node::Kind::scalar && !node.plain && !node.written;
  return fail_in(
      node, path,
      fmt::format("expected {}, got {}{}", words, shown(node), in_quotes ? " in quotes" : ""));
}

std::string choice_words(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
    all += fmt::format("`{}`", words[i]);
  }
  return all;
}

tl::unexpected<Error> fail_choice(const Node& node, const std::string& path,
                                  const std::vector<std::string>& known,
                                  const std::vector<std::string>& later) {
  if (!is_scalar(node)) return expected(node, path, choice_words(known));
  for (const std::string& word : later) {
    if (node.text == word)
      return fail_in(node, path, fmt::format("`{}` is not in this version", word));
  }
  const std::string hint = node.written ? std::string() : did_you_mean(node.text, known);
  return fail_in(node, path,
                 fmt::format("expected {}, got {}{}", choice_words(known), shown(node), hint));
}

Type<std::string> text(std::size_t bytes_max) {
  return text_that(fmt::format("text of 1 to {} bytes in one line", bytes_max),
                   [bytes_max](const std::string& value) {
                     return !value.empty() && value.size() <= bytes_max &&
                            !has_control_characters(value);
                   });
}

Type<std::string> secret_text() {
  Type<std::string> type;
  type.words = "text";
  type.read = [](const Surroundings&, const Node& node,
                 const std::string& path) -> Result<std::string> {
    if (!is_scalar(node)) return expected(node, path, "text");
    if (node.text.empty()) return fail_in(node, path, "must not be empty");
    return node.text;
  };
  type.write = [](const std::string& value, Secrets secrets) {
    if (value.empty()) return Node{};
    return text_node(secrets == Secrets::masked ? "***" : value);
  };
  return type;
}

Type<std::string> plain_name() {
  return text_that("a name of 1 to 100 characters out of A-Z a-z 0-9 . _ -",
                   [](const std::string& value) {
                     return !value.empty() && value.size() <= 100 && is_plain_name(value);
                   });
}

Type<std::string> plain_name_or_empty() {
  Type<std::string> type = text_that(
      "at most 100 characters out of A-Z a-z 0-9 . _ -",
      [](const std::string& value) { return value.size() <= 100 && is_plain_name(value); });
  type.write = [](const std::string& value, Secrets) { return text_node(value); };
  return type;
}

Type<std::string> path_name() {
  Type<std::string> type = text(4096);
  type.words = "a path";
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::string> {
    auto value = read(from, node, path);
    if (!value) return expected(node, path, "a path");
    return resolved_path(from.base_dir, *value);
  };
  return type;
}

Type<bool> boolean() {
  Type<bool> type;
  type.words = "`true` or `false`";
  type.read = [](const Surroundings&, const Node& node, const std::string& path) -> Result<bool> {
    if (may_be_no_text(node) && node.text == "true") return true;
    if (may_be_no_text(node) && node.text == "false") return false;
    return expected(node, path, "`true` or `false`");
  };
  type.write = [](const bool& value, Secrets) { return plain_node(value ? "true" : "false"); };
  return type;
}

Type<Duration> duration(Duration least, Duration most) {
  return duration_that("a duration", least, most, Duration{1});
}

Type<Duration> whole_seconds(Duration least, Duration most) {
  return duration_that("a duration in whole seconds", least, most, std::chrono::seconds{1});
}

Type<std::uint64_t> size(std::uint64_t least, std::uint64_t most) {
  Type<std::uint64_t> type;
  type.words = fmt::format("a size from {} to {}", size_text(least), size_text(most));
  type.read = [=, words = type.words](const Surroundings&, const Node& node,
                                      const std::string& path) -> Result<std::uint64_t> {
    const auto value = is_scalar(node) ? size_from_text(node.text) : std::nullopt;
    if (!value || *value < least || *value > most) return expected(node, path, words);
    return *value;
  };
  type.write = [](const std::uint64_t& value, Secrets) { return text_node(size_text(value)); };
  return type;
}

Type<double> number(double least, double most) {
  Type<double> type;
  type.words = fmt::format("a number from {} to {}", least, most);
  type.read = [=, words = type.words](const Surroundings&, const Node& node,
                                      const std::string& path) -> Result<double> {
    double value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [rest, error] = std::from_chars(node.text.data(), end, value);
    if (!may_be_no_text(node) || error != std::errc{} || rest != end || !std::isfinite(value) ||
        value < least || value > most) {
      return expected(node, path, words);
    }
    return value;
  };
  type.write = [](const double& value, Secrets) { return plain_node(json_number(value)); };
  return type;
}

Type<std::map<std::string, std::string>> map_of_text(std::string words) {
  Type<std::map<std::string, std::string>> type;
  type.words = std::move(words);
  type.read = [words = type.words](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::map<std::string, std::string>> {
    if (node.kind != Node::Kind::map) return expected(node, path, words);
    std::map<std::string, std::string> values;
    for (const Entry& entry : node.entries) {
      auto value = text().read(from, entry.value, fmt::format("{}.{}", path, entry.key));
      if (!value) return tl::unexpected(value.error());
      values.emplace(entry.key, std::move(*value));
    }
    return values;
  };
  type.write = [](const std::map<std::string, std::string>& values, Secrets) {
    Node map = map_node();
    for (const auto& [key, value] : values) append(map, key, text_node(value));
    return map;
  };
  return type;
}

}  // namespace senne::app
