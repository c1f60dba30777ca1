#include "pipeline/ledger.h"

#include <algorithm>
#include <numeric>

#include "core/check.h"

namespace senne::pipeline {
namespace {

template <class Array>
std::uint64_t sum(const Array& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

std::uint64_t RouteAccount::messages_dead_lettered() const { return sum(dead_lettered); }

std::uint64_t RouteAccount::messages_suppressed() const { return sum(suppressed); }

std::uint64_t RouteAccount::messages() const {
  return decoded + messages_dead_lettered() + messages_suppressed();
}

std::size_t Ledger::index_of(std::string_view route) {
  const auto at = std::lower_bound(
      accounts_.begin(), accounts_.end(), route,
      [](const RouteAccount& account, std::string_view name) { return account.route < name; });
  if (at != accounts_.end() && at->route == route) {
    return static_cast<std::size_t>(at - accounts_.begin());
  }
  RouteAccount account;
  account.route = route;
  return static_cast<std::size_t>(accounts_.insert(at, std::move(account)) - accounts_.begin());
}

void Ledger::configure(const std::vector<Route>& routes) {
  // First all insertions, which move what lies behind them; then the look-ups.
  index_of("");
  for (const Route& route : routes) index_of(route.name);
  by_route_.clear();
  for (const Route& route : routes) by_route_.push_back(index_of(route.name));
  without_route_ = index_of("");
}

RouteAccount& Ledger::account(RouteIndex route) {
  SENNE_CHECK(!accounts_.empty());
  if (route.value >= by_route_.size()) return accounts_[without_route_];
  return accounts_[by_route_[route.value]];
}

std::uint64_t Ledger::digest() const {
  std::string bytes;
  snapshot(bytes);
  return content_hash(bytes).low;
}

void Ledger::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(last_sequence_);
  writer.put(static_cast<std::uint64_t>(accounts_.size()));
  for (const RouteAccount& account : accounts_) {
    writer.put_text(account.route);
    writer.put(account.decoded);
    writer.put_slab(std::span<const std::uint64_t>(account.dead_lettered));
    writer.put_slab(std::span<const std::uint64_t>(account.suppressed));
    writer.put_slab(std::span<const std::uint64_t>(account.partly));
    writer.put(account.readings);
    writer.put(account.observations);
    writer.put(account.duplicates);
    writer.put(account.readings_dead_lettered);
    writer.put(account.readings_suppressed);
  }
}

Result<void> Ledger::restore(ByteReader& reader) {
  *this = Ledger{};
  last_sequence_ = reader.get<Sequence>();
  const auto count = reader.get<std::uint64_t>();
  std::vector<std::uint64_t> counts;
  const auto read_counts = [&](auto& into) {
    reader.get_slab(counts);
    // An older release knew fewer reasons: they keep their places, the new ones begin at zero.
    if (counts.size() > into.size()) return false;
    std::copy(counts.begin(), counts.end(), into.begin());
    return true;
  };
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    RouteAccount account;
    account.route = reader.get_text();
    account.decoded = reader.get<std::uint64_t>();
    if (!read_counts(account.dead_lettered) || !read_counts(account.suppressed) ||
        !read_counts(account.partly)) {
      return fail(ErrorKind::version, "the ledger knows reasons that this release does not");
    }
    account.readings = reader.get<std::uint64_t>();
    account.observations = reader.get<std::uint64_t>();
    account.duplicates = reader.get<std::uint64_t>();
    account.readings_dead_lettered = reader.get<std::uint64_t>();
    account.readings_suppressed = reader.get<std::uint64_t>();
    const bool ordered = accounts_.empty() || accounts_.back().route < account.route;
    if (!ordered) return fail(ErrorKind::damage, "the ledger's routes are out of order");
    accounts_.push_back(std::move(account));
  }
  if (!reader.ok()) return fail(ErrorKind::damage, "the ledger ends early");
  if (accounts_.empty()) index_of("");
  return {};
}

}  // namespace senne::pipeline
