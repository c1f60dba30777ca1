#include "app/commands/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace senne::app {
namespace {

// senne journal adopt
std::string whole_name(const CLI::App& parser) {
  const CLI::App* const parent = parser.get_parent();
  return parent == nullptr ? parser.get_name() : whole_name(*parent) + " " + parser.get_name();
}

// A mistake in the command line, in one line.
std::string usage_line(const CLI::App* parser, const CLI::Error& error) {
  const CLI::App* chosen = parser;
  while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
  const std::string name = whole_name(*chosen);
  const std::vector<std::string> strangers = chosen->remaining();
  std::string what = error.what();
  if (chosen->get_require_subcommand_min() > 0) {
    what = strangers.empty() ? std::string("expected a command")
                             : fmt::format("no such command: {}", strangers.front());
  }
  std::replace(what.begin(), what.end(), '\n', ' ');
  return fmt::format("{}: {}; {} --help shows what there is\n", name, what, name);
}

struct Declare {
  CLI::App& parser;
  const Option& option;

  CLI::Option* operator()(bool* into) const {
    return parser.add_flag(option.names, *into, option.help);
  }
  CLI::Option* operator()(std::vector<std::string>* into) const {
    const bool is_argument = !option.names.starts_with('-');
    return parser.add_option(option.names, *into, option.help)->allow_extra_args(is_argument);
  }
  template <class Value>
  CLI::Option* operator()(Value* into) const {
    return parser.add_option(option.names, *into, option.help);
  }
};

void declare(CLI::App& parser, const Option& option) {
  CLI::Option* const declared = std::visit(Declare{parser, option}, option.into);
  if (option.range == Range::not_negative) declared->check(CLI::NonNegativeNumber);
  if (option.range == Range::positive) declared->check(CLI::PositiveNumber);
  if (option.required) declared->required();
  if (!option.value.empty()) declared->option_text(option.value);
}

void fill(CLI::App& parser, const Command& command, Action& chosen);

void declare(CLI::App& parent, const Command& command, Action& chosen) {
  CLI::App* const parser = parent.add_subcommand(command.name, command.help);
  fill(*parser, command, chosen);
  if (command.takes_anything) {
    parser->group("");
    parser->allow_extras();
  } else if (parent.get_parent() != nullptr) {
    parser->fallthrough();  // the parent's options may stand behind it as well
  }
}

void fill(CLI::App& parser, const Command& command, Action& chosen) {
  for (const Option& option : command.options) declare(parser, option);
  if (!command.commands.empty()) parser.require_subcommand(1);
  for (const Command& within : command.commands) declare(parser, within, chosen);
  if (command.action) parser.callback([&command, &chosen] { chosen = command.action; });
}

// What was printed must have arrived, or it would pass for all there is. A reader that has had
// enough of it is no failure.
int output_failed(int error) {
  if (error == EPIPE) return 0;
  fmt::print(stderr, "standard output: {}\n", std::strerror(error));
  return 1;
}

int run(const Action& action) {
  try {
    const int status = action();
    if (status == 0) flush_output();
    return status;
  } catch (const std::system_error& error) {
    if (std::ferror(stdout) == 0) throw;
    return output_failed(error.code().value());
  }
}

}  // namespace

void flush_output() {
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category());
}

Command later_command(const std::string& name, const std::string& of) {
  return {.name = name,
          .help = "not in this version",
          .action =
              [whole = of + " " + name] {
                fmt::print(stderr, "{}: not in this version\n", whole);
                return 2;
              },
          .takes_anything = true};
}

int run_command_line(const Command& whole, std::string_view version, int argc,
                     const char* const* argv) {
  CLI::App parser(whole.help, whole.name);
  parser.failure_message(usage_line);
  parser.set_version_flag("--version", std::string(version));
  Action chosen;
  fill(parser, whole, chosen);
  try {
    parser.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parser.exit(error) == 0 ? 0 : 2;
  }
  return run(chosen);
}

}  // namespace senne::app
