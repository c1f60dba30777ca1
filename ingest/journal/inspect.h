// Looks into a journal without owning it, also beside the process that writes it: what `senne
// journal list`, `verify` and `export` show.
//
// Nothing is written and no lock is taken. Records that are appended meanwhile may or may not be
// seen; segments that are released meanwhile are left out.
//
// THREAD  any.
// FAILS   not_found where there is no journal; version, mismatch; damage only where named.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/record.h"
#include "core/storage.h"
#include "ingest/journal/identity.h"

namespace senne::ingest {

struct SegmentListing {
  std::string file;
  std::uint64_t number = 0;
  Position first;             // of the segment
  Position end;               // behind its last readable record
  std::uint64_t records = 0;  // of all kinds
  std::uint64_t bytes = 0;    // of these records
  std::uint64_t file_bytes = 0;
  Instant first_receive_time;  // epoch when there are no records
  Instant last_receive_time;
  bool sealed = false;          // the log goes on in the next segment
  std::optional<Error> damage;  // names file and offset; the counts are of what stands before it
};

struct JournalListing {
  JournalIdentity identity;
  Position synced;
  std::vector<SegmentListing> segments;  // oldest first
};

Result<JournalListing> list_segments(Storage& storage);

struct JournalVerification {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  Position begin;
  Position end;
  Position synced;
  // Behind the end there is a record that does not check: a torn tail, which a start cuts.
  bool torn_tail = false;
};

// Every record's checksum and order, every segment's place; ErrorKind::damage with file and offset
// for the first thing that is wrong before the synced position.
Result<JournalVerification> verify_journal(Storage& storage);

struct JournalExport {
  std::uint64_t records = 0;
  // Each place where something could not be read, with file and offset.
  std::vector<Error> damage;
};

// Every record that can still be read, oldest first; goes on behind damage at the next record whose
// checksum is right. Until `visit` returns false. The record's bytes are valid during the call.
Result<JournalExport> for_each_readable_record(Storage& storage,
                                               const std::function<bool(const Record&)>& visit);

}  // namespace senne::ingest
