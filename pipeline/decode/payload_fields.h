// Readings out of the object that a payload codec of the network server made of the device's bytes:
// The Things Stack's `decoded_payload`, ChirpStack's `object`.
//
// One reading per leaf. Names of nested objects are joined with `.`; what stands in an array has
// its index (from 0, joined with `.`) as channel; null says nothing. `temperature_3` is channel 3
// of `temperature` where the vocabulary knows `temperature` but not `temperature_3`: Cayenne LPP
// codecs write channels so. Of members of one object with the same name the first counts.
#pragma once

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
  // Whether the leaf repeats one of the readings in `out`.
  virtual bool covers(const Leaf& leaf, const Decoded& out) const = 0;
};

// THREAD  one.
class PayloadFields {
 public:
  explicit PayloadFields(std::size_t readings_limit) : limit_(readings_limit) {}

  // Appends the readings; false when the message has more than the route's limit of them.
  bool append(object fields, const Covered* covered, Decoded& out);

 private:
  bool append_object(object fields, Decoded& out);
  bool append_array(array items, Decoded& out);
  bool append_value(element value, Decoded& out);
  bool append_leaf(element value, Decoded& out);
  void find_repeated_names(object fields);

  std::size_t limit_;
  const Covered* covered_ = nullptr;
  std::string path_;
  std::string channel_;
  std::vector<std::pair<std::string_view, std::size_t>> names_;
  std::vector<std::size_t> repeated_;  // a stack: for each object around, its members to pass over
};

}  // namespace senne::decode
