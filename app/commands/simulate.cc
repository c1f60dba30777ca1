// senne simulate: publishes a city's worth of realistic traffic to the broker of a configuration.

#include <fmt/format.h>

#include <csignal>
#include <memory>

#include "app/city/publisher.h"
#include "app/commands/command.h"

namespace senne::app {
namespace {

using namespace std::chrono_literals;

int simulate(const std::string& path, const city::CityOptions& options) {
  const auto configuration = load_configuration(path);
  if (!configuration) return report(configuration.error());
  block_signals();
  const SystemClock clock;
  auto publisher = city::CityPublisher::start(options, configuration->mqtt, clock);
  if (!publisher) return report(publisher.error());
  fmt::print("publishing {} devices to {}; Ctrl-C ends it\n", options.devices,
             configuration->mqtt.url);
  int quiet = 0;
  for (;;) {
    const int number = wait_for_signal(1s);
    if (number == SIGINT || number == SIGTERM) break;
    if (++quiet % 5 != 0) continue;
    const city::PublisherFigures figures = (*publisher)->figures();
    fmt::print("published {}, acknowledged {}, in flight {}{}\n", figures.counts.total(),
               figures.acknowledged, figures.in_flight, figures.connected ? "" : ", broker away");
  }
  const bool complete = (*publisher)->stop(10s);
  const city::PublisherFigures figures = (*publisher)->figures();
  fmt::print("published {}, acknowledged {}\n", figures.counts.total(), figures.acknowledged);
  return complete ? 0 : 1;
}

}  // namespace

Command simulate_command() {
  struct Options {
    std::string path;
    city::CityOptions city;
  };
  auto options = std::make_shared<Options>();
  return {.name = "simulate",
          .help = "publishes a simulated city",
          .options = {configuration_option(options->path),
                      {.names = "--rate",
                       .into = &options->city.rate,
                       .help = "messages per second; default: as the devices do",
                       .value = "N",
                       .range = Range::not_negative},
                      {.names = "--devices",
                       .into = &options->city.devices,
                       .help = "how many devices",
                       .value = "N",
                       .range = Range::positive},
                      {.names = "--seed",
                       .into = &options->city.seed,
                       .help = "of the chance in it",
                       .value = "S"}},
          .action = [options] { return simulate(options->path, options->city); }};
}

}  // namespace senne::app
