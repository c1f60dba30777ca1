// What becomes of a message whose reports have different fates.
#include <gmock/gmock.h>

#include "tests/pipeline/pipeline_steps.h"

namespace senne::pipeline {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Messages of several reports, on a route that knows `known` and refuses others.
class SeveralReports : public PipelineSteps {
 protected:
  void SetUp() override {
    PipelineConfiguration configuration = one_route();
    Route& route = configuration.routes[0];
    auto mapping = std::make_shared<Mapping>(*route.mapping);
    mapping->each = "/all";
    route.mapping = mapping;
    route.unknown_devices = UnknownDevices::reject;
    Device device;
    device.id = "known";
    device.provider = "test";
    configuration.devices.push_back(device);
    start(std::move(configuration));
  }
  void say_retained(std::string payload) {
    say(Said{.payload = std::move(payload), .retained = true}, 1);
  }
};

TEST_F(SeveralReports, one_that_is_rejected_leaves_a_dead_letter_beside_one_that_is_suppressed) {
  for (const char* order : {R"({"all":[{"id":"known","v":1},{"id":"other","v":2}]})",
                            R"({"all":[{"id":"other","v":2},{"id":"known","v":1}]})"}) {
    out = {};
    say_retained(order);
    ASSERT_THAT(out.letters, SizeIs(1)) << order;
    EXPECT_EQ(out.letters[0].reason(), "unknown_device");
    EXPECT_EQ(out.letters[0].device_id(), "other");
    EXPECT_EQ(out.letters[0].payload(), order);
  }
  EXPECT_EQ(account().readings_dead_lettered, 2u);
  EXPECT_EQ(account().readings_suppressed, 2u);
  EXPECT_EQ(account().messages_dead_lettered(), 2u);
}

TEST_F(SeveralReports, that_are_all_suppressed_leave_nothing) {
  say_retained(R"({"all":[{"id":"known","v":1},{"id":"known","v":2}]})");
  EXPECT_THAT(out.letters, IsEmpty());
  EXPECT_EQ(account().messages_suppressed(), 1u);
  expect_balance();
}

TEST_F(SeveralReports, the_dead_letter_of_a_partly_bad_one_names_its_device) {
  say_retained(
      R"({"all":[{"id":"known","v":1},{"id":"KNOWN","v":2},)"
      R"({"id":"known","v":"high","ts":1790002801},{"id":"known","v":3,"ts":1790002801}]})");
  ASSERT_THAT(out.letters, SizeIs(1));
  EXPECT_EQ(out.letters[0].device_id(), "KNOWN");
  EXPECT_THAT(out.letters[0].readings(), SizeIs(2));
  EXPECT_THAT(out.collections, SizeIs(1));
  expect_balance();
}

// What strays into a format that says nothing of persons.
class Persons : public PipelineSteps {
 protected:
  void SetUp() override {
    PipelineConfiguration configuration = one_route();
    Route& route = configuration.routes[0];
    route.format = Format::tasmota;
    route.mapping = nullptr;
    route.topic = "tele/+/SENSOR";
    start(std::move(configuration));
  }
  void say_sensor(std::string payload) {
    say(Said{.topic = "tele/gate/SENSOR", .payload = std::move(payload)}, 1);
  }
};

TEST_F(Persons, are_not_told_of_by_observations_nor_by_dead_letters) {
  say_sensor(R"({"PN532":{"UID":"7E9C2A11"},"SI7021":{"Temperature":20}})");
  ASSERT_THAT(out.collections, SizeIs(1));
  EXPECT_THAT(out.collections[0].observations(), SizeIs(1));
  EXPECT_THAT(out.letters, IsEmpty());
  expect_balance();
  say_sensor(R"({"PN532":{"UID":"7E9C2A11"},"SI7021":{"Temperature":"warm"}})");
  ASSERT_THAT(out.letters, SizeIs(1));
  EXPECT_EQ(out.letters[0].payload(), "");
  EXPECT_GT(out.letters[0].payload_length(), 0u);
  expect_balance();
  say_sensor(R"({"PN532":{"UID":"7E9C2A11"}})");
  EXPECT_THAT(out.letters, SizeIs(1));
  EXPECT_EQ(account().suppressed[static_cast<std::size_t>(SuppressedReason::personal)], 1u);
  EXPECT_EQ(account().readings_suppressed, 3u);
  expect_balance();
}

}  // namespace
}  // namespace senne::pipeline
