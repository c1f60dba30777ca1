#include "pipeline/aggregate/accumulator.h"

#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

TEST(AccumulatorTest, one_reading_has_no_deviation) {
  Accumulator statistics;
  statistics.add(-3.5);
  EXPECT_EQ(statistics.count(), 1u);
  EXPECT_EQ(statistics.mean(), -3.5);
  EXPECT_EQ(statistics.sum(), -3.5);
  EXPECT_EQ(statistics.min(), -3.5);
  EXPECT_EQ(statistics.max(), -3.5);
  EXPECT_FALSE(statistics.standard_deviation());
}

TEST(AccumulatorTest, deviation_is_that_of_the_sample) {
  Accumulator statistics;
  for (const double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) statistics.add(value);
  EXPECT_EQ(statistics.mean(), 5);
  EXPECT_NEAR(*statistics.standard_deviation(), 2.13808993529939, 1e-14);  // sqrt(32 / 7)
}

TEST(AccumulatorTest, small_readings_beside_large_ones_are_not_lost_from_the_sum) {
  Accumulator statistics;
  for (const double value : {1.0, 1e100, 1.0, -1e100}) statistics.add(value);
  EXPECT_EQ(statistics.sum(), 2);  // plain and Kahan's summation give 0
}

// The textbook formula (mean of squares less square of the mean) gives 0 or worse here.
TEST(AccumulatorTest, deviation_survives_a_large_offset) {
  Accumulator statistics;
  for (const double value : {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}) statistics.add(value);
  EXPECT_NEAR(*statistics.standard_deviation(), 5.477225575051661, 1e-9);  // sqrt(30)
}

}  // namespace
}  // namespace senne::pipeline
