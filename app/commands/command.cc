#include "app/commands/command.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

namespace senne::app {

int report(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return error.kind == ErrorKind::configuration ? 2 : 1;
}

Option configuration_option(std::string& path) {
  return {.names = "-c,--configuration",
          .into = &path,
          .help = "the configuration file",
          .value = "FILE",
          .required = true};
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
