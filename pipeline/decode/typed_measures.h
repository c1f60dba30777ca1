// Measures that are written as NGSI writes attributes, `{"type": ..., "value": ...}`, among those
// that stand for themselves.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/decode/json.h"
#include "pipeline/decode/payload_fields.h"

namespace senne::decode {

// THREAD  one. Reused from message to message.
class TypedMeasures final : public Covered {
 public:
  struct Measure {
    std::string_view name;
    std::size_t place;
    element sent;
  };

  // Those of an object, in the order of their names; of one name the first. Good until the object
  // is.
  std::span<const Measure> find(object measures);

  // What stands in one of them, and the time of all of them.
  bool covers(const Leaf& leaf) const override;

 private:
  bool has(std::string_view name) const;

  std::vector<Measure> measures_;
};

}  // namespace senne::decode
