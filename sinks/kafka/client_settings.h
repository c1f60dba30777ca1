// What an operator may set on the Kafka clients, and what Senne sets itself: a guarantee must not
// depend on nobody touching a property.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.h"
#include "sinks/kafka/settings.h"

namespace senne::sinks {

// Whether the value of this property must never be printed.
bool is_secret(std::string_view key);

// Replaces every secret value that occurs in `text` by ***.
std::string without_secrets(std::string text, const std::map<std::string, std::string>& properties);

// Checks `settings.properties` one by one, as far as that goes without a cluster.
// FAILS  ErrorKind::configuration naming the key: unknown to the library, owned by Senne, or a
//        setting that may lose or double records (with allow_loss and at_least_once admitted).
Result<void> check_properties(const KafkaSettings& settings);

}  // namespace senne::sinks
