// Why a message or a reading did not become an observation. The names are part of the contract with
// consumers (dead-letter records) and operators (metric labels).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace senne {

// Bytes that could not be used: they go to the dead-letter topic as they came.
enum class DeadLetterReason : std::uint8_t {
  malformed,
  unknown_format,
  unknown_device,
  identity_mismatch,
  no_codec,
  bad_unit,
  bad_value,
  too_large,
  too_deep,
  limit,
  unsupported_version,
  quarantined,
  policy,
};
inline constexpr std::array<std::string_view, 13> dead_letter_reason_names = {
    "malformed", "unknown_format", "unknown_device",      "identity_mismatch",
    "no_codec",  "bad_unit",       "bad_value",           "too_large",
    "too_deep",  "limit",          "unsupported_version", "quarantined",
    "policy"};

// Messages that are rightly no observation: counted, not sent.
enum class SuppressedReason : std::uint8_t {
  simulated,
  join,
  status,
  location,
  downlink,
  ack,
  log,
  retained,
  command,
  bridge,
  no_route,
  k,
  duplicate,  // a message without any usable reading that the broker delivered again
  personal,   // it only identifies a person
};
inline constexpr std::array<std::string_view, 14> suppressed_reason_names = {
    "simulated", "join",    "status", "location", "downlink", "ack",       "log",
    "retained",  "command", "bridge", "no_route", "k",        "duplicate", "personal"};

// Where it happened.
enum class Stage : std::uint8_t { ingest, decode, normalise, sink };
inline constexpr std::array<std::string_view, 4> stage_names = {"ingest", "decode", "normalise",
                                                                "sink"};

constexpr std::string_view name(DeadLetterReason reason) {
  return dead_letter_reason_names[static_cast<std::size_t>(reason)];
}
constexpr std::string_view name(SuppressedReason reason) {
  return suppressed_reason_names[static_cast<std::size_t>(reason)];
}
constexpr std::string_view name(Stage stage) {
  return stage_names[static_cast<std::size_t>(stage)];
}

}  // namespace senne
