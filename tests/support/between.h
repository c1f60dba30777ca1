// A whole number out of a range, each as likely: rapidcheck's own range begins at its low end and
// reaches the other only with the last of a property's runs.
#pragma once

#include <rapidcheck.h>

namespace senne::testing {

// From `least` up to but not `end`. Within a property only.
template <class Integer>
Integer between(Integer least, Integer end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<Integer>(least, end));
}

}  // namespace senne::testing
