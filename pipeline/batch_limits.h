// How much of the log one transaction takes. A batch that takes the sink longer than it gives a
// transaction fails for ever at its size: after a failure the next one is half as large, and after
// enough that went well twice as large again.
//
// THREAD  the shard's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace senne::pipeline {

class BatchLimits {
 public:
  static constexpr unsigned commits_to_double = 16;
  static constexpr unsigned halvings_max = 7;

  // However often it failed, a batch has `records_min` records.
  BatchLimits(std::size_t records, std::size_t records_min, std::uint64_t bytes)
      : records_(records), records_min_(std::min(records_min, records)), bytes_(bytes) {}

  std::size_t records() const { return std::max(records_ >> halvings_, records_min_); }
  std::uint64_t bytes() const { return bytes_ >> halvings_; }

  // A batch was committed.
  void committed() {
    if (halvings_ == 0 || ++commits_in_a_row_ < commits_to_double) return;
    --halvings_;
    commits_in_a_row_ = 0;
  }
  // A batch of so many records was not, or something else failed: none.
  void failed(std::size_t records) {
    commits_in_a_row_ = 0;
    if (records > records_min_) halvings_ = std::min(halvings_ + 1, halvings_max);
  }

 private:
  const std::size_t records_;
  const std::size_t records_min_;
  const std::uint64_t bytes_;
  unsigned halvings_ = 0;
  unsigned commits_in_a_row_ = 0;  // since the last failure
};

}  // namespace senne::pipeline
