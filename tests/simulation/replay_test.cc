// A seed stands for one run, to the byte: in this process, and in another with other addresses.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>

#include "tests/simulation/world.h"

namespace senne::simulation {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  for (std::size_t size = 0; (size = fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) {
    text.append(buffer, size);
  }
  return text;
}

TEST(replay, gives_the_same_records_again) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Outcome first = World(seed).run();
    const Outcome again = World(seed).run();
    EXPECT_GT(first.records, 0u);
    EXPECT_EQ(first.digest, again.digest) << "seed " << seed;
    EXPECT_EQ(first.crashes, again.crashes) << "seed " << seed;
  }
}

TEST(replay, gives_the_same_trace_in_another_process) {
  for (const int seed : {3, 5, 8}) {
    const std::string command = fmt::format("{} --trace {} 2>&1", SENNE_SIMULATION, seed);
    const std::string first = output_of(command);
    EXPECT_NE(first.find("digest"), std::string::npos) << first;
    EXPECT_EQ(first, output_of(command));
  }
}

TEST(replay, another_seed_is_another_run) {
  EXPECT_NE(World(1).run().digest, World(2).run().digest);
}

}  // namespace
}  // namespace senne::simulation
