// Commands that the contract names and this version does not have: refused by name, never taken for
// a typing error.

#include <fmt/format.h>

#include <array>

#include "app/commands/command.h"

namespace senne::app {
namespace {

constexpr std::array<const char*, 8> later = {"ingest", "aggregate", "test", "replay",
                                              "tap",    "catalogue", "dpia", "schema"};

}  // namespace

void add_later(CLI::App& parser, Action& action) {
  for (const char* const name : later) {
    CLI::App* const command = parser.add_subcommand(name, "not in this version");
    command->group("");  // not in the help
    command->allow_extras();
    command->callback([name, &action] {
      action = [name] {
        fmt::print(stderr, "senne {}: not in this version\n", name);
        return 2;
      };
    });
  }
}

}  // namespace senne::app
