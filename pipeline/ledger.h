// The account of every message and reading, by route: nothing that came in may be missing from it.
//
// Messages: received = decoded + dead_lettered + suppressed + in the journal. A partly bad message
// counts as decoded. Readings: readings = observations + duplicates + dead_lettered + suppressed.
//
// It is state of the shard: it lies in the snapshot, and a replay rebuilds it, so a crash neither
// resets nor doubles it.
//
// THREAD  the shard's; copies may go anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/configuration.h"
#include "core/ids.h"
#include "core/reason.h"
#include "core/result.h"

namespace senne::pipeline {

struct RouteAccount {
  std::string route;  // empty: messages that no route matched any more
  std::uint64_t decoded = 0;
  std::array<std::uint64_t, dead_letter_reason_names.size()>
      dead_lettered{};                                                     // messages, by reason
  std::array<std::uint64_t, suppressed_reason_names.size()> suppressed{};  // messages, by reason
  std::array<std::uint64_t, dead_letter_reason_names.size()>
      partly{};  // dead letters of decoded messages
  std::uint64_t readings = 0;
  std::uint64_t observations = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t readings_dead_lettered = 0;
  std::uint64_t readings_suppressed = 0;

  std::uint64_t messages() const;  // that have an outcome
  std::uint64_t messages_dead_lettered() const;
  std::uint64_t messages_suppressed() const;
};

class Ledger {
 public:
  // Accounts are found by route name: a route keeps its account over changes of the configuration,
  // a removed route's account stays.
  void configure(const std::vector<Route>& routes);

  RouteAccount& account(RouteIndex route);
  // Ordered by route name.
  const std::vector<RouteAccount>& accounts() const { return accounts_; }

  Sequence last_sequence() const { return last_sequence_; }
  void note_sequence(Sequence sequence) { last_sequence_ = sequence; }

  // Over everything in it; committed beside the position, so that a replay can tell whether it came
  // to the same account.
  std::uint64_t digest() const;

  void snapshot(std::string& bytes) const;
  Result<void> restore(ByteReader& reader);

 private:
  std::size_t index_of(std::string_view route);

  std::vector<RouteAccount> accounts_;
  std::vector<std::size_t> by_route_;  // RouteIndex -> accounts_
  std::size_t without_route_ = 0;
  Sequence last_sequence_;
};

}  // namespace senne::pipeline
