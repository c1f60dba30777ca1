// Remembers which filters the broker's session may still hold, so that the filters of removed
// routes are unsubscribed, also when the process was down while its configuration changed.
//
// THREAD  one.
// OWNS    the file `subscriptions` in its storage.
// FAILS   What cannot be read counts as unknown, which costs one needless subscribe; what cannot be
//         written is an error for the caller to report.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/storage.h"
#include "core/topic_filter.h"

namespace senne::ingest {

class SubscriptionLedger {
 public:
  // `session` names the broker's session (address and client id): another one's filters are none of
  // ours.
  SubscriptionLedger(Storage& storage, std::string session);

  // The broker confirmed, and nothing was asked since.
  bool settled() const { return settled_; }
  // It confirmed exactly these.
  bool settled_on(std::span<const Subscription> subscriptions) const;
  // Filters the broker may hold that are not among `wanted`.
  std::vector<std::string> surplus(std::span<const Subscription> wanted) const;

  // The broker has no session: it holds nothing.
  void forget();
  // Before asking the broker: it may hold these from now on, besides what it held.
  Result<void> note(std::span<const Subscription> asked);
  // After the broker confirmed: it holds exactly these.
  Result<void> settle(std::span<const Subscription> held);

 private:
  void load();
  Result<void> store();

  Storage& storage_;
  std::string session_;
  std::vector<Subscription> held_;
  bool settled_ = false;
};

}  // namespace senne::ingest
