// The commands of the `senne` binary, one file each.
//
// FAILS   by exit status: 0 done, 1 it failed while working, 2 wrong usage or configuration. Errors
//         are one line on standard error.
#pragma once

#include <string>

#include "app/commands/command_line.h"
#include "app/configuration/configuration.h"
#include "core/result.h"

namespace senne::app {

Command run_command();
Command check_command();
Command decode_command();
Command demo_command();
Command simulate_command();
Command tail_command();
Command topics_command();
Command journal_command();
Command ledger_command();
Command test_command();
Command version_command();

// Prints the error and gives its exit status.
int report(const Error& error);

// `-c FILE`, required.
Option configuration_option(std::string& path);

// Blocks SIGINT, SIGTERM and SIGHUP in this thread and all that it starts, so that
// `wait_for_signal` gets them.
void block_signals();
// The number of a signal that came, or 0 after `patience`.
int wait_for_signal(Duration patience);

}  // namespace senne::app
