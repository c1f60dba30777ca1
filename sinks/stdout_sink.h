// Writes committed records as lines of JSON to a stream; what is committed is known only as long as
// the object lives. For looking at results without Kafka.
#pragma once

#include <array>
#include <cstdio>
#include <optional>
#include <string>

#include "core/sink.h"

namespace senne::sinks {

// THREAD  one.
// OWNS    nothing: the stream is the caller's and outlives it.
// FAILS   fatal when the stream cannot be written (a closed pipe).
class StdoutSink final : public Sink {
 public:
  // `topic_names` by Topic, as they stand in the lines.
  StdoutSink(std::FILE* stream, std::array<std::string, topic_count> topic_names);

  SinkResult<std::optional<Committed>> committed() override { return committed_; }
  std::string cluster_id() const override { return "stdout"; }
  SinkResult<void> claim() override { return {}; }
  std::size_t size_limit(Topic topic) const override;
  SinkResult<void> begin() override;
  SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                        std::span<const Header> headers) override;
  SinkResult<void> commit(Position position, const CommitMetadata& metadata) override;

 private:
  std::FILE* stream_;
  std::array<std::string, topic_count> topic_names_;
  std::string lines_;  // since `begin`
  std::optional<Committed> committed_;
};

}  // namespace senne::sinks
