#include "app/history.h"

#include <fmt/format.h>

#include "app/account_name.h"
#include "pipeline/pipeline.h"

namespace senne::app {
namespace {

constexpr std::size_t poll_records = 4096;

}  // namespace

Result<History> read_history(Log& log, Id128 log_id, pipeline::SnapshotStore& snapshots,
                             ConfigurationSource& configurations, Id128 initial_configuration) {
  History history;
  std::map<std::string, ingest::RouteCounts>& counts = history.received;
  Position position = log.begin();
  Id128 configuration = initial_configuration;

  const auto snapshot = snapshots.load(log.end(), log_id);
  if (snapshot) {
    pipeline::Pipeline pipeline(configurations, initial_configuration, log_id);
    if (auto restored = pipeline.restore(snapshot->state); !restored) {
      return fail(restored.error().kind,
                  fmt::format("{}: {}", snapshot->file, restored.error().message));
    }
    pipeline.figures(history.account);
    for (const pipeline::RouteAccount& account : history.account.routes) {
      counts[account_name(account)].messages = account.messages();
    }
    position = snapshot->position;
    configuration = pipeline.configuration();
  } else if (snapshot.error().kind != ErrorKind::not_found) {
    return tl::unexpected(snapshot.error());
  }

  std::shared_ptr<const PipelineConfiguration> in_force;
  const auto load = [&](Id128 hash) -> Result<void> {
    auto loaded = configurations.load(hash);
    if (!loaded) return tl::unexpected(loaded.error());
    in_force = *loaded;
    return {};
  };
  if (auto loaded = load(configuration); !loaded) return tl::unexpected(loaded.error());
  while (position < log.end()) {
    const auto records = log.poll(position, poll_records);
    if (!records) return tl::unexpected(records.error());
    if (records->empty()) break;
    for (const Record& record : *records) {
      position = record.next;
      if (record.kind == RecordKind::configuration) {
        if (auto loaded = load(record.configuration); !loaded) {
          return tl::unexpected(loaded.error());
        }
      }
      if (record.kind != RecordKind::message) continue;
      if (!history.backlog_since) history.backlog_since = record.receive_time;
      const std::size_t route = record.message.route.value;
      const bool known = route < in_force->routes.size();
      ++counts[known ? in_force->routes[route].name : std::string(ingest::no_route_name)].messages;
    }
  }
  return history;
}

}  // namespace senne::app
