// Messages put through the whole pipeline one after the other, without broker, journal or Kafka,
// and what became of each. What one leaves behind (duplicates, open windows) is there for the next.
//
// THREAD  one.
// OWNS    the pipeline's state; the configuration is the caller's and outlives it.
#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/configuration/configuration.h"
#include "app/trial_message.h"
#include "ingest/route_table.h"
#include "pipeline/pipeline.h"
#include "sinks/encoder.h"
#include "sinks/stdout_sink.h"

namespace senne::app {

struct TrialOutcome {
  // Lines of JSON, in the order sent. The time that passed may have closed windows: their results
  // come first.
  std::string records;
  std::optional<std::string_view> suppressed;  // why the message itself gave none
  std::string commands;                        // lines of JSON: what would be said to devices
  std::string explanation;                     // app/explain.h; empty if no route takes it
};

// By Topic, as they stand in the records.
std::array<std::string, topic_count> topic_names(const sinks::KafkaSettings& kafka);

class Trial {
 public:
  explicit Trial(const Configuration& configuration);
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  // FAILS   ErrorKind::failed where there is no memory for the lines.
  Result<TrialOutcome> put(const TrialMessage& message);

 private:
  // The one configuration that there is.
  class Fixed final : public ConfigurationSource {
   public:
    explicit Fixed(const PipelineConfiguration& configuration)
        : configuration_(std::shared_ptr<void>(), &configuration) {}
    Result<std::shared_ptr<const PipelineConfiguration>> load(Id128 /*hash*/) override {
      return configuration_;
    }

   private:
    std::shared_ptr<const PipelineConfiguration> configuration_;
  };

  // What is written to it lies in memory.
  class Written {
   public:
    Written();
    ~Written();
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
    std::FILE* stream() const { return stream_; }
    // All since the last call.
    std::string take();

   private:
    char* bytes_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* stream_;
  };

  ingest::RouteTable routes_;
  Fixed source_;
  Written written_;
  sinks::StdoutSink sink_;
  sinks::Encoder encoder_;
  std::string commands_;
  pipeline::Pipeline pipeline_;
  std::uint64_t messages_ = 0;
};

}  // namespace senne::app
