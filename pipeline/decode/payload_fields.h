// Readings out of the object that a payload codec of the network server made of the device's bytes:
// The Things Stack's `decoded_payload`, ChirpStack's `object`.
//
// One reading per leaf. Names of nested objects are joined with `.`; what stands in an array has
// its index (from 0, joined with `.`) as channel, and so has a member called by a number its name;
// null says nothing. `temperature_3` is channel 3
// of `temperature` where the vocabulary knows `temperature` but not `temperature_3`: Cayenne LPP
// codecs write channels so. Of members of one object with the same name the first counts. A name or
// channel over RawReading::name_bytes_max is cut, and its reading is bad: `limit`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/decoder.h"
#include "pipeline/decode/json.h"

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

// THREAD  one.
class PayloadFields {
 public:
  explicit PayloadFields(std::size_t readings_limit)
      : limit_(readings_limit), members_limit_(std::max(readings_limit, members_max)) {}

  // An object may have more members than a message readings, as some say nothing, but not more than
  // this, unless the limit of readings is higher.
  static constexpr std::size_t members_max = 10'000;

  // Appends the readings; false when there are too many of them, or of members.
  bool append(object fields, const Covered* covered, Decoded& out);
  // The same of a value that stands by itself, under this name.
  bool append(std::string_view name, element value, Decoded& out);

 private:
  bool append_object(object fields, Decoded& out);
  bool append_array(array items, Decoded& out);
  bool append_value(element value, Decoded& out);
  bool append_leaf(element value, Decoded& out);
  bool find_repeated_names(object fields);

  std::size_t limit_;
  std::size_t members_limit_;
  const Covered* covered_ = nullptr;
  std::string path_;
  std::string channel_;
  std::vector<std::pair<std::string_view, std::size_t>> names_;
  std::vector<std::size_t> repeated_;  // a stack: for each object around, its members to pass over
};

}  // namespace senne::decode
