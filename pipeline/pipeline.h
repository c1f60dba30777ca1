// From one record of the log to what leaves because of it: decode, normalise, deduplicate,
// aggregate, account.
//
// A deterministic function of the log and of the configurations that the log names.
//
// THREAD  the shard's.
// OWNS    all state that outlives a record; it is what a snapshot holds.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/operator.h"
#include "pipeline/aggregate/windows.h"
#include "pipeline/dead_letters.h"
#include "pipeline/decode/sparkplug_nodes.h"
#include "pipeline/device_codecs.h"
#include "pipeline/device_states.h"
#include "pipeline/figures.h"
#include "pipeline/ledger.h"
#include "pipeline/normalise/dedupe.h"
#include "pipeline/normalise/identity.h"
#include "pipeline/normalise/normalise.h"
#include "pipeline/normalise/recent_messages.h"
#include "pipeline/quality/judge.h"
#include "pipeline/unregistered.h"

namespace senne::pipeline {

class Pipeline final : public Operator {
 public:
  // `initial_configuration` is in force until the log names one. `log` identifies the log in the
  // ids of records that carry no identity of their own.
  Pipeline(ConfigurationSource& configurations, Id128 initial_configuration, Id128 log);

  void process(const Record& record, Collector& out) override;
  // A message that must not be looked into: it becomes a dead letter as it is.
  void quarantine(const Record& record, Collector& out);
  void tick(Instant time, Collector& out) override;
  void snapshot(std::string& bytes) const override;
  Result<void> restore(std::string_view bytes) override;

  // The configuration that the log named could not be loaded: nothing may go on.
  const std::optional<Error>& failure() const { return failure_; }

  const Ledger& ledger() const { return ledger_; }

  // For explanations: what was read of the message processed last, valid as long as its bytes; and
  // the registry in force.
  const Decoded& decoded() const { return decoded_; }
  const normalise::DeviceRegistry& registry() const { return normaliser_->registry(); }
  Id128 configuration() const { return configuration_hash_; }
  void figures(PipelineFigures& into) const;

 private:
  // What became of one message, summed over its reports.
  struct Outcome {
    normalise::Redelivery redelivery = normalise::Redelivery::no;
    bool decoded = false;  // at least one report became an observation or was a duplicate
    // Why a report became nothing: the first reason, but a dead letter's before any other, as its
    // readings must not be lost.
    std::optional<NotDecoded> failure;
    std::string device;  // of the first report with something to reject

    void failed(NotDecoded why, std::string_view of_device);
  };

  void configure(Id128 hash, Instant since);
  void let_time_pass(const Record& record, Collector& out);
  void process_message(const Record& record, Collector& out);
  void ask_rebirth(const Record& record, Collector& out);
  void process_signs(const Record& record, const Outcome& outcome);
  void process_report(const Record& record, std::size_t index, Id128 fingerprint, Outcome& outcome,
                      Collector& out);
  void aggregate(const Record& record);
  void send_observations(const Record& record, std::size_t index, Id128 fingerprint,
                         Outcome& outcome, Collector& out);
  void finish_undecoded(const Record& record, const NotDecoded& why, Stage stage,
                        const Outcome& outcome, Collector& out);

  ConfigurationSource& configurations_;
  const Id128 log_;
  std::optional<Error> failure_;

  // Made anew with each configuration.
  std::shared_ptr<const PipelineConfiguration> configuration_;
  std::unique_ptr<normalise::Normaliser> normaliser_;
  std::unique_ptr<RegistryCodecs> codecs_;
  std::vector<std::unique_ptr<Decoder>> decoders_;  // one a route
  Duration idle_horizon_{};

  // State.
  Id128 configuration_hash_;
  Instant last_tick_;
  bool begun_ = false;  // a record was seen
  Ledger ledger_;
  normalise::Deduplicator deduplicator_;
  normalise::RecentMessages recent_;
  UnregisteredDevices unregistered_;
  quality::Judge judge_;
  DeviceStates devices_;
  Windows windows_;
  decode::SparkplugNodes nodes_;

  // Scratch, reused from message to message.
  Decoded decoded_;
  normalise::NormalisedReport report_;
  normalise::ReportIdentity identity_;
  std::vector<normalise::BadReading> bad_;  // of all reports of the message
  std::vector<int> over_cap_;               // places in the report's collection
  DeadLetters dead_letters_;
  std::string command_topic_;
  std::string command_payload_;
};

}  // namespace senne::pipeline
