// What the birth of an edge node or of a device said of each of its metrics, found again by alias
// or by name.
//
// THREAD  one.
// OWNS    its state; what `find` gives is good until the next change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "pipeline/decode/sparkplug_payload.h"

namespace senne::decode {

struct SparkplugMeaning {
  std::string_view name;  // of a longer one, one byte more than RawReading::name_bytes_max
  std::string_view unit;  // as the birth states it; empty: it states none
  SparkplugDatatype datatype = SparkplugDatatype::unknown;
};

class SparkplugBirth {
 public:
  // Then `seal`.
  void clear();
  void add(const SparkplugMetric& metric, std::string_view unit);
  void seal();

  // Nothing for an alias or a name that the birth has not, or more than once: then it says nothing.
  std::optional<SparkplugMeaning> find(std::uint64_t alias) const;
  std::optional<SparkplugMeaning> find(std::string_view name) const;

  // What it takes of memory.
  std::size_t bytes() const;

  void snapshot(ByteWriter& writer) const;
  // False when it cannot be one.
  bool restore(ByteReader& reader);

 private:
  // Written as it lies in memory: no padding.
  struct Metric {
    std::uint64_t alias = 0;
    std::uint32_t text = 0;  // where in texts_ its name begins; its unit follows
    std::uint32_t datatype = 0;
    std::uint16_t name_bytes = 0;
    std::uint16_t unit_bytes = 0;
    std::uint32_t has_alias = 0;
  };
  std::string_view name_of(const Metric& metric) const;
  SparkplugMeaning meaning_of(const Metric& metric) const;
  void index();

  std::vector<Metric> metrics_;  // those with an alias first, in its order
  struct Named {
    std::uint64_t hash = 0;
    std::size_t metric = 0;
  };
  std::vector<Named> by_name_;
  std::size_t with_alias_ = 0;
  std::string texts_;
};

}  // namespace senne::decode
