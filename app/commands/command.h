// The subcommands of the `senne` binary, one file each. A command declares its options on the
// parser and sets what runs when it was chosen.
//
// FAILS   by exit status: 0 done, 1 it failed while working, 2 wrong usage or configuration. Errors
// are one line on
//         standard error.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "app/configuration/configuration.h"
#include "core/result.h"

namespace senne::app {

// What the chosen command does; returns the exit status.
using Action = std::function<int()>;

void add_run(CLI::App& parser, Action& action);
void add_check(CLI::App& parser, Action& action);
void add_decode(CLI::App& parser, Action& action);
void add_demo(CLI::App& parser, Action& action);
void add_simulate(CLI::App& parser, Action& action);
void add_tail(CLI::App& parser, Action& action);
void add_topics(CLI::App& parser, Action& action);
void add_journal(CLI::App& parser, Action& action);
void add_ledger(CLI::App& parser, Action& action);
void add_version(CLI::App& parser, Action& action);
// The names of commands that later versions have: refused by name.
void add_later(CLI::App& parser, Action& action);

// Prints the error and gives its exit status.
int report(const Error& error);

// A mistake in the command line, in one line.
std::string usage_line(const CLI::App* parser, const CLI::Error& error);

// Declares `-c FILE`, required.
void add_configuration_option(CLI::App& command, std::string& path);

// Blocks SIGINT, SIGTERM and SIGHUP in this thread and all that it starts, so that
// `wait_for_signal` gets them.
void block_signals();
// The number of a signal that came, or 0 after `patience`.
int wait_for_signal(Duration patience);

}  // namespace senne::app
