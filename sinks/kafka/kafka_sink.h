// Makes the sinks that write to Kafka, by the delivery that the settings ask for.
#pragma once

#include <string>

#include "core/logging.h"
#include "core/result.h"
#include "core/sink.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// exactly_once: TransactionalSink; at_least_once: AtLeastOnceSink. `settings` must have passed
// `check_properties`; what else is wrong shows as a fatal error of the sink's first call. The
// logger must outlive the factory and its sinks.
SinkFactory make_kafka_sink_factory(const KafkaSettings& settings, const std::string& instance,
                                    Logger& logger);

}  // namespace senne::sinks
