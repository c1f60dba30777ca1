// Turns an accumulator into the WindowResult that leaves.
//
// THREAD  the shard's.
#pragma once

#include <string>
#include <string_view>

#include "core/operator.h"
#include "pipeline/aggregate/accumulator.h"
#include "pipeline/aggregate/nanos.h"
#include "senne/v1/window.pb.h"

namespace senne::pipeline {

struct WindowResultOf {
  std::string_view subject;
  std::string_view property;
  std::string_view unit;
  std::string_view window;
  Nanos start = 0;
  Nanos length = 0;
  Nanos interval = 0;  // expected between readings; 0: not known
  Nanos revision = 0;
  Nanos final_after = 0;
  bool incomplete = false;
  Accumulator statistics;
};

// Keeps one message and fills it again for each result.
class WindowResultWriter {
 public:
  // key: the subject; id: a hash of (subject, property, window, start, length, revision); time: the
  // revision.
  Accepted write(const WindowResultOf& result, Collector& out);

 private:
  // Without `mean`, `sum` and `stddev` where the property's mean is another one
  // (core/vocabulary.h): they would be wrong.
  void set_statistics(std::string_view property, const Accumulator& statistics);
  void set_coverage(const WindowResultOf& result);
  Id128 id_of(const WindowResultOf& result);

  v1::WindowResult message_;
  std::string identity_;
};

}  // namespace senne::pipeline
