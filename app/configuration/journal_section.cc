#include "app/configuration/quantity.h"
#include "app/configuration/section.h"
#include "app/configuration/sections.h"

namespace senne::app {
namespace {

using ingest::JournalSettings;

// A duration, or `always`, which is zero.
Type<Duration> sync_interval() {
  Type<Duration> type = duration(std::chrono::milliseconds{1}, std::chrono::seconds{10});
  type.words = "`always`, or " + type.words;
  type.read = [read = type.read, words = type.words](const Surroundings& from, const Node& node,
                                                     const std::string& path) -> Result<Duration> {
    if (node.kind == Node::Kind::scalar && node.text == "always") return Duration{0};
    auto value = read(from, node, path);
    if (!value) return expected(node, path, words);
    return value;
  };
  type.write = [](const Duration& value, Secrets) {
    return text_node(value == Duration{0} ? "always" : duration_text(value));
  };
  return type;
}

}  // namespace

Type<JournalSettings> journal_type() {
  return Section<JournalSettings>("Where messages are kept, on disk, until Kafka has them.")
      .optional("max_bytes", size(16ull << 20, 1ull << 44), &JournalSettings::max_bytes,
                "When this much waits, Senne leaves the broker until half of it is worked off.")
      .optional("sync_interval", sync_interval(), &JournalSettings::sync_interval,
                "A power cut loses at most what was acknowledged within this; a crash of the "
                "process loses nothing. `always`: synced before each acknowledgement, about 120 us "
                "a message.")
      .optional("accept_clock_gap", boolean(), &JournalSettings::accept_clock_gap,
                "Start although the last record is more than 30 days old (after a true rest), or "
                "more than 60 s in the future (the clock was ahead and has been set right): times "
                "then go on from that record's, flagged `CLOCK`. For one start.")
      .type();
}

}  // namespace senne::app
