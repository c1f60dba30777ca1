#include "ingest/mqtt/paho_options.h"

#include <MQTTAsync.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace senne::ingest {
namespace {

constexpr std::chrono::seconds connect_timeout{15};
// 68 years. Paho C 1.3.12 writes larger numbers wrongly: 0xFFFFFFFF, "never" in MQTT, leaves as
// 255 s.
constexpr std::chrono::seconds longest_expiry{INT32_MAX};

std::int32_t expiry_seconds(Duration expiry) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(expiry);
  return static_cast<std::int32_t>(std::min(seconds, longest_expiry).count());
}

mqtt::ssl_options tls_options(const MqttSettings& settings,
                              std::function<void(const std::string&)> on_tls_error) {
  mqtt::ssl_options options;
  if (!settings.tls.ca.empty()) options.set_trust_store(settings.tls.ca);
  if (!settings.tls.certificate.empty()) options.set_key_store(settings.tls.certificate);
  if (!settings.tls.key.empty()) options.set_private_key(settings.tls.key);
  options.set_enable_server_cert_auth(true);
  options.set_verify(true);  // the certificate must name the host
  options.set_ssl_version(MQTT_SSL_VERSION_TLS_1_2);
  options.set_error_handler(std::move(on_tls_error));
  return options;
}

}  // namespace

mqtt::connect_options connect_options(const MqttSettings& settings, const BrokerAddress& address,
                                      std::function<void(const std::string&)> on_tls_error) {
  mqtt::connect_options options;
  if (settings.version == 5) {
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(settings.clean_start);
    // Maximum Packet Size is never set: the broker would drop what exceeds it, in silence.
    options.set_properties(
        {{mqtt::property::SESSION_EXPIRY_INTERVAL, expiry_seconds(settings.session_expiry)},
         {mqtt::property::RECEIVE_MAXIMUM, settings.receive_maximum}});
  } else {
    options.set_mqtt_version(MQTTVERSION_3_1_1);
    options.set_clean_session(settings.clean_start);
  }
  options.set_automatic_reconnect(false);
  options.set_connect_timeout(connect_timeout);
  options.set_keep_alive_interval(std::chrono::ceil<std::chrono::seconds>(settings.keepalive));
  if (!settings.username.empty()) options.set_user_name(settings.username);
  if (!settings.password.empty()) options.set_password(settings.password);
  if (address.tls) options.set_ssl(tls_options(settings, std::move(on_tls_error)));
  return options;
}

}  // namespace senne::ingest
