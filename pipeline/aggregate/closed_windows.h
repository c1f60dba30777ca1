// Which windows of a datastream are closed for good, as opposed to never seen: a reading for the
// former is missed, a reading for the latter opens its window, so a back-fill works.
#pragma once

#include <cstdint>
#include <limits>

namespace senne::pipeline {

// Remembers the last 64 windows before the newest closed one; what is older counts as closed.
// Windows are numbered in time.
class ClosedWindows {
 public:
  static constexpr std::int64_t remembered = 64;

  bool contains(std::int64_t slot) const {
    if (until_ == none || slot >= until_) return false;
    const std::int64_t age = until_ - 1 - slot;
    return age >= remembered || (closed_ >> age & 1) != 0;
  }

  void close(std::int64_t slot) {
    if (until_ == none) {
      until_ = slot + 1;
      closed_ = 1;
      return;
    }
    if (slot >= until_) {
      const std::int64_t step = slot + 1 - until_;
      closed_ = step >= remembered ? 0 : closed_ << step;
      until_ = slot + 1;
    }
    const std::int64_t age = until_ - 1 - slot;
    if (age < remembered) closed_ |= std::uint64_t{1} << age;
  }

  // Whether this can be: what a damaged snapshot may hold makes the arithmetic above overflow.
  bool is_plausible() const {
    constexpr std::int64_t limit = std::int64_t{1} << 62;
    return until_ == none ? closed_ == 0 : until_ >= -limit && until_ <= limit;
  }

 private:
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();

  std::int64_t until_ = none;  // one past the newest closed window
  std::uint64_t closed_ = 0;   // bit i: window until_ - 1 - i
};

}  // namespace senne::pipeline
