#include "app/logging/json_logger.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace senne::app {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  Pipe() {
    EXPECT_EQ(::pipe(ends), 0);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  int ends[2] = {};
};

class JsonLoggerTest : public testing::Test {
 protected:
  // What was written since the last call.
  std::string text() {
    std::string all;
    char buffer[65536];
    for (ssize_t size = 0; (size = ::read(pipe_.ends[0], buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(size));
    }
    return all;
  }
  std::vector<nlohmann::json> lines() {
    std::vector<nlohmann::json> parsed;
    const std::string all = text();
    for (std::size_t begin = 0; begin < all.size();) {
      const std::size_t end = all.find('\n', begin);
      EXPECT_NE(end, std::string::npos) << "a line without an end";
      parsed.push_back(nlohmann::json::parse(all.substr(begin, end - begin), nullptr, false));
      EXPECT_FALSE(parsed.back().is_discarded()) << all.substr(begin, end - begin);
      begin = end + 1;
    }
    return parsed;
  }

  Pipe pipe_;
  ManualClock clock_{instant_from_nanos(1'795'334'400'042'999'999)};
  JsonLogger logger_{pipe_.ends[1], clock_};
};

TEST_F(JsonLoggerTest, a_line_has_time_severity_event_message_and_fields) {
  logger_.write(Severity::warning, "mqtt_disconnected", "The broker closed the connection.",
                {{"reason", "server \"busy\"\n"},
                 {"attempt", std::int64_t{-3}},
                 {"bytes", std::uint64_t{18'446'744'073'709'551'615u}},
                 {"delay_s", 0.5},
                 {"again", true}});
  EXPECT_EQ(text(),
            R"({"ts":"2026-11-22T08:00:00.042Z","severity":"warning","event":"mqtt_disconnected",)"
            R"("message":"The broker closed the connection.","reason":"server \"busy\"\n",)"
            R"("attempt":-3,"bytes":18446744073709551615,"delay_s":0.5,"again":true})"
            "\n");
}

TEST_F(JsonLoggerTest, less_grave_than_asked_for_is_not_written) {
  logger_.write(Severity::debug, "detail", "Nobody asked.", {});
  EXPECT_EQ(text(), "");
}

TEST_F(JsonLoggerTest, fields_do_not_take_the_place_of_what_every_line_has) {
  logger_.write(Severity::info, "e", "s", {{"event", "other"}, {"suppressed", true}});
  const auto written = lines();
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0]["event"], "e");
  EXPECT_EQ(written[0]["event_"], "other");
  EXPECT_EQ(written[0]["suppressed_"], true);
}

TEST_F(JsonLoggerTest, bytes_that_are_not_utf8_do_not_break_the_line) {
  logger_.write(Severity::info, "e", "\xff\xfe", {{"topic", std::string_view("a\0b\xc0", 4)}});
  ASSERT_EQ(lines().size(), 1u);
}

TEST_F(JsonLoggerTest, an_event_that_repeats_is_written_ten_times_a_minute_and_then_counted) {
  for (int i = 0; i < 25; ++i) logger_.write(Severity::info, "repeats", "Again.", {});
  logger_.write(Severity::info, "other", "Not affected.", {});
  EXPECT_EQ(lines().size(), 11u);

  clock_.advance(59s);
  logger_.write(Severity::info, "repeats", "Still within the minute.", {});
  EXPECT_TRUE(lines().empty());

  clock_.advance(1s);
  logger_.write(Severity::info, "repeats", "A minute later.", {});
  logger_.write(Severity::info, "repeats", "And again.", {});
  const auto written = lines();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0]["suppressed"], 16);
  EXPECT_FALSE(written[1].contains("suppressed"));
}

TEST_F(JsonLoggerTest, a_fault_with_the_same_reason_is_told_once_a_minute_the_first_at_once) {
  const auto refused = [this](std::string_view text, std::int64_t retry_ms) {
    logger_.write(Severity::warning, "connect_failed", "Cannot connect.",
                  {{"reason", text}, {"retry_ms", retry_ms}});
  };
  refused("refused", 100);
  refused("refused", 200);
  refused("no route", 400);
  EXPECT_EQ(lines().size(), 2u);
  logger_.write(Severity::error, "client", "Refused (after 0ms in state CONNECT)", {});
  logger_.write(Severity::error, "client", "Refused (after 3ms in state CONNECT, 2 more)", {});
  EXPECT_EQ(lines().size(), 1u);
  clock_.advance(60s);
  refused("refused", 800);
  refused("refused", 1600);
  const auto written = lines();
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0]["reason"], "refused");
}

TEST_F(JsonLoggerTest, a_step_of_the_wall_clock_neither_silences_nor_repeats) {
  for (int i = 0; i < 10; ++i) logger_.write(Severity::info, "repeats", "Again.", {});
  clock_.step_wall(1h);
  logger_.write(Severity::info, "repeats", "Again.", {});
  EXPECT_EQ(lines().size(), 10u);
}

TEST_F(JsonLoggerTest, a_pipe_that_nobody_reads_does_not_hold_the_writer) {
  const std::string large(200'000, 'x');  // more than a pipe holds
  logger_.write(Severity::info, "large", large, {});
  logger_.write(Severity::info, "small", "Finds no room.", {});
  EXPECT_FALSE(text().empty());
  logger_.write(Severity::info, "small", "Finds room.", {});
  const std::string after = text();
  // The torn line is ended first, so that this one stands alone.
  ASSERT_EQ(after.front(), '\n');
  const auto line = nlohmann::json::parse(after.substr(1));
  EXPECT_EQ(line["message"], "Finds room.");
  EXPECT_EQ(line["suppressed"], 1);
}

TEST_F(JsonLoggerTest, lines_of_several_threads_do_not_mix) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const std::string event = "event_" + std::to_string(t);
      for (int i = 0; i < 50; ++i) {
        logger_.write(Severity::info, event, "Said by one thread.", {{"i", std::int64_t{i}}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines().size(), 40u);
}

}  // namespace
}  // namespace senne::app
