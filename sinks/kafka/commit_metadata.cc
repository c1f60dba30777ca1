#include "sinks/kafka/commit_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace senne::sinks {
namespace {

constexpr int known_version = 1;

// Removes `expected` from the beginning of `text`.
bool take(std::string_view& text, std::string_view expected) {
  if (text.substr(0, expected.size()) != expected) return false;
  text.remove_prefix(expected.size());
  return true;
}

template <class Integer>
std::optional<Integer> take_integer(std::string_view& text, std::size_t digits, int base) {
  digits = std::min(digits, text.size());
  Integer value = 0;
  const auto read = std::from_chars(text.data(), text.data() + digits, value, base);
  if (read.ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return value;
}

// What somebody else wrote there may be anything.
std::string printable(std::string_view text) {
  std::string result(text.substr(0, 200));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return result;
}

}  // namespace

std::string encode_commit_metadata(const CommitMetadata& metadata) {
  std::string text = fmt::format("senne/{} journal={} ledger={:016x}", metadata.version,
                                 to_hex(metadata.journal), metadata.ledger);
  for (const Predecessor& predecessor : metadata.predecessors) {
    text += fmt::format(" after={}@{}", to_hex(predecessor.journal), predecessor.position.value);
  }
  return text;
}

Result<CommitMetadata> parse_commit_metadata(std::string_view text) {
  const auto damaged = [text] {
    return fail(ErrorKind::damage,
                fmt::format("metadata beside the committed position is not Senne's: \"{}\", "
                            "expected \"senne/{} journal=... ledger=...\"",
                            printable(text), known_version));
  };
  std::string_view rest = text;
  if (!take(rest, "senne/")) return damaged();
  const std::optional<int> version = take_integer<int>(rest, 9, 10);
  if (!version || *version < 1) return damaged();
  if (*version > known_version) {
    return fail(ErrorKind::version,
                fmt::format("metadata beside the committed position has version {}, this release "
                            "knows up to {}: \"{}\"",
                            *version, known_version, printable(text)));
  }
  CommitMetadata metadata;
  metadata.version = *version;
  if (!take(rest, " journal=")) return damaged();
  const std::optional<Id128> journal = id_from_hex(rest.substr(0, 32));
  if (!journal) return damaged();
  metadata.journal = *journal;
  rest.remove_prefix(32);
  if (!take(rest, " ledger=") || rest.size() < 16) return damaged();
  const std::optional<std::uint64_t> ledger = take_integer<std::uint64_t>(rest, 16, 16);
  if (!ledger) return damaged();
  metadata.ledger = *ledger;
  while (take(rest, " after=")) {
    const std::optional<Id128> before = id_from_hex(rest.substr(0, 32));
    if (!before) return damaged();
    rest.remove_prefix(32);
    if (!take(rest, "@")) return damaged();
    const auto position = take_integer<std::uint64_t>(rest, 20, 10);
    if (!position) return damaged();
    metadata.predecessors.push_back({*before, Position{*position}});
  }
  if (!rest.empty() || metadata.predecessors.size() > predecessors_max) return damaged();
  return metadata;
}

}  // namespace senne::sinks
