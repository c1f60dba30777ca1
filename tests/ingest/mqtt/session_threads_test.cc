// The session beside the thread that appends ticks.
#include <gtest/gtest.h>

#include <thread>

#include "tests/ingest/mqtt/session_fixture.h"

namespace senne::testing {
namespace {

using SessionThreads = SessionTest;

TEST_F(SessionThreads, who_sees_the_link_up_sees_connected_in_the_log) {
  session->want(true);
  step();
  std::vector<RecordKind> seen;
  std::thread ticker([&] {
    while (!session->link_up()) std::this_thread::yield();
    for (const FakeLog::Entry& entry : log.entries) seen.push_back(entry.kind);
  });
  broker().connected(true);
  ticker.join();
  EXPECT_EQ(seen, std::vector{RecordKind::connected});
}

}  // namespace
}  // namespace senne::testing
