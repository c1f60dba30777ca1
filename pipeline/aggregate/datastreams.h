// The datastreams that windows are kept for: what they are called, how far their time has come, and
// where each one's state lies.
//
// THREAD  the shard's.
#pragma once

#include <absl/container/flat_hash_set.h>

#include <string>
#include <string_view>

#include "core/bytes.h"
#include "pipeline/aggregate/nanos.h"
#include "pipeline/aggregate/slab.h"

namespace senne::pipeline {

// Its text stands in one arena: the name, the property where the name does not contain it, the
// unit.
struct Datastream {
  Nanos watermark = nanos_min;      // no reading's min(phenomenon time, receive time) is later
  Nanos last_received = nanos_min;  // of the newest reading
  Nanos interval = 0;               // expected between readings; 0: not known
  std::uint32_t text = 0;           // where in the arena
  std::uint32_t name_size = 0;
  std::uint32_t property_at = 0;  // from `text`
  std::uint32_t property_size = 0;
  std::uint32_t unit_size = 0;
  std::uint32_t open_windows = 0;
  std::uint32_t next = no_slot;
  std::uint16_t share = 0;  // which route it counts for
  std::uint8_t live = 0;
  std::uint8_t zero[1] = {};

  std::uint64_t unit_at() const {
    const std::uint64_t property_end = std::uint64_t{property_at} + property_size;
    return name_size > property_end ? name_size : property_end;
  }
  std::uint64_t text_size() const { return unit_at() + unit_size; }
};

class Datastreams {
 public:
  Datastreams();
  Datastreams(const Datastreams&) = delete;
  Datastreams& operator=(const Datastreams&) = delete;

  // no_slot when there is none.
  std::uint32_t find(std::string_view name, std::string_view property) const;
  // One that `find` does not know. no_slot when the arena cannot take its text (4 GiB).
  std::uint32_t create(std::string_view name, std::string_view property, std::string_view unit);
  void forget(std::uint32_t datastream);
  // False when the arena cannot take the text; then nothing changed.
  bool set_unit(std::uint32_t datastream, std::string_view unit);

  Datastream& operator[](std::uint32_t datastream) { return slots_[datastream]; }
  const Datastream& operator[](std::uint32_t datastream) const { return slots_[datastream]; }
  std::uint32_t size() const { return slots_.size(); }  // slots, free ones included
  std::uint32_t live() const { return slots_.live(); }

  // Valid until the next change of any datastream.
  std::string_view name(const Datastream& datastream) const;
  std::string_view property(const Datastream& datastream) const;
  std::string_view unit(const Datastream& datastream) const;

  // Gives back what forgotten texts occupy, once it is worth it.
  void compact_if_sparse();

  std::size_t bytes() const;  // about

  void snapshot(ByteWriter& writer) const;
  // False when it cannot be; call `clear` then.
  bool restore(ByteReader& reader);
  void clear();

 private:
  struct Key {
    std::string_view name;
    std::string_view property;
  };
  struct Hash {
    using is_transparent = void;
    const Datastreams* table;
    std::size_t operator()(const Key& key) const;
    std::size_t operator()(std::uint32_t slot) const;
  };
  struct Equal {
    using is_transparent = void;
    const Datastreams* table;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(std::uint32_t a, const Key& b) const;
    bool operator()(const Key& a, std::uint32_t b) const { return (*this)(b, a); }
  };
  bool append_text(Datastream& datastream, const Key& key, std::string_view unit);

  Slab<Datastream> slots_;
  std::string arena_;
  std::uint64_t dead_text_ = 0;  // bytes of the arena that nobody uses
  absl::flat_hash_set<std::uint32_t, Hash, Equal> index_;
};

}  // namespace senne::pipeline
