// What a cluster's administrator does, for tests: topics, their settings, permissions.
//
// THREAD  any.
// FAILS   with what the cluster answered.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace senne::test {

// Whether a cluster with at least one broker answers there in time.
bool answers(const std::string& bootstrap, Duration patience);

// Creates a topic and returns once clients see it; `settings` as in max.message.bytes.
Result<void> create_topic(const std::string& bootstrap, const std::string& name, int partitions,
                          const std::map<std::string, std::string>& settings);
// One partition with a copy on each of these nodes, the first of which is preferred to lead.
Result<void> create_topic_on(const std::vector<std::int32_t>& nodes, const std::string& bootstrap,
                             const std::string& name,
                             const std::map<std::string, std::string>& settings);
// The node that leads the first partition of a topic; -1: none does, or none answers.
int leader_of(const std::string& bootstrap, const std::string& topic);
Result<void> delete_topic(const std::string& bootstrap, const std::string& name);
// Replaces all settings of a topic.
Result<void> set_topic(const std::string& bootstrap, const std::string& name,
                       const std::map<std::string, std::string>& settings);
// The offset that a group has committed for the first partition of a topic, with the text beside
// it; -1: none.
struct CommittedOffset {
  std::int64_t offset = -1;
  std::string metadata;
};
Result<CommittedOffset> committed_offset(const std::string& bootstrap, const std::string& group,
                                         const std::string& topic);
Result<void> commit_offset(const std::string& bootstrap, const std::string& group,
                           const std::string& topic, const CommittedOffset& committed);
// Forbids the account `user` to write to a topic, and lifts that again.
Result<void> deny_writing(const std::string& bootstrap, const std::string& user,
                          const std::string& topic);
Result<void> lift_denials(const std::string& bootstrap, const std::string& user,
                          const std::string& topic);

}  // namespace senne::test
