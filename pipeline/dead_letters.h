// Makes the dead letter of a message that could not be used, wholly or in part.
//
// THREAD  the shard's.
// OWNS    one message, filled again for each.
#pragma once

#include <span>
#include <string_view>

#include "core/operator.h"
#include "core/reason.h"
#include "core/record.h"
#include "pipeline/normalise/normalised_report.h"
#include "senne/v1/dead_letter.pb.h"

namespace senne::pipeline {

struct DeadLetterOf {
  DeadLetterReason reason;
  Stage stage;
  std::string_view detail;
  std::string_view device;  // empty where none is known: the topic is the key
  std::span<const normalise::BadReading> readings;  // of a message whose other readings went on
  bool personal = false;  // the payload identifies a person: it stays here
};

class DeadLetters {
 public:
  // `log`: with the record's position it makes the id.
  explicit DeadLetters(Id128 log) : log_(log) {}

  void send(const Record& record, std::string_view route, const DeadLetterOf& what, Collector& out);

 private:
  const Id128 log_;
  v1::DeadLetter message_;
};

}  // namespace senne::pipeline
