// What a source's name and unit stand for on one route: worked out once for each pair, then looked
// up.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

  explicit RouteNames(const Route& route);

  // The rules, in this order. Property: the vocabulary's own name, then an alias, then an alias
  // followed by `_` and a number, which is its channel (unless the reading has one), else
  // raw.<name>, as of a reading that says so itself. Unit: as stated by the reading; the route's
  // for that name with its number, then without it, whether the number stands in the name still or
  // is the reading's channel; the canonical one where a mapping names the property; else the one
  // usual for the alias, assumed.
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

  // The route's for `temperature_1`, of channel 1 of `temperature`.
  std::string_view unit_of_channel(const RawReading& reading) const;
  Meaning work_out(const Key& key) const;

  const Route* route_;
  // By name and number, out of the route's units whose names have both.
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> channel_units_;
  absl::flat_hash_map<Key, std::unique_ptr<Remembered>, KeyHash> meanings_;
  Meaning passing_;  // of a name that is not remembered
};

}  // namespace senne::normalise
