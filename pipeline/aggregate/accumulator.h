// Basic statistics of a window's readings, one reading at a time and without keeping them.
//
// The sum is Neumaier's compensated summation (A. Neumaier, "Rundungsfehleranalyse einiger
// Verfahren zur Summation endlicher Summen", ZAMM 54, 1974); the variance is Welford's recurrence
// (B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
// Technometrics 4, 1962).
#pragma once

#include <cstdint>
#include <optional>

namespace senne::pipeline {

// Trivially copyable: it lies in slabs and snapshots as it is.
class Accumulator {
 public:
  // `value` is finite.
  void add(double value);

  std::uint64_t count() const { return count_; }
  double sum() const { return sum_ + compensation_; }
  double mean() const { return sum() / static_cast<double>(count_); }
  double min() const { return min_; }
  double max() const { return max_; }
  // Of the sample (divisor n - 1); absent for fewer than two readings.
  std::optional<double> standard_deviation() const;

 private:
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double compensation_ = 0;      // what rounding took from sum_
  double running_mean_ = 0;      // Welford's M
  double squared_distance_ = 0;  // Welford's S
  double min_ = 0;
  double max_ = 0;
};

}  // namespace senne::pipeline
