// Where a value stands in what a payload codec of a network server made, as it becomes a reading's
// name and channel: docs/formats.md, fields of a codec.
//
// Names of nested objects are joined with `.`; an index, or a member called by a number, is a
// channel. `temperature_3` is channel 3 of `temperature` where the vocabulary knows `temperature`
// but not `temperature_3`: Cayenne LPP codecs write channels so. A name or channel over
// RawReading::name_bytes_max is cut, and its reading is bad: `limit`.
//
// THREAD  one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

// A leaf about to become a reading.
struct Leaf {
  std::string_view path;  // as it stands in the object, joined with `.`
  std::string_view name;  // without its channel
  std::string_view channel;
  std::optional<double> number;
};

// What another part of the message has said already.
class Covered {
 public:
  virtual ~Covered() = default;
  virtual bool covers(const Leaf& leaf) const = 0;
};

class FieldPath {
 public:
  explicit FieldPath(std::size_t readings_limit) : limit_(readings_limit) {}

  // One level deeper; `leave` takes it back.
  struct Step {
    bool channel;
    std::size_t size;
  };
  Step enter(std::string_view member);
  Step enter(std::size_t index);
  void leave(const Step& step) { (step.channel ? channel_ : path_).resize(step.size); }

  void restart(std::string_view name = {});

  // The reading of the value that stands here: none of a number or text that could not be read.
  // False when there is no room for it.
  bool append(const std::optional<Value>& value, std::optional<double> number,
              const Covered* covered, Decoded& out) const;

 private:
  std::size_t limit_;
  std::string path_;
  std::string channel_;
};

}  // namespace senne::decode
