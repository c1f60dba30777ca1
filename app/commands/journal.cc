// senne journal: looks into a journal, and chooses where it goes on when it does not match Kafka's
// position.

#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>

#include "app/commands/command.h"
#include "app/data_directory.h"
#include "app/drain.h"
#include "app/journal_notes.h"
#include "app/logging/json_logger.h"
#include "core/posix_storage.h"
#include "ingest/journal/inspect.h"
#include "pipeline/snapshot/snapshot_store.h"
#include "sinks/cloud_events.h"
#include "sinks/json_scalars.h"

namespace senne::app {
namespace {

struct JournalOptions {
  std::string path;
  bool from_start = false;
  bool discard = false;
  std::optional<std::uint64_t> from;
  std::string as;
};

Result<std::unique_ptr<PosixStorage>> files(const JournalOptions& options) {
  const auto configuration = load_configuration(options.path);
  if (!configuration) return tl::unexpected(configuration.error());
  return PosixStorage::open_read_only(configuration->data_dir + journal_folder);
}

std::string time_text(Instant instant) {
  std::array<char, 32> text;
  return std::string(sinks::format_time(instant, text));
}

int list(const JournalOptions& options) {
  const auto storage = files(options);
  if (!storage) return report(storage.error());
  const auto listing = ingest::list_segments(**storage);
  if (!listing) return report(listing.error());
  fmt::print("{{\"journal\":\"{}\",\"has_committed\":{},\"cluster_id\":\"{}\",\"synced\":{}}}\n",
             to_hex(listing->identity.id), listing->identity.has_committed,
             listing->identity.cluster_id, listing->synced.value);
  for (const ingest::SegmentListing& segment : listing->segments) {
    fmt::print(
        "{{\"segment\":\"{}\",\"first\":{},\"end\":{},\"records\":{},\"bytes\":{},"
        "\"first_receive_time\":\"{}\",\"last_receive_time\":\"{}\",\"damaged\":{}}}\n",
        segment.file, segment.first.value, segment.end.value, segment.records, segment.bytes,
        time_text(segment.first_receive_time), time_text(segment.last_receive_time),
        segment.damage.has_value());
  }
  return 0;
}

int verify(const JournalOptions& options) {
  const auto storage = files(options);
  if (!storage) return report(storage.error());
  const auto verified = ingest::verify_journal(**storage);
  if (!verified) return report(verified.error());
  fmt::print(
      "{{\"records\":{},\"bytes\":{},\"begin\":{},\"end\":{},\"synced\":{},\"torn_tail\":{}}}\n",
      verified->records, verified->bytes, verified->begin.value, verified->end.value,
      verified->synced.value, verified->torn_tail);
  return 0;
}

int export_records(const JournalOptions& options) {
  const auto storage = files(options);
  if (!storage) return report(storage.error());
  std::string line;
  const auto exported = ingest::for_each_readable_record(**storage, [&](const Record& record) {
    static constexpr const char* kinds[] = {"", "message", "tick", "connected", "configuration"};
    line = fmt::format("{{\"position\":{},\"kind\":\"{}\",\"sequence\":{},\"receiveTime\":\"{}\"",
                       record.position.value, kinds[static_cast<std::size_t>(record.kind)],
                       record.sequence.value, time_text(record.receive_time));
    if (record.kind == RecordKind::message) {
      line += ",\"topic\":";
      sinks::append_json_string(line, record.message.topic);
      line += fmt::format(
          ",\"payloadLength\":{},\"payload\":\"{}\"", record.message.payload_length,
          absl::Base64Escape({record.message.payload.data(), record.message.payload.size()}));
    }
    if (record.kind == RecordKind::configuration) {
      line += fmt::format(",\"configuration\":\"{}\"", to_hex(record.configuration));
    }
    line += "}\n";
    fmt::print("{}", line);
    return true;
  });
  if (!exported) return report(exported.error());
  for (const Error& damage : exported->damage) fmt::print(stderr, "{}\n", damage.message);
  return exported->damage.empty() ? 0 : 1;
}

bool begins_record(Storage& storage, Position position, Position end) {
  bool found = position == end;
  const auto walked = ingest::for_each_readable_record(storage, [&](const Record& record) {
    found = found || record.position == position;
    return !found && record.position < position;
  });
  return walked && found;
}

// What lies ahead of an adopted position belongs to a history that is given up; left in place, the
// next start would read from it that Kafka has lost commits.
Result<void> drop_snapshots_after(const std::string& data_dir, Position position) {
  auto storage = PosixStorage::open_read_only(data_dir + snapshot_folder);
  if (!storage) return tl::unexpected(storage.error());
  const auto snapshots = pipeline::SnapshotStore(**storage).list();
  if (!snapshots) return tl::unexpected(snapshots.error());
  for (const pipeline::SnapshotInfo& snapshot : *snapshots) {
    if (snapshot.position <= position) continue;
    if (auto removed = (*storage)->remove(snapshot.file); !removed) return removed;
  }
  return {};
}

int adopt_position(const JournalOptions& options) {
  const int choices =
      (options.from_start ? 1 : 0) + (options.discard ? 1 : 0) + (options.from ? 1 : 0);
  if (choices != 1) {
    return report(
        {ErrorKind::configuration,
         "senne journal adopt: expected one of --from-start, --from POSITION, --discard"});
  }
  const auto configuration = load_configuration(options.path);
  if (!configuration) return report(configuration.error());
  // The journal must stand still while its fate is decided.
  auto data = PosixStorage::open_read_only(configuration->data_dir);
  if (!data) return report(data.error());
  auto storage = PosixStorage::open_read_only(configuration->data_dir + journal_folder);
  if (!storage) return report(storage.error());
  if (auto locked = (*data)->lock(); !locked) return report(locked.error());
  const auto verified = ingest::verify_journal(**storage);
  if (!verified) return report(verified.error());
  Position position = verified->begin;
  if (options.discard) position = verified->end;
  if (options.from) position = Position{*options.from};
  if (position < verified->begin || position > verified->end) {
    return report({ErrorKind::configuration,
                   fmt::format("--from {}: the journal holds {} to {}", position.value,
                               verified->begin.value, verified->end.value)});
  }
  if (!begins_record(**storage, position, verified->end)) {
    return report({ErrorKind::configuration,
                   fmt::format("--from {}: no record begins there; senne journal export lists the "
                               "positions",
                               position.value)});
  }
  if (auto adopted = adopt(**storage, position); !adopted) return report(adopted.error());
  if (auto dropped = drop_snapshots_after(configuration->data_dir, position); !dropped) {
    return report(dropped.error());
  }
  fmt::print("the next start goes on at position {}\n", position.value);
  return 0;
}

int drain_journal(const JournalOptions& options) {
  const auto configuration = load_configuration(options.path);
  if (!configuration) return report(configuration.error());
  const SystemClock clock;
  JsonLogger logger(STDERR_FILENO, clock);
  std::optional<Position> from;
  if (options.from) from = Position{*options.from};
  const auto drained = drain(*configuration, options.as, from, clock, logger);
  if (!drained) return report(drained.error());
  fmt::print("{{\"from\":{},\"until\":{}}}\n", drained->from.value, drained->until.value);
  return 0;
}

}  // namespace

Command journal_command() {
  auto options = std::make_shared<JournalOptions>();
  const auto within = [&](const char* name, const char* help, int (*work)(const JournalOptions&),
                          std::vector<Option> more = {}) {
    return Command{
        .name = name, .help = help, .options = std::move(more), .action = [options, work] {
          return work(*options);
        }};
  };
  return {
      .name = "journal",
      .help = "looks into the journal",
      .options = {configuration_option(options->path)},
      .commands = {
          within("list", "segments, positions, ages", list),
          within("verify", "checks every record", verify),
          within("export", "every readable record, as JSON lines", export_records),
          within("adopt", "chooses where the next start goes on", adopt_position,
                 {{.names = "--from-start",
                   .into = &options->from_start,
                   .help = "send everything that the journal holds"},
                  {.names = "--discard", .into = &options->discard, .help = "send nothing of it"},
                  {.names = "--from",
                   .into = &options->from,
                   .help = "go on at this position",
                   .value = "POSITION"}}),
          within("drain", "sends what a journal still holds whose place another one has taken",
                 drain_journal,
                 {{.names = "--as",
                   .into = &options->as,
                   .help = "the instance name to commit under; one that nobody uses",
                   .value = "INSTANCE",
                   .required = true},
                  {.names = "--from",
                   .into = &options->from,
                   .help = "begin at this position, where Kafka knows none",
                   .value = "POSITION"}})}};
}

}  // namespace senne::app
