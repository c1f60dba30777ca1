#include "app/commands/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

namespace senne::app {

int report(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return error.kind == ErrorKind::configuration ? 2 : 1;
}

std::string usage_line(const CLI::App* parser, const CLI::Error& error) {
  std::string name = parser->get_name();
  const CLI::App* chosen = parser;
  while (!chosen->get_subcommands().empty()) {
    chosen = chosen->get_subcommands().front();
    name += " " + chosen->get_name();
  }
  const std::vector<std::string> strangers = chosen->remaining();
  std::string what = error.what();
  if (chosen->get_require_subcommand_min() > 0) {
    what = strangers.empty() ? std::string("expected a command")
                             : fmt::format("no such command: {}", strangers.front());
  }
  std::replace(what.begin(), what.end(), '\n', ' ');
  return fmt::format("{}: {}; {} --help shows what there is\n", name, what, name);
}

void add_configuration_option(CLI::App& command, std::string& path) {
  command.add_option("-c,--configuration", path, "the configuration file")
      ->required()
      ->option_text("FILE");
}

namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = handled_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int wait_for_signal(Duration patience) {
  const sigset_t set = handled_signals();
  const auto whole = std::chrono::floor<std::chrono::seconds>(patience);
  const timespec timeout{whole.count(), (patience - whole).count()};
  const int number = sigtimedwait(&set, nullptr, &timeout);
  return number > 0 ? number : 0;
}

}  // namespace senne::app
