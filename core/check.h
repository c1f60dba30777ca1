// Assertions for states that cannot happen. On in every build: a crash sends no acknowledgement, so
// nothing is lost, while going on with a broken invariant could lose or double data.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace senne {

[[noreturn]] inline void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "CHECK failed: %s at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace senne

#define SENNE_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::senne::check_failed(#expression, __FILE__, __LINE__))
