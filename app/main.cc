// The senne binary: picks the command and runs it.

#include <malloc.h>

#include "app/commands/command.h"
#include "app/version.h"

int main(int argc, char** argv) {
  using namespace senne::app;
  // What the shard allocates for a record librdkafka's thread frees; with an arena for each thread
  // that costs twice as much as with one for all (kafka_sink_bench: 5 us a record against 2.6).
  mallopt(M_ARENA_MAX, 1);
  CLI::App parser("Senne: a city's sensor telemetry from MQTT to Kafka, exactly once.", "senne");
  parser.require_subcommand(1);
  parser.failure_message(usage_line);
  parser.set_version_flag("--version", std::string(version));
  Action action;
  add_run(parser, action);
  add_check(parser, action);
  add_decode(parser, action);
  add_demo(parser, action);
  add_simulate(parser, action);
  add_tail(parser, action);
  add_topics(parser, action);
  add_journal(parser, action);
  add_ledger(parser, action);
  add_version(parser, action);
  add_later(parser, action);
  try {
    parser.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parser.exit(error) == 0 ? 0 : 2;
  }
  return action();
}
