// The senne binary: picks the command and runs it.

#include <string>

#include "app/commands/command.h"
#include "app/version.h"
#include "core/lost_pages.h"

// Of what many files instantiate the linker keeps the first copy it sees, and the libraries bind to
// it too. Of std::string that shall be this one, which is optimised: the rest of app/ hardly is.
template class std::basic_string<char>;

int main(int argc, char** argv) {
  using namespace senne::app;
  const Command senne = {
      .name = "senne",
      .help = "Senne: a city's sensor telemetry from MQTT to Kafka, exactly once.",
      .commands = {run_command(), check_command(), decode_command(), demo_command(),
                   simulate_command(), tail_command(), topics_command(), test_command(),
                   journal_command(), ledger_command(), version_command(), later_command("ingest"),
                   later_command("aggregate"), later_command("replay"), later_command("tap"),
                   later_command("catalogue"), later_command("dpia"), later_command("schema")}};
  senne::watch_for_lost_pages();
  return run_command_line(senne, version, argc, argv);
}
