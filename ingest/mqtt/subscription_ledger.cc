#include "ingest/mqtt/subscription_ledger.h"

#include <algorithm>

#include "core/bytes.h"

namespace senne::ingest {
namespace {

constexpr std::uint32_t format_version = 1;
const char* const file_name = "subscriptions";

}  // namespace

SubscriptionLedger::SubscriptionLedger(Storage& storage, std::string session)
    : storage_(storage), session_(std::move(session)) {
  load();
}

void SubscriptionLedger::load() {
  const Result<std::string> bytes = storage_.read_whole(file_name);
  if (!bytes) return;
  ByteReader reader(*bytes);
  if (reader.get<std::uint32_t>() != format_version || reader.get_text() != session_) return;
  const bool settled = reader.get<std::uint8_t>() != 0;
  std::vector<Subscription> held;
  for (auto count = reader.get<std::uint32_t>(); count > 0 && reader.ok(); --count) {
    const int qos = reader.get<std::uint8_t>();
    held.push_back({std::string(reader.get_text()), qos});
  }
  if (!reader.at_end()) return;
  held_ = std::move(held);
  settled_ = settled;
}

Result<void> SubscriptionLedger::store() {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.put(format_version);
  writer.put_text(session_);
  writer.put(static_cast<std::uint8_t>(settled_ ? 1 : 0));
  writer.put(static_cast<std::uint32_t>(held_.size()));
  for (const Subscription& subscription : held_) {
    writer.put(static_cast<std::uint8_t>(subscription.qos));
    writer.put_text(subscription.filter);
  }
  return storage_.write_whole(file_name, bytes);
}

bool SubscriptionLedger::settled_on(std::span<const Subscription> subscriptions) const {
  return settled_ && std::ranges::equal(held_, subscriptions);
}

std::vector<std::string> SubscriptionLedger::surplus(std::span<const Subscription> wanted) const {
  std::vector<std::string> filters;
  for (const Subscription& held : held_) {
    const bool kept = std::ranges::any_of(
        wanted, [&](const Subscription& other) { return other.filter == held.filter; });
    if (!kept) filters.push_back(held.filter);
  }
  return filters;
}

void SubscriptionLedger::forget() {
  held_.clear();
  settled_ = false;
}

Result<void> SubscriptionLedger::note(std::span<const Subscription> asked) {
  if (settled_on(asked)) return {};
  const std::vector<Subscription> before = held_;
  held_.assign(asked.begin(), asked.end());
  for (const Subscription& old : before) {
    const bool asked_again = std::ranges::any_of(
        asked, [&](const Subscription& other) { return other.filter == old.filter; });
    if (!asked_again) held_.push_back(old);
  }
  settled_ = false;
  return store();
}

Result<void> SubscriptionLedger::settle(std::span<const Subscription> held) {
  if (settled_on(held)) return {};
  held_.assign(held.begin(), held.end());
  settled_ = true;
  return store();
}

}  // namespace senne::ingest
