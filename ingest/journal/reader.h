// Hands out records, each verified, straight from the mapping.
//
// THREAD  the reader's.
// FAILS   damage with file and offset; not_found before the oldest position.
#pragma once

#include <span>
#include <vector>

#include "core/record.h"
#include "ingest/journal/stream.h"

namespace senne::ingest {

class Reader {
 public:
  explicit Reader(Stream& stream);

  Result<std::span<const Record>> poll(Position from, std::size_t limit);
  void release(Position until);

 private:
  Segment* find(Position position);

  Stream& stream_;
  // Neither is ever recycled while it stands here: the keeper only takes segments that end at or
  // before what `release` stored, and `release` moves both on before it stores.
  Segment* oldest_;
  Segment* current_;
  std::vector<Record> records_;
};

}  // namespace senne::ingest
