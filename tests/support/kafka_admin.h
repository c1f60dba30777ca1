// What a cluster's administrator does, for tests: topics, their settings, permissions.
//
// THREAD  any.
// FAILS   with what the cluster answered.
#pragma once

#include <map>
#include <string>

#include "core/result.h"
#include "core/time.h"

namespace senne::test {

// Whether a cluster with at least one broker answers there in time.
bool answers(const std::string& bootstrap, Duration patience);

// Creates a topic and returns once clients see it; `settings` as in max.message.bytes.
Result<void> create_topic(const std::string& bootstrap, const std::string& name, int partitions,
                          const std::map<std::string, std::string>& settings);
Result<void> delete_topic(const std::string& bootstrap, const std::string& name);
// Replaces all settings of a topic.
Result<void> set_topic(const std::string& bootstrap, const std::string& name,
                       const std::map<std::string, std::string>& settings);
// Forbids the account `user` to write to a topic, and lifts that again.
Result<void> deny_writing(const std::string& bootstrap, const std::string& user,
                          const std::string& topic);
Result<void> lift_denials(const std::string& bootstrap, const std::string& user,
                          const std::string& topic);

}  // namespace senne::test
