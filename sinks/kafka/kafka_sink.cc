#include "sinks/kafka/kafka_sink.h"

#include <memory>

#include "sinks/kafka/at_least_once_sink.h"
#include "sinks/kafka/transactional_sink.h"

namespace senne::sinks {

SinkFactory make_kafka_sink_factory(const KafkaSettings& settings, const std::string& instance,
                                    Logger& logger) {
  return [settings, instance, &logger]() -> std::unique_ptr<Sink> {
    if (settings.delivery == Delivery::exactly_once) {
      return std::make_unique<TransactionalSink>(settings, instance, logger);
    }
    return std::make_unique<AtLeastOnceSink>(settings, instance, logger);
  };
}

}  // namespace senne::sinks
