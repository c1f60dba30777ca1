#include "tests/simulation/cluster.h"

#include <utility>
#include <vector>

namespace senne::simulation {
namespace {

using sinks::SinkFailure;
using sinks::SinkStep;
using Kind = SinkError::Kind;

std::vector<SinkFailure> failures_of(SinkStep step) {
  switch (step) {
    case SinkStep::committed:
    case SinkStep::claim:
      return {SinkFailure::retry, SinkFailure::restart};
    case SinkStep::begin:
    case SinkStep::emit:
      return {SinkFailure::restart, SinkFailure::fenced};
    case SinkStep::commit:
      return {SinkFailure::restart, SinkFailure::fenced, SinkFailure::unknown_committed,
              SinkFailure::unknown_undecided, SinkFailure::unknown_not_committed};
  }
  return {};
}

}  // namespace

class Cluster::Gate final : public Sink {
 public:
  Gate(Cluster& cluster, std::unique_ptr<Sink> inner, std::function<bool()> crash_point)
      : cluster_(cluster), inner_(std::move(inner)), crash_point_(std::move(crash_point)) {}

  SinkResult<std::optional<Committed>> committed() override {
    return pass(SinkStep::committed, Kind::retry, [this] { return inner_->committed(); });
  }
  std::string cluster_id() const override { return inner_->cluster_id(); }
  SinkResult<void> claim() override {
    return pass(SinkStep::claim, Kind::retry, [this] { return inner_->claim(); });
  }
  std::size_t size_limit(Topic topic) const override { return inner_->size_limit(topic); }
  SinkResult<void> begin() override {
    return pass(SinkStep::begin, Kind::restart, [this] { return inner_->begin(); });
  }
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override {
    return pass(SinkStep::emit, Kind::restart,
                [&] { return inner_->emit(topic, key, value, headers); });
  }
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override {
    return pass(SinkStep::commit, Kind::restart,
                [&] { return inner_->commit(position, metadata); });
  }

 private:
  template <class Call>
  auto pass(SinkStep step, Kind kind_while_away, Call call) -> decltype(call()) {
    if (!crash_point_()) return tl::unexpected(SinkError{Kind::restart, "the process is dead"});
    if (cluster_.away_) return tl::unexpected(SinkError{kind_while_away, "the cluster is away"});
    cluster_.plan(step);
    auto answer = call();
    if (!crash_point_()) return tl::unexpected(SinkError{Kind::restart, "the process is dead"});
    return answer;
  }

  Cluster& cluster_;
  std::unique_ptr<Sink> inner_;
  std::function<bool()> crash_point_;
};

Cluster::Cluster(Chance chance, std::string owner) : chance_(chance), owner_(std::move(owner)) {}

SinkFactory Cluster::sinks(std::function<bool()> crash_point) {
  return [this, inner = memory_->factory(owner_), crash_point = std::move(crash_point)] {
    return std::make_unique<Gate>(*this, inner(), crash_point);
  };
}

void Cluster::plan(SinkStep step) {
  // Records are many: one that fails for each commit that does.
  const std::uint64_t weight = step == SinkStep::emit ? 20 : 1;
  if (fail_one_in_ == 0 || !chance_.one_in(fail_one_in_ * weight)) return;
  if (fatal_ && chance_.one_in(8)) return memory_->fail_next(step, SinkFailure::fatal);
  const std::vector<SinkFailure> failures = failures_of(step);
  memory_->fail_next(step, failures[chance_.below(failures.size())]);
}

std::optional<Committed> Cluster::forget_position() {
  // They are kept for days: by then every transaction is decided.
  memory_->settle_transaction(owner_);
  auto known = memory_->committed(owner_);
  memory_->forget_position(owner_);
  return known;
}

}  // namespace senne::simulation
