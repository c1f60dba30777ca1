// What the shard needs to know of the journal it reads: its identity, and the position that an
// operator adopted.
//
// THREAD  the shard's.
// OWNS    the file `adopted` beside the journal's own.
#pragma once

#include "core/storage.h"
#include "ingest/journal/journal.h"
#include "pipeline/restart.h"

namespace senne::app {

inline constexpr const char* adopted_file = "adopted";

class JournalNotes final : public pipeline::LogIdentity {
 public:
  JournalNotes(ingest::Journal& journal, Storage& storage);

  Id128 id() const override { return journal_.identity().id; }
  bool has_committed() const override { return journal_.identity().has_committed; }
  std::string cluster_id() const override { return journal_.identity().cluster_id; }
  Result<void> note_committed(const std::string& cluster_id) override {
    return journal_.note_committed(cluster_id);
  }
  std::optional<Position> adopted() const override { return adopted_; }
  Result<void> forget_adopted() override;

 private:
  ingest::Journal& journal_;
  Storage& storage_;
  std::optional<Position> adopted_;
};

// Chooses where the next start goes on.
Result<void> adopt(Storage& journal_files, Position position);

}  // namespace senne::app
