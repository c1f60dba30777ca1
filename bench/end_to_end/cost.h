// What a message costs a process under test: processor time of all its threads, user and system,
// over the measured interval.
//
// THREAD  the one that started the subject.
// FAILS   when the messages do not arrive in Kafka within a minute, or the publisher fails.
#pragma once

#include <cstdint>

#include "bench/end_to_end/subject.h"
#include "core/result.h"
#include "core/time.h"
#include "tests/support/kafka_server.h"

namespace senne::bench {

struct ProcessorTime {
  Duration total{};
  Duration system{};  // of it, in the kernel; in steps of 10 ms
};
ProcessorTime processor_time(pid_t pid);

struct Cost {
  std::uint64_t messages = 0;
  double us = 0;            // of processor a message
  double system_share = 0;  // of it, in the kernel
  double per_second = 0;    // messages, as they were sent; flat out: as they were delivered
};

// Messages published at a steady rate. The interval ends when all are delivered.
Result<Cost> cost_at_rate(Subject& subject, double per_second, Duration length);

// The process is held while the broker queues the messages, then let go: neither the publisher nor
// a rate bounds it.
Result<Cost> cost_flat_out(Subject& subject, std::uint64_t messages);

// Share of one core with no messages, over `length`.
double idle_share(const Subject& subject, Duration length);

// Senne starts on a journal that holds `messages`, which came while Kafka was away. Measured from
// the first commit to the last.
Result<Cost> cost_of_catching_up(Senne& senne, test::KafkaServer& kafka, std::uint64_t messages);

}  // namespace senne::bench
