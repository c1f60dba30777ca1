// What the binary can be asked, as plain values: each command says what it is called, what it takes
// and what it does.
//
// THREAD  one.
// FAILS   by exit status 2 with one line on standard error: what is wrong, and where help is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace senne::app {

// What a chosen command does; returns the exit status.
using Action = std::function<int()>;

// Where the value of an option goes; where it is not given, nothing is written. A bool is a flag
// without a value, a list an option that may be given several times, or all arguments left.
using Target = std::variant<bool*, std::string*, std::uint64_t*, double*,
                            std::optional<std::uint64_t>*, std::vector<std::string>*>;

enum class Range : std::uint8_t { any, not_negative, positive };

struct Option {
  std::string names;  // -c,--configuration; without a dash: the argument at that place
  Target into;
  std::string help;
  std::string value = {};  // what stands for the value in the help
  bool required = false;
  Range range = Range::any;
};

struct Command {
  std::string name;
  std::string help;
  std::vector<Option> options = {};    // also after a command within this one
  Action action = {};                  // keeps alive what the options write into
  std::vector<Command> commands = {};  // one of them must be chosen, if there are any
  bool takes_anything = false;         // and no help lists it
};

// A command of the contract that this version does not have: refused by name, whatever follows it,
// and never taken for a typing error.
Command later_command(const std::string& name, const std::string& of = "senne");

// What was printed leaves now. Throws std::system_error where it cannot, as fmt::print does:
// `run_command_line` makes one line of it.
void flush_output();

// Parses the arguments against `whole`, the binary itself, and runs the action of what was chosen.
// `--help` and `--version` print and return 0. Where standard output does not take what was
// printed, it says so, and the status is not 0.
int run_command_line(const Command& whole, std::string_view version, int argc,
                     const char* const* argv);

}  // namespace senne::app
