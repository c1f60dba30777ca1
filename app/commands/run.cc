// senne run: everything in one process, until a signal.

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>

#include "app/commands/command.h"
#include "app/instance.h"
#include "app/logging/json_logger.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

int run(const std::string& path) {
  const auto configuration = load_configuration(path);
  if (!configuration) return report(configuration.error());

  block_signals();
  const SystemClock clock;
  JsonLogger logger(STDERR_FILENO, clock);
  auto instance = Instance::create(*configuration, clock, logger);
  if (!instance) return report(instance.error());
  for (const std::string& note : configuration->notes) {
    logger.write(Severity::info, "configuration_note", note, {});
  }
  (*instance)->start();
  logger.write(Severity::info, "started", "senne is running",
               {{"instance", configuration->instance},
                {"metrics", (*instance)->http_url()},
                {"kafka", (*instance)->bootstrap_servers()}});

  std::optional<Error> failure;
  while (!failure) {
    const int number = wait_for_signal(200ms);
    if (number == SIGHUP) {
      const auto next = load_configuration(path);
      const Result<void> reloaded =
          next ? (*instance)->reload(*next) : Result<void>(tl::unexpected(next.error()));
      if (!reloaded) logger.write(Severity::error, "reload_refused", reloaded.error().message, {});
    } else if (number != 0) {
      logger.write(Severity::info, "stopping", "a signal asks to stop",
                   {{"signal", std::int64_t{number}}});
      break;
    }
    failure = (*instance)->failure();
  }
  const bool ended = (*instance)->stop();
  const int status = failure ? report(*failure) : 0;
  if (!ended) {
    logger.write(Severity::warning, "stopped",
                 "stopped without an answer of Kafka: what is not committed stays in the journal",
                 {});
    std::_Exit(status);
  }
  if (failure) return status;
  logger.write(Severity::info, "stopped", "senne has stopped", {});
  return 0;
}

}  // namespace

Command run_command() {
  auto path = std::make_shared<std::string>();
  return {.name = "run",
          .help = "everything in one process",
          .options = {configuration_option(*path)},
          .action = [path] { return run(*path); }};
}

}  // namespace senne::app
