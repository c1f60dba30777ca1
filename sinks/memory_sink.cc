#include "sinks/memory_sink.h"

#include <fmt/format.h>

#include "core/check.h"

namespace senne::sinks {
namespace {

using Kind = SinkError::Kind;

Kind kind_of(SinkFailure failure) {
  switch (failure) {
    case SinkFailure::retry:
      return Kind::retry;
    case SinkFailure::fenced:
      return Kind::fenced;
    case SinkFailure::fatal:
      return Kind::fatal;
    case SinkFailure::restart:
    case SinkFailure::unknown_committed:
    case SinkFailure::unknown_undecided:
    case SinkFailure::unknown_not_committed:
      break;
  }
  return Kind::restart;
}

constexpr std::array<std::string_view, 5> step_names = {"committed", "claim", "begin", "emit",
                                                        "commit"};

}  // namespace

MemoryCluster::MemoryCluster() { size_limits_.fill(1'048'588); }

std::shared_ptr<MemoryCluster> MemoryCluster::create() {
  return std::shared_ptr<MemoryCluster>(new MemoryCluster);
}

SinkFactory MemoryCluster::factory(const std::string& owner) {
  return [cluster = shared_from_this(), owner] {
    return std::make_unique<MemorySink>(cluster, owner);
  };
}

std::vector<MemoryRecord> MemoryCluster::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

std::vector<MemoryRecord> MemoryCluster::records(Topic topic) const {
  const std::lock_guard lock(mutex_);
  std::vector<MemoryRecord> result;
  for (const MemoryRecord& record : records_) {
    if (record.topic == topic) result.push_back(record);
  }
  return result;
}

std::vector<MemoryRecord> MemoryCluster::uncommitted(const std::string& owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(owner);
  return found == owners_.end() ? std::vector<MemoryRecord>{} : found->second.records;
}

std::optional<Committed> MemoryCluster::committed(const std::string& owner) const {
  const std::lock_guard lock(mutex_);
  const auto found = owners_.find(owner);
  return found == owners_.end() ? std::nullopt : found->second.committed;
}

std::uint64_t MemoryCluster::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

void MemoryCluster::fail_next(SinkStep step, SinkFailure failure, std::uint64_t skip) {
  const std::lock_guard lock(mutex_);
  failures_.push_back({step, failure, skip});
}

void MemoryCluster::expire_transaction(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  Owner& expired = owners_[owner];
  if (!expired.open || expired.prepared) return;  // a decided transaction does not expire
  abort(expired);
  ++expired.epoch;
}

void MemoryCluster::settle_transaction(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  settle(owners_[owner]);
}

void MemoryCluster::forget_position(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  owners_[owner].committed.reset();
}

void MemoryCluster::set_position(const std::string& owner, const Committed& committed) {
  const std::lock_guard lock(mutex_);
  owners_[owner].committed = committed;
}

void MemoryCluster::set_cluster_id(std::string id) {
  const std::lock_guard lock(mutex_);
  cluster_id_ = std::move(id);
}

void MemoryCluster::set_size_limit(Topic topic, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  size_limits_[static_cast<std::size_t>(topic)] = bytes;
}

std::optional<SinkFailure> MemoryCluster::planned(SinkStep step) {
  for (auto it = failures_.begin(); it != failures_.end(); ++it) {
    if (it->step != step) continue;
    if (it->skip > 0) {
      --it->skip;
      continue;
    }
    const SinkFailure failure = it->failure;
    failures_.erase(it);
    return failure;
  }
  return std::nullopt;
}

void MemoryCluster::apply(Owner& owner, const Committed& committed) {
  for (MemoryRecord& record : owner.records) records_.push_back(std::move(record));
  owner.committed = committed;
  ++commits_;
  abort(owner);  // nothing is left of it
}

void MemoryCluster::settle(Owner& owner) {
  if (owner.prepared) {
    apply(owner, Committed(*owner.prepared));
  } else {
    abort(owner);
  }
}

void MemoryCluster::abort(Owner& owner) {
  owner.records.clear();
  owner.prepared.reset();
  owner.open = false;
}

MemorySink::MemorySink(std::shared_ptr<MemoryCluster> cluster, std::string owner)
    : cluster_(std::move(cluster)), owner_(std::move(owner)) {}

SinkResult<void> MemorySink::usable() {
  SENNE_CHECK(!lost_);
  SENNE_CHECK(epoch_ > 0);
  if (owner().epoch == epoch_) return {};
  lost_ = true;
  return tl::unexpected(
      SinkError{Kind::fenced, fmt::format("{}: another producer took over", owner_)});
}

tl::unexpected<SinkError> MemorySink::failed(SinkStep step, SinkFailure failure) {
  if (failure == SinkFailure::fenced && epoch_ > 0) {
    MemoryCluster::abort(owner());
    ++owner().epoch;
  }
  const Kind kind = kind_of(failure);
  lost_ = kind != Kind::retry;
  return tl::unexpected(SinkError{
      kind, fmt::format("planned failure at {}", step_names[static_cast<std::size_t>(step)])});
}

SinkResult<std::optional<Committed>> MemorySink::committed() {
  const std::lock_guard lock(cluster_->mutex_);
  SENNE_CHECK(!lost_);
  if (const auto failure = cluster_->planned(SinkStep::committed)) {
    return failed(SinkStep::committed, *failure);
  }
  return owner().committed;
}

std::string MemorySink::cluster_id() const {
  const std::lock_guard lock(cluster_->mutex_);
  return cluster_->cluster_id_;
}

SinkResult<void> MemorySink::claim() {
  const std::lock_guard lock(cluster_->mutex_);
  SENNE_CHECK(!lost_);
  if (const auto failure = cluster_->planned(SinkStep::claim)) {
    return failed(SinkStep::claim, *failure);
  }
  MemoryCluster::Owner& mine = owner();
  cluster_->settle(mine);
  epoch_ = ++mine.epoch;
  return {};
}

std::size_t MemorySink::size_limit(Topic topic) const {
  const std::lock_guard lock(cluster_->mutex_);
  return cluster_->size_limits_[static_cast<std::size_t>(topic)];
}

SinkResult<void> MemorySink::begin() {
  const std::lock_guard lock(cluster_->mutex_);
  if (auto ok = usable(); !ok) return ok;
  SENNE_CHECK(!owner().open);
  if (const auto failure = cluster_->planned(SinkStep::begin)) {
    return failed(SinkStep::begin, *failure);
  }
  owner().open = true;
  return {};
}

SinkResult<void> MemorySink::emit(Topic topic, std::string_view key, std::string_view value,
                                  std::span<const Header> headers) {
  const std::lock_guard lock(cluster_->mutex_);
  if (auto ok = usable(); !ok) return ok;
  SENNE_CHECK(owner().open);
  if (const auto failure = cluster_->planned(SinkStep::emit)) {
    return failed(SinkStep::emit, *failure);
  }
  MemoryRecord record{topic, std::string(key), std::string(value), {}};
  for (const Header& header : headers) record.headers.emplace_back(header.name, header.value);
  owner().records.push_back(std::move(record));
  return {};
}

SinkResult<void> MemorySink::commit(Position position, const CommitMetadata& metadata) {
  const std::lock_guard lock(cluster_->mutex_);
  if (auto ok = usable(); !ok) return ok;
  MemoryCluster::Owner& mine = owner();
  const Committed committed{position, metadata};
  if (const auto failure = cluster_->planned(SinkStep::commit)) {
    if (*failure == SinkFailure::unknown_committed) cluster_->apply(mine, committed);
    if (*failure == SinkFailure::unknown_undecided) {
      mine.open = true;
      mine.prepared = committed;
    }
    return failed(SinkStep::commit, *failure);
  }
  cluster_->apply(mine, committed);
  return {};
}

}  // namespace senne::sinks
