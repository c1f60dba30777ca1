// Whether Senne can do its work right now, and if not, why: one named condition for each thing it
// stands on, each with a sentence for a person.
//
// THREAD  any.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace senne::monitor {

enum class Condition : std::uint8_t { mqtt, kafka, journal, clock, shard };
inline constexpr std::array<std::string_view, 5> condition_names = {"mqtt", "kafka", "journal",
                                                                    "clock", "shard"};

class Readiness {
 public:
  // Every condition begins as not met: "starting".
  explicit Readiness(const Clock& clock);

  // `sentence` says what is the case, without a full stop: "connected to broker".
  void set(Condition condition, bool ok, std::string_view sentence);

  // Every condition ends as not met: "stopping". The last call.
  void stop();

  // Whether every condition is met.
  bool ready() const;

  // One line a condition: `[+] mqtt: connected to broker`, or
  // `[-] kafka: no broker answers, since 2026-11-22T08:00:00Z`: since when it is not met.
  std::string verbose() const;
  // What such a line says of the first condition that is not met; empty when all are.
  std::string obstacle() const;

 private:
  struct State {
    bool ok = false;
    std::string sentence = "starting";
    Instant since;
  };
  std::string text(std::size_t condition) const;  // under mutex_

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::array<State, condition_names.size()> states_;
};

}  // namespace senne::monitor
