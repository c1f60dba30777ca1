// A day's traffic in minutes, and a random fault every few seconds, for as long as one likes:
//
//   make soak MINUTES=60 SEED=1
//
// It prints each fault, and at the end what was sent, what is missing and what came twice. Not part
// of `make test`.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <numbers>
#include <random>

#include "tests/faults/fault_test.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Messages per second at a part of the day between 0 and 1: quiet at night, two peaks.
double rhythm(double part) {
  const double phase = 2 * std::numbers::pi * part;
  return 150 * (1.6 - std::cos(phase) - 0.5 * std::cos(2 * phase));
}

class Soak : public FaultTest {
 protected:
  struct Fault {
    const char* name;
    std::function<void(Duration)> suffer;  // for so long; over when it returns
  };

  void suffer(FaultProxy& network, const NetworkFault& fault, Duration time) {
    network.set(fault);
    sleep(time);
    network.heal();
  }

  std::vector<Fault> faults() {
    FaultProxy& mqtt = *mqtt_network_;
    FaultProxy& kafka = kafka_->network();
    return {
        {"senne killed",
         [this](Duration time) {
           senne_->kill();
           sleep(time / 4);
           senne_->start();
         }},
        {"senne restarted",
         [this](Duration time) {
           EXPECT_EQ(senne_->stop(), 0);
           sleep(time / 4);
           senne_->start();
         }},
        {"senne stopped",
         [this](Duration time) {
           ::kill(senne_->pid(), SIGSTOP);
           sleep(time);
           ::kill(senne_->pid(), SIGCONT);
         }},
        {"mqtt cut", [&, this](Duration time) { suffer(mqtt, {.down = true}, time); }},
        {"mqtt silent", [&, this](Duration time) { suffer(mqtt, {.silent = true}, time); }},
        {"mqtt slow",
         [&, this](Duration time) {
           suffer(mqtt, {.delay = 200ms, .bytes_per_second = 100'000}, time);
         }},
        {"mqtt resetting",
         [&, this](Duration time) { suffer(mqtt, {.reset_after = 50'000}, time); }},
        {"kafka cut", [&, this](Duration time) { suffer(kafka, {.down = true}, time); }},
        {"kafka silent", [&, this](Duration time) { suffer(kafka, {.silent = true}, time); }},
        {"kafka slow",
         [&, this](Duration time) {
           suffer(kafka, {.delay = 200ms, .bytes_per_second = 100'000}, time);
         }},
        {"kafka resetting",
         [&, this](Duration time) { suffer(kafka, {.reset_after = 50'000}, time); }},
        {"kafka killed",
         [this](Duration time) {
           kafka_->kill();
           sleep(time);
           ASSERT_TRUE(kafka_->start());
         }},
        {"kafka frozen",
         [this](Duration time) {
           kafka_->pause();
           sleep(time);
           kafka_->resume();
         }},
        {"broker restarted",
         [this](Duration time) {
           broker_->stop();
           sleep(time / 4);
           ASSERT_TRUE(broker_->start_again());
         }},
    };
  }
};

TEST_F(Soak, a_day_in_minutes_with_a_random_fault_every_few_seconds) {
  const std::chrono::minutes length{setting("MINUTES", 60)};
  const std::uint64_t seed = setting("SEED", 1);
  std::mt19937_64 random(seed);
  const auto between = [&random](double low, double high) {
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(std::uniform_real_distribution<double>(low, high)(random)));
  };
  ASSERT_NO_FATAL_FAILURE(begin(rhythm(0)));
  const std::vector<Fault> all = faults();
  const auto begun = Steady::now();
  std::map<std::string, int> suffered;
  for (auto now = begun; now < begun + length; now = Steady::now()) {
    go_on(
        rhythm(std::chrono::duration<double>(now - begun) / std::chrono::duration<double>(length)));
    sleep(between(1, 8));
    const Fault& fault = all[random() % all.size()];
    const Duration time = between(0.2, 18);
    fault.suffer(time);
    ASSERT_FALSE(HasFatalFailure());
    ++suffered[fault.name];
    fmt::print("{:7.1f} s  {} for {:.1f} s, {} sent, {:.1f} MiB\n",
               std::chrono::duration<double>(Steady::now() - begun).count(), fault.name,
               std::chrono::duration<double>(time).count(), city_->published(),
               static_cast<double>(senne_->rss_anon_kib()) / 1024);
    std::fflush(stdout);
    // Some come on top of each other: the next one does not wait until all is well.
    if (random() % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_flowing_again(180s));
    }
  }
  ASSERT_NO_FATAL_FAILURE(expect_flowing_again(180s));
  expect_all_accounted();
  for (const auto& [name, times] : suffered) fmt::print("{:4} x {}\n", times, name);
  fmt::print("seed {}, {} min\n", seed, length.count());
}

}  // namespace
}  // namespace senne::test
