// The operator's settings as Paho's connect options.
#pragma once

#include <mqtt/connect_options.h>

#include <functional>
#include <string>

#include "ingest/mqtt/broker_address.h"
#include "ingest/mqtt/settings.h"

namespace senne::ingest {

// `on_tls_error` receives the TLS library's words, from Paho's threads.
mqtt::connect_options connect_options(const MqttSettings& settings, const BrokerAddress& address,
                                      std::function<void(const std::string&)> on_tls_error);

}  // namespace senne::ingest
