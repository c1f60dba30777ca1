// senne ledger: the account of every message and reading.

#include <fmt/format.h>

#include <memory>

#include "app/account_name.h"
#include "app/commands/command.h"
#include "app/configuration/configuration_store.h"
#include "app/data_directory.h"
#include "app/ledger_report.h"
#include "app/monitor/http_get.h"
#include "core/posix_storage.h"
#include "ingest/journal/inspect.h"
#include "pipeline/pipeline.h"
#include "pipeline/snapshot/snapshot_store.h"

namespace senne::app {
namespace {

// What the process behind this address says of itself; nothing where none answers, or another
// instance does: a process that was killed leaves its address behind, and its port is free then.
std::optional<std::string> ask(const std::string& url, const std::string& instance) {
  auto body = monitor::http_get(url, "/ledger");
  if (!body || !is_ledger_of(*body, instance)) return std::nullopt;
  while (body->ends_with('\n')) body->pop_back();
  return *body;
}

// Without a process: what the last snapshot accounts for, and what lies in the journal behind it.
Result<std::string> read_at_rest(const Configuration& configuration) {
  const std::string root = configuration.data_dir;
  auto snapshot_files = PosixStorage::open_read_only(root + snapshot_folder);
  if (!snapshot_files) return tl::unexpected(snapshot_files.error());
  auto configuration_files = PosixStorage::open_read_only(root + configuration_folder);
  if (!configuration_files) return tl::unexpected(configuration_files.error());
  auto journal_files = PosixStorage::open_read_only(root + journal_folder);
  if (!journal_files) return tl::unexpected(journal_files.error());

  const auto listing = ingest::list_segments(**journal_files);
  if (!listing) return tl::unexpected(listing.error());
  pipeline::SnapshotStore snapshots(**snapshot_files);
  ConfigurationStore configurations(**configuration_files);
  std::map<std::string, ingest::RouteCounts> received;
  pipeline::PipelineFigures figures;
  Position position;
  std::shared_ptr<const PipelineConfiguration> in_force;
  constexpr Position anywhere{~std::uint64_t{0}};
  const auto snapshot = snapshots.load(anywhere, listing->identity.id);
  if (!snapshot && snapshot.error().kind != ErrorKind::not_found) {
    return tl::unexpected(snapshot.error());
  }
  const auto load = [&](Id128 hash) -> Result<void> {
    auto loaded = configurations.load(hash);
    if (!loaded) return tl::unexpected(loaded.error());
    in_force = *loaded;
    return {};
  };
  if (snapshot) {
    pipeline::Pipeline state(configurations, snapshot->configuration, listing->identity.id);
    if (auto restored = state.restore(snapshot->state); !restored) {
      return fail(restored.error().kind,
                  fmt::format("{}: {}", snapshot->file, restored.error().message));
    }
    state.figures(figures);
    for (const pipeline::RouteAccount& account : figures.routes) {
      received[account_name(account)].messages = account.messages();
    }
    position = snapshot->position;
    if (auto loaded = load(snapshot->configuration); !loaded) return tl::unexpected(loaded.error());
  }
  Result<void> loaded;
  const auto exported =
      ingest::for_each_readable_record(**journal_files, [&](const Record& record) {
        if (record.position < position) return true;
        if (record.kind == RecordKind::configuration) loaded = load(record.configuration);
        if (!loaded) return false;
        if (record.kind != RecordKind::message) return true;
        const std::size_t route = record.message.route.value;
        const bool known = in_force && route < in_force->routes.size();
        ++received[known ? in_force->routes[route].name : std::string(ingest::no_route_name)]
              .messages;
        return true;
      });
  if (!exported) return tl::unexpected(exported.error());
  if (!loaded) return tl::unexpected(loaded.error());
  if (!exported->damage.empty()) return tl::unexpected(exported->damage.front());
  return ledger_json(configuration.instance, "snapshot", received, figures);
}

int ledger(const std::string& path) {
  const auto configuration = load_configuration(path);
  if (!configuration) return report(configuration.error());
  auto data = PosixStorage::open_read_only(configuration->data_dir);
  if (!data) return report(data.error());
  const auto address = (*data)->read_whole(http_address_file);
  if (!address && address.error().kind != ErrorKind::not_found) return report(address.error());
  if (address) {
    if (const auto line = ask(*address, configuration->instance)) {
      fmt::print("{}\n", *line);
      return 0;
    }
  }
  const auto line = read_at_rest(*configuration);
  if (!line) return report(line.error());
  fmt::print("{}\n", *line);
  return 0;
}

}  // namespace

Command ledger_command() {
  auto path = std::make_shared<std::string>();
  return {.name = "ledger",
          .help =
              "the account of every message: asks the running process, else reads the last "
              "snapshot",
          .options = {configuration_option(*path)},
          .action = [path] { return ledger(*path); }};
}

}  // namespace senne::app
