// The record that a process dies of, twice, is not worked off a third time.
//
// Before each record its position goes into a word of a mapped file, which outlives the process but
// not what lies before a wait. The next start finds it: one that is found again by the start after
// that is noted as quarantined, in a synced file, so that a replay from an older snapshot does not
// die of it either. The shard then makes a dead letter of it, undecoded.
//
// THREAD  the shard's; `open` before it runs.
// OWNS    the files `in-hand` and `quarantined` of its storage, which outlives it.
// FAILS   what the disk says; damage when `quarantined` cannot be read.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/storage.h"
#include "core/time.h"

namespace senne::pipeline {

inline constexpr std::string_view in_hand_file = "in-hand";
inline constexpr std::string_view quarantined_file = "quarantined";

class Quarantine {
 public:
  // How often in a row a record is found in hand until it is quarantined.
  static constexpr std::uint64_t deaths_max = 2;

  // Reads what the last process left, and quarantines what it died of if it was not the first.
  static Result<std::unique_ptr<Quarantine>> open(Storage& storage);

  // What the process before this one had in hand when it ended.
  struct Death {
    Position position;
    std::uint64_t times = 1;  // in a row
    bool quarantined = false;
  };
  const std::optional<Death>& death() const { return death_; }
  // How long to wait before going on: a record that kills although it is quarantined (or is none
  // that can be) would otherwise be met again at once, for ever. At most 30 s.
  Duration back_off() const;

  bool holds(Position position) const;

  // The record in hand: one store.
  void take(Position position) noexcept;
  // Nothing is: before any wait.
  void put_down() noexcept;

 private:
  Quarantine(Storage& storage, std::unique_ptr<MappedFile> file);
  Result<void> read_quarantined();
  Result<void> quarantine(Position position);
  std::uint64_t& word(std::size_t place);

  Storage& storage_;
  std::unique_ptr<MappedFile> file_;
  std::optional<Death> death_;
  std::vector<Position> quarantined_;  // ascending
};

}  // namespace senne::pipeline
