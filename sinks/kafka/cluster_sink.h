// What the sinks that write to Kafka have in common: whose position it is, a view of the cluster
// that is opened when it is needed, what was learned through it, and the producer.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/logging.h"
#include "core/sink.h"
#include "sinks/kafka/client.h"
#include "sinks/kafka/cluster_view.h"
#include "sinks/kafka/outgoing_topics.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// THREAD  one.
// OWNS    the producer and the handle that reads the position.
class ClusterSink : public Sink {
 public:
  void on_wait(WaitListener tell) final { tell_ = std::move(tell); }
  std::string cluster_id() const final { return cluster_id_; }
  std::size_t size_limit(Topic topic) const final {
    return size_limits_[static_cast<std::size_t>(topic)];
  }

 protected:
  ClusterSink(const KafkaSettings& settings, std::string_view instance,
              ClusterView::Undecided undecided, Logger& logger);

  SinkResult<ClusterView*> view();
  // A view that has learned the cluster's id.
  SinkResult<ClusterView*> identified_view();
  // Learns how large a record may be, and makes the producer where there is none yet.
  SinkResult<void> make_producer(ClientProperties own = {});

  const KafkaSettings settings_;
  const std::string owner_;
  Logger& logger_;
  std::optional<ClusterView> view_;
  std::optional<Client> producer_;
  OutgoingTopics topics_;
  WaitListener tell_ = [](bool) {};

 private:
  const ClusterView::Undecided undecided_;
  std::string cluster_id_;
  std::array<std::size_t, topic_count> size_limits_{};
};

}  // namespace senne::sinks
