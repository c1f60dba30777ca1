// The account by route: it survives changes of the configuration and a snapshot.

#include "pipeline/ledger.h"

#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

std::vector<Route> routes(std::initializer_list<const char*> names) {
  std::vector<Route> result;
  for (const char* name : names) result.emplace_back().name = name;
  return result;
}

TEST(LedgerTest, a_route_keeps_its_account_when_its_place_changes) {
  Ledger ledger;
  ledger.configure(routes({"b", "a"}));
  ledger.account(RouteIndex{0}).decoded = 5;
  ledger.configure(routes({"c", "a", "b"}));
  EXPECT_EQ(ledger.account(RouteIndex{2}).route, "b");
  EXPECT_EQ(ledger.account(RouteIndex{2}).decoded, 5u);
  EXPECT_EQ(ledger.account(RouteIndex{1}).decoded, 0u);
}

TEST(LedgerTest, messages_without_a_route_have_an_account_of_their_own) {
  Ledger ledger;
  ledger.configure(routes({"a"}));
  ++ledger.account(RouteIndex{}).suppressed[0];
  ++ledger.account(RouteIndex{7}).suppressed[0];
  EXPECT_EQ(ledger.account(RouteIndex{}).messages_suppressed(), 2u);
  EXPECT_EQ(ledger.account(RouteIndex{0}).messages(), 0u);
}

TEST(LedgerTest, a_restored_ledger_is_the_same_to_the_digest) {
  Ledger ledger;
  ledger.configure(routes({"x", "y"}));
  ledger.account(RouteIndex{1}).observations = 7;
  ledger.account(RouteIndex{1}).partly[2] = 1;
  ledger.note_sequence(Sequence{42});
  std::string bytes;
  ledger.snapshot(bytes);

  Ledger restored;
  ByteReader reader(bytes);
  ASSERT_TRUE(restored.restore(reader));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(restored.digest(), ledger.digest());
  restored.configure(routes({"x", "y"}));
  EXPECT_EQ(restored.account(RouteIndex{1}).observations, 7u);
  EXPECT_EQ(restored.last_sequence(), Sequence{42});
  ++restored.account(RouteIndex{0}).decoded;
  EXPECT_NE(restored.digest(), ledger.digest());
}

TEST(LedgerTest, cut_bytes_are_damage_and_never_a_crash) {
  Ledger ledger;
  ledger.configure(routes({"x", "y"}));
  std::string bytes;
  ledger.snapshot(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Ledger restored;
    const std::string cut = bytes.substr(0, size);
    ByteReader reader(cut);
    EXPECT_FALSE(restored.restore(reader)) << size;
  }
}

}  // namespace
}  // namespace senne::pipeline
