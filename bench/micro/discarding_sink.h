// A sink that takes everything and keeps nothing: what lies before it is measured without Kafka.
#pragma once

#include <benchmark/benchmark.h>

#include <span>
#include <string>
#include <string_view>

#include "core/sink.h"

namespace senne::bench {

class DiscardingSink final : public Sink {
 public:
  SinkResult<std::optional<Committed>> committed() override { return std::nullopt; }
  std::string cluster_id() const override { return "none"; }
  SinkResult<void> claim() override { return {}; }
  std::size_t size_limit(Topic) const override { return 1'000'000; }
  SinkResult<void> begin() override { return {}; }
  SinkResult<void> emit(Topic, std::string_view, std::string_view value,
                        std::span<const Header> headers) override {
    benchmark::DoNotOptimize(value.data());
    benchmark::DoNotOptimize(headers.data());
    return {};
  }
  SinkResult<void> commit(Position, const CommitMetadata&) override { return {}; }
};

}  // namespace senne::bench
