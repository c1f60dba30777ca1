#include "bench/end_to_end/cost.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>

#include "core/check.h"

namespace senne::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr Duration patience = 60s;
// A process is taken for quiet when it uses less than this in a look's time: Senne's timers use
// less, one message a millisecond more.
constexpr Duration look = 100ms;
constexpr Duration quiet_max = 3ms;
constexpr Duration scrape_interval = 20ms;

double microseconds(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// A reading of clock and processor time at one moment.
struct Moment {
  Clock::time_point at;
  ProcessorTime used;
};

Moment now(const Subject& subject) { return {Clock::now(), processor_time(subject.pid())}; }

Cost cost_between(const Moment& begin, const Moment& end, std::uint64_t messages) {
  const Duration total = end.used.total - begin.used.total;
  const Duration system = end.used.system - begin.used.system;
  Cost cost;
  cost.messages = messages;
  cost.us = microseconds(total) / static_cast<double>(messages);
  cost.system_share = microseconds(system) / microseconds(total);
  cost.per_second = static_cast<double>(messages) / seconds(end.at - begin.at);
  return cost;
}

// The moment at which the subject had delivered everything, found by its falling quiet, since
// asking Senne often would cost it more than a message does.
Result<Moment> wait_delivered(const Subject& subject, std::uint64_t target) {
  const auto until = Clock::now() + patience;
  Moment before = now(subject);
  while (Clock::now() < until) {
    std::this_thread::sleep_for(look);
    const Moment after = now(subject);
    if (after.used.total - before.used.total < quiet_max && subject.delivered() >= target) {
      return before;
    }
    before = now(subject);
  }
  return fail(ErrorKind::failed, fmt::format("delivered {} of {} messages within {} s",
                                             subject.delivered(), target, seconds(patience)));
}

}  // namespace

ProcessorTime processor_time(pid_t pid) {
  ProcessorTime time;
  clockid_t clock{};
  timespec used{};
  SENNE_CHECK(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &used) == 0);
  time.total = std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
  // proc(5): after the name in parentheses, the thirteenth field is stime.
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 12; ++i) fields >> skipped;
  std::int64_t ticks = 0;
  fields >> ticks;
  time.system = std::chrono::nanoseconds{1s} * ticks / sysconf(_SC_CLK_TCK);
  return time;
}

Result<Cost> cost_at_rate(Subject& subject, double per_second, Duration length) {
  const std::uint64_t delivered = subject.delivered();
  const Moment begin = now(subject);
  const auto published = subject.publisher().at_rate(per_second, length);
  if (!published) return tl::unexpected(published.error());
  const auto end = wait_delivered(subject, delivered + published->messages);
  if (!end) return tl::unexpected(end.error());
  Cost cost = cost_between(begin, *end, published->messages);
  cost.per_second = published->per_second();
  return cost;
}

Result<Cost> cost_flat_out(Subject& subject, std::uint64_t messages) {
  const std::uint64_t delivered = subject.delivered();
  ::kill(subject.pid(), SIGSTOP);
  const auto published = subject.publisher().all(messages);
  const Moment begin = now(subject);
  ::kill(subject.pid(), SIGCONT);
  if (!published) return tl::unexpected(published.error());
  const auto end = wait_delivered(subject, delivered + messages);
  if (!end) return tl::unexpected(end.error());
  return cost_between(begin, *end, messages);
}

double idle_share(const Subject& subject, Duration length) {
  const Moment begin = now(subject);
  std::this_thread::sleep_for(length);
  const Moment end = now(subject);
  return seconds(end.used.total - begin.used.total) / seconds(end.at - begin.at);
}

Result<Cost> cost_of_catching_up(Senne& senne, test::KafkaServer& kafka, std::uint64_t messages) {
  kafka.stop();
  const std::uint64_t received = senne.received();
  if (auto sent = senne.publisher().all(messages); !sent) return tl::unexpected(sent.error());
  auto until = Clock::now() + patience;
  while (senne.received() < received + messages) {
    if (Clock::now() > until) return fail(ErrorKind::failed, "the journal does not fill");
    std::this_thread::sleep_for(look);
  }
  if (auto stopped = senne.stop(); !stopped) return tl::unexpected(stopped.error());
  if (auto started = kafka.start(); !started) return tl::unexpected(started.error());

  senne.launch();
  until = Clock::now() + patience;
  std::uint64_t first = 0;
  Moment begin;
  while (Clock::now() < until) {
    std::this_thread::sleep_for(scrape_interval);
    const std::uint64_t delivered = senne.delivered();
    const Moment moment = now(senne);
    if (delivered >= messages) return cost_between(begin, moment, messages - first);
    if (first == 0 && delivered > 0) {
      first = delivered;
      begin = moment;
    }
  }
  return fail(ErrorKind::failed,
              fmt::format("caught up with {} of {} messages", senne.delivered(), messages));
}

}  // namespace senne::bench
