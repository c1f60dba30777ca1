// The senne binary: picks the command and runs it.

#include "app/commands/command.h"
#include "app/version.h"

int main(int argc, char** argv) {
  using namespace senne::app;
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
