// A route speaks for its provider's devices alone, registered or not.
#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using testing::SizeIs;

class TwoProviders : public PipelineSteps {
 protected:
  void SetUp() override {
    PipelineConfiguration configuration = one_route();
    configuration.routes = {route("a", "provider-a"), route("b", "provider-b")};
    start(std::move(configuration));
  }
};

TEST_F(TwoProviders, an_unregistered_id_of_another_provider_is_an_identity_mismatch) {
  say(Said{.payload = reading("sensor-1", 1, 1), .route = 0}, 1);
  say(Said{.payload = reading("sensor-1", 40, 2), .route = 1}, 2);
  restore_from_snapshot();
  say(Said{.payload = reading("sensor-1", 40, 3), .route = 1}, 3);
  say(Said{.payload = reading("sensor-1", 3, 4), .route = 0}, 4);
  ASSERT_THAT(out.letters, SizeIs(2));
  EXPECT_EQ(out.letters[0].reason(), "identity_mismatch");
  EXPECT_EQ(out.letters[0].device_id(), "sensor-1");
  EXPECT_EQ(out.letters[0].route(), "b");
  // Their numbers are not mixed.
  tick(60);
  ASSERT_THAT(out.windows, SizeIs(1));
  EXPECT_EQ(out.windows[0].count(), 2u);
  EXPECT_EQ(out.windows[0].statistics().at("mean"), 2);
  expect_balance();
}

}  // namespace
}  // namespace senne::pipeline
