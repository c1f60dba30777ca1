// How functions off the data path report failure: a value with a kind, which decides the exit
// status, and one line of text for a person that names what, where, and what was expected.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace senne {

enum class ErrorKind {
  configuration,  // wrong usage or configuration: exit status 2
  failed,         // it failed while working: exit status 1
  not_found,      // the thing asked for is not there
  no_space,       // the file system is full
  damage,         // stored bytes do not check
  locked,         // another process owns it
  version,        // written by a newer release
  mismatch,       // stored state belongs to something else
};

struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace senne
