// Where a shard goes on, case by case.

#include "pipeline/restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace senne::pipeline {
namespace {

using ::testing::HasSubstr;

constexpr Id128 mine{1, 2};
constexpr Id128 other{3, 4};
constexpr LogBounds bounds{Position{100}, Position{1000}};

class Identity final : public LogIdentity {
 public:
  Id128 id() const override { return mine; }
  bool has_committed() const override { return committed; }
  std::string cluster_id() const override { return committed ? "kafka-1" : ""; }
  Result<void> note_committed(const std::string&) override { return {}; }
  std::optional<Position> adopted() const override { return chosen; }
  Result<void> forget_adopted() override { return {}; }

  bool committed = true;
  std::optional<Position> chosen;
};

Committed position(std::uint64_t value, Id128 journal = mine) {
  return {Position{value}, {journal, 0, 1}};
}

TEST(JudgeRestart, its_own_position_within_the_log_is_where_it_goes_on) {
  for (const std::uint64_t at : {100u, 500u, 1000u}) {
    const Verdict verdict = judge_restart(Identity{}, bounds, position(at), "kafka-1");
    EXPECT_EQ(verdict.kind, Verdict::Kind::resume);
    EXPECT_EQ(verdict.position, Position{at});
  }
}

TEST(JudgeRestart, a_journal_that_never_committed_begins_at_its_beginning) {
  Identity identity;
  identity.committed = false;
  for (const auto& committed :
       {std::optional<Committed>{}, std::optional<Committed>{position(500, other)}}) {
    const Verdict verdict = judge_restart(identity, bounds, committed, "kafka-1");
    EXPECT_EQ(verdict.kind, Verdict::Kind::resume);
    EXPECT_EQ(verdict.position, bounds.begin);
  }
}

TEST(JudgeRestart, a_journal_that_has_committed_yields_to_another_one) {
  const Verdict verdict = judge_restart(Identity{}, bounds, position(500, other), "kafka-1");
  EXPECT_EQ(verdict.kind, Verdict::Kind::taken_over);
  EXPECT_THAT(verdict.reason, HasSubstr(to_hex(other)));
}

TEST(JudgeRestart, a_position_that_is_gone_is_not_zero) {
  const Verdict verdict = judge_restart(Identity{}, bounds, std::nullopt, "kafka-1");
  // The first commit may be decided and not yet to be seen.
  EXPECT_EQ(verdict.kind, Verdict::Kind::refuse);
  EXPECT_TRUE(verdict.about_position);
  EXPECT_THAT(verdict.reason, HasSubstr("senne journal adopt"));
}

TEST(JudgeRestart, positions_outside_the_log_are_refused_with_the_numbers) {
  for (const std::uint64_t at : {0u, 99u, 1001u}) {
    const Verdict verdict = judge_restart(Identity{}, bounds, position(at), "kafka-1");
    EXPECT_EQ(verdict.kind, Verdict::Kind::refuse) << at;
    EXPECT_TRUE(verdict.about_position);
    EXPECT_THAT(verdict.reason, HasSubstr(std::to_string(at)));
  }
}

TEST(JudgeRestart, another_cluster_is_refused_by_name) {
  const Verdict verdict = judge_restart(Identity{}, bounds, position(500), "kafka-2");
  EXPECT_EQ(verdict.kind, Verdict::Kind::refuse);
  EXPECT_THAT(verdict.reason, HasSubstr("kafka-1"));
  EXPECT_THAT(verdict.reason, HasSubstr("kafka-2"));
}

TEST(JudgeRestart, an_adopted_position_overrules_everything_but_the_journals_bounds) {
  Identity identity;
  identity.chosen = Position{700};
  const Verdict adopted = judge_restart(identity, bounds, position(500, other), "kafka-2");
  EXPECT_EQ(adopted.kind, Verdict::Kind::resume);
  EXPECT_EQ(adopted.position, Position{700});
  identity.chosen = Position{2000};
  EXPECT_EQ(judge_restart(identity, bounds, position(500), "kafka-1").kind, Verdict::Kind::refuse);
}

TEST(JudgeRestart, a_position_that_somebody_else_has_moved_is_not_guessed_at_but_can_be_adopted) {
  const Committed moved{Position{500}, {}, "metadata is not Senne's: \"\""};
  Identity identity;
  const Verdict verdict = judge_restart(identity, bounds, moved, "kafka-1");
  EXPECT_EQ(verdict.kind, Verdict::Kind::refuse);
  EXPECT_THAT(verdict.reason, HasSubstr("500"));
  EXPECT_THAT(verdict.reason, HasSubstr("not Senne's"));
  EXPECT_THAT(verdict.reason, HasSubstr("senne journal adopt"));
  identity.chosen = Position{300};
  EXPECT_EQ(judge_restart(identity, bounds, moved, "kafka-1").position, Position{300});
}

}  // namespace
}  // namespace senne::pipeline
