// A cluster in memory with the semantics that Senne relies on in Kafka: transactions, fencing by
// epoch, a position inside the transaction, and every way in which a step can fail. For tests,
// simulations and `senne decode`.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/sink.h"

namespace senne::sinks {

struct MemoryRecord {
  Topic topic = Topic::observations;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
};

enum class SinkStep : std::uint8_t { committed, claim, begin, emit, commit };

enum class SinkFailure : std::uint8_t {
  retry,    // nothing happened
  restart,  // at commit or emit: the transaction is open until the next claim aborts it
  fenced,   // as after a transaction time-out: aborted, and the epoch moved on
  fatal,
  // At commit only; the owner learns nothing and gets `restart`.
  unknown_committed,      // it took effect at once
  unknown_undecided,      // takes effect at the next claim, as a commit that Kafka had prepared
  unknown_not_committed,  // the next claim aborts it
};

// What all sinks of a cluster share; it outlives them.
//
// THREAD  any.
class MemoryCluster : public std::enable_shared_from_this<MemoryCluster> {
 public:
  static std::shared_ptr<MemoryCluster> create();

  // Sinks that claim under one name fence each other.
  SinkFactory factory(const std::string& owner);

  // What a read_committed consumer has seen, in the order of commits.
  std::vector<MemoryRecord> records() const;
  std::vector<MemoryRecord> records(Topic topic) const;
  // What the owner's open transaction holds.
  std::vector<MemoryRecord> uncommitted(const std::string& owner) const;
  std::optional<Committed> committed(const std::string& owner) const;
  std::uint64_t commits() const;

  // The call of `step` after `skip` further calls, by whatever sink, fails so. Several may be
  // planned.
  void fail_next(SinkStep step, SinkFailure failure, std::uint64_t skip = 0);
  // The coordinator's time-out of an open transaction: aborts it and fences its producer.
  void expire_transaction(const std::string& owner);
  // Carries out a commit that is decided, and aborts what is not, as the next claim would.
  void settle_transaction(const std::string& owner);
  // As when offsets expire.
  void forget_position(const std::string& owner);
  // As when an operator restores it from elsewhere.
  void set_position(const std::string& owner, const Committed& committed);
  void set_cluster_id(std::string id);
  void set_size_limit(Topic topic, std::size_t bytes);

 private:
  friend class MemorySink;
  struct Owner {
    std::uint64_t epoch = 0;
    bool open = false;  // a transaction of `epoch`
    std::vector<MemoryRecord> records;
    std::optional<Committed> prepared;  // its commit is decided, but not carried out
    std::optional<Committed> committed;
  };
  struct PlannedFailure {
    SinkStep step;
    SinkFailure failure;
    std::uint64_t skip;
  };

  MemoryCluster();
  std::optional<SinkFailure> planned(SinkStep step);
  void apply(Owner& owner, const Committed& committed);
  void settle(Owner& owner);
  static void abort(Owner& owner);

  mutable std::mutex mutex_;
  std::map<std::string, Owner> owners_;
  std::vector<MemoryRecord> records_;
  std::uint64_t commits_ = 0;
  std::deque<PlannedFailure> failures_;
  std::string cluster_id_ = "memory";
  std::array<std::size_t, topic_count> size_limits_;
};

// A sink of a MemoryCluster.
//
// THREAD  one.
class MemorySink final : public Sink {
 public:
  MemorySink(std::shared_ptr<MemoryCluster> cluster, std::string owner);

  SinkResult<std::optional<Committed>> committed() override;
  std::string cluster_id() const override;
  SinkResult<void> claim() override;
  std::size_t size_limit(Topic topic) const override;
  SinkResult<void> begin() override;
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override;
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override;

 private:
  MemoryCluster::Owner& owner() { return cluster_->owners_[owner_]; }
  // Whether this sink may still act: not lost and not fenced.
  SinkResult<void> usable();
  tl::unexpected<SinkError> failed(SinkStep step, SinkFailure failure);

  std::shared_ptr<MemoryCluster> cluster_;
  std::string owner_;
  std::uint64_t epoch_ = 0;  // 0: has not claimed
  bool lost_ = false;        // an error other than retry was given: only its destructor may follow
};

}  // namespace senne::sinks
