#include "pipeline/aggregate/accumulator.h"

#include <algorithm>
#include <cmath>

namespace senne::pipeline {

void Accumulator::add(double value) {
  ++count_;
  if (count_ == 1) {
    min_ = max_ = value;
  } else {
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  const double total = sum_ + value;
  compensation_ += std::abs(sum_) >= std::abs(value) ? (sum_ - total) + value  //
                                                     : (value - total) + sum_;
  sum_ = total;

  const double distance = value - running_mean_;
  running_mean_ += distance / static_cast<double>(count_);
  squared_distance_ += distance * (value - running_mean_);
}

std::optional<double> Accumulator::standard_deviation() const {
  if (count_ < 2) return std::nullopt;
  return std::sqrt(squared_distance_ / static_cast<double>(count_ - 1));
}

}  // namespace senne::pipeline
