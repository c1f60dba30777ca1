// A message of several parts, each of which says something for itself: what cannot be used of one
// does not spoil the others.
//
// A broken part becomes a report of one bad reading, called after its place (`/data/3`), so that
// the dead letter of the message names it. Where no part says anything, its first fault is that of
// the message; where none has a fault either, its first reason for saying nothing.
//
// THREAD  one. Made for one message.
// FAILS   for the whole message what is no affair of one part: a limit, nesting, a device that the
//         topic contradicts.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/decoder.h"

namespace senne::decode {

class Parts {
 public:
  // `where`: the place of the list; empty where the parts stand at the root. `count`: how many
  // there are, at most.
  Parts(std::string_view where, std::size_t count, std::size_t readings_limit, Decoded& out);

  // Before each part.
  void begin();
  // What became of it. An error ends the message. `device`: whose part it was, where it said so.
  DecodeResult end(DecodeResult result, std::string_view device = {});
  // What becomes of the message; nothing where no part says or lacks anything.
  std::optional<DecodeResult> finish();

 private:
  std::string_view where_;
  std::size_t limit_;
  Decoded& out_;
  std::size_t parts_ = 0;
  std::size_t first_report_ = 0;
  std::size_t first_reading_ = 0;
  bool good_ = false;
  std::optional<NotDecoded> failure_;
};

}  // namespace senne::decode
