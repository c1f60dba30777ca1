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

void add_simulate(CLI::App& parser, Action& action) {
  CLI::App* const command = parser.add_subcommand("simulate", "publishes a simulated city");
  struct Options {
    std::string path;
    city::CityOptions city;
  };
  auto options = std::make_shared<Options>();
  add_configuration_option(*command, options->path);
  command
      ->add_option("--rate", options->city.rate, "messages per second; default: as the devices do")
      ->check(CLI::NonNegativeNumber)
      ->option_text("N");
  command->add_option("--devices", options->city.devices, "how many devices")
      ->check(CLI::PositiveNumber)
      ->option_text("N");
  command->add_option("--seed", options->city.seed, "of the chance in it")->option_text("S");
  command->callback([options, &action] {
    action = [options] { return simulate(options->path, options->city); };
  });
}

}  // namespace senne::app
