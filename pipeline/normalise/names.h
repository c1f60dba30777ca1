// What a source's name and unit stand for on one route: worked out once for each pair, then looked
// up.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/vocabulary.h"
#include "pipeline/normalise/units.h"

namespace senne::normalise {

struct Meaning {
  const Property* property = nullptr;  // null: nobody knows the name
  std::string name;                    // of the property, or raw.<name>
  std::string channel;  // said by the source's name: 3 of `temperature_3`, external of
                        // `externalTemperature`
  bool alias = false;   // recognised by the source's own name, not named by a mapping
  bool unit_assumed = false;
  bool personal = false;  // nobody knows the name, but what it stands for identifies a person
  Conversion conversion;
  std::optional<DeadLetterReason> bad;  // bad_unit; limit for an over-long name
};

// THREAD  the shard's.
// OWNS    a copy of nothing of the route, which must outlive it. A meaning stays valid until the
//         next call. At most `meanings_max` are remembered: past that, new names cost a little
//         more.
class RouteNames {
 public:
  static constexpr std::size_t meanings_max = 4096;
  static constexpr std::size_t name_bytes_max = 128;

  explicit RouteNames(const Route& route) : route_(&route) {}

  // The rules, in this order. Property: the vocabulary's own name, then an alias, then an alias
  // followed by `_` and a number, which is its channel (unless the reading has one), else
  // raw.<name>, as of a reading that says so itself. Unit: as stated by the reading; the route's
  // for that name; the canonical one where a mapping names the property; else the one usual for the
  // alias, assumed.
  const Meaning& meaning(const RawReading& reading);

 private:
  struct Key {
    std::string_view name;
    std::string_view unit;
    UnitSystem system;
    bool has_channel;
    bool raw;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  struct Remembered {
    std::string text;  // what the key's views point into
    Meaning meaning;
  };

  Meaning work_out(const Key& key) const;

  const Route* route_;
  absl::flat_hash_map<Key, std::unique_ptr<Remembered>, KeyHash> meanings_;
  Meaning passing_;  // of a name that is not remembered
};

}  // namespace senne::normalise
