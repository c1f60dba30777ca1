// Turns the bytes of one format into readings in the source's own names and units, or into a reason
// why not.
//
// THREAD  one thread per decoder.
// OWNS    nothing of the message; what it puts into `Decoded` points into the message, into
//         `Decoded` or at what the decoder holds as long as it lives: it is good until the next
//         `clear`.
// FAILS   by value: `Suppressed` for what is rightly no observation, `Rejected` for what becomes a
//         dead letter. Never throws on any input, never keeps a reference. Its cost is bounded by
//         the route's limits: at the default ones a message takes at most 4 MiB beside the JSON
//         parser's tape.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "core/configuration.h"
#include "core/reason.h"
#include "core/record.h"

namespace senne {

// A value exactly as sent.
using Value = std::variant<double, std::int64_t, std::uint64_t, bool, std::string_view>;

// What system the unit text of a reading is written in.
enum class UnitSystem : std::uint8_t { none, ucum, senml };

// Which member of a message a time stood in, for people: one byte, as there are many times.
class TimeMember {
 public:
  constexpr TimeMember() = default;
  // One of the texts below; another does not compile.
  consteval TimeMember(const char* text) : index_(index_of(text)) {}
  // The same of a text that is known at run time; nothing where it is none of them.
  static constexpr TimeMember of(std::string_view text) {
    TimeMember member;
    for (std::uint8_t i = 0; i < texts.size(); ++i) {
      if (texts[i] == text) member.index_ = i;
    }
    return member;
  }
  constexpr std::string_view text() const { return texts[index_]; }

 private:
  static constexpr std::array<std::string_view, 28> texts = {
      "",
      "time",
      "received_at",
      "uplink_message.received_at",
      "uplink_message.settings.time",
      "normalized_payload[].time",
      "rxInfo[].time",
      "ts",
      "Time",
      "bt",
      "bt + t",
      "tst",
      "tsi",
      "TimeInstant",
      "timestamp",
      "phenomenonTime",
      "resultTime",
      "last_seen",
      "dateObserved",
      "dateObservedFrom",
      "dateObservedFrom, dateObservedTo",
      "observationDateTime",
      "observedAt",
      "binLoggedTime",
      "eventTime",
      "the payload's bytes",
      "the time before the group",
      "the place that the mapping names",
  };
  static consteval std::uint8_t index_of(std::string_view text) {
    for (std::uint8_t i = 0; i < texts.size(); ++i) {
      if (texts[i] == text) return i;
    }
    throw "no such text";
  }

  std::uint8_t index_ = 0;
};

// A time as the source stated it. `malformed`: it stated one that could not be read.
struct SentTime {
  std::optional<Instant> start;
  std::optional<Instant> end;  // only for an interval
  bool malformed = false;
  bool repeated = false;  // a local time that clocks going back say twice: it tells nothing apart
  TimeMember from = {};
};

struct RawReading {
  // The longest name, channel and unit that mean anything. Many readings of one message can share
  // one text of it, so none keeps more of it than this: a decoder cuts a longer name or channel and
  // says that the reading is bad; a longer unit is none.
  static constexpr std::size_t name_bytes_max = 128;

  std::string_view name;  // as sent (`temperature`), or a vocabulary name where the mapping says so
  std::string_view channel;  // which of several; empty when one
  std::string_view unit;     // as stated by the message or its mapping; empty when it states none
  UnitSystem unit_system = UnitSystem::none;
  bool historical = false;  // kept back by the device; of all of them the report says so
  bool raw = false;  // its name means here what the vocabulary does not mean by it: raw.<name>
  std::optional<DeadLetterReason> bad;  // this reading alone cannot be used
  Value value;
  SentTime time;  // only where it differs from the report's
};

// How well the network heard a message, and what the device told it of its battery: no readings,
// but known of the device.
struct Link {
  std::optional<double> rssi;     // dB relative to 1 mW, at the gateway that heard it best
  std::optional<double> snr;      // dB, there
  std::optional<double> battery;  // %
};

// What one device said in one message.
struct Report {
  // A LoRaWAN DevEUI in lower-case hex, else the source's own id. Empty: of a part that is broken.
  std::string_view device;
  std::string_view
      other_device;           // a second name under which the registry may know it; empty when none
  std::string_view sequence;  // frame counter or deduplication id, as text; empty when none
  SentTime time;
  std::optional<Instant> result_time;  // when the device or gateway stated it
  std::optional<Location> location;    // as stated: it may be no place at all
  bool historical = false;
  std::size_t first_reading = 0;  // in Decoded::readings
  std::size_t reading_count = 0;
};

// What a message says of one device without a reading of it: that it lives, or that it is gone.
struct Sign {
  std::string_view device;
  std::string_view other_device;  // as in Report
  Link link;
  bool gone = false;
  bool unborn = false;  // it is gone because what it hangs on began anew, so far without it
};

// Reused from message to message, so that the steady state allocates nothing; after an unusually
// large one only some of its memory stays.
struct Decoded {
  std::vector<Report> reports;
  std::vector<RawReading> readings;
  Link link;                // of the message's device
  std::vector<Sign> signs;  // of devices without a report here

  // Room for one more reading; false when there are `limit`. Grows no further than that.
  bool make_room(std::size_t limit);

  // Keeps `text` until the next `clear` and returns where it now lies.
  std::string_view keep(std::string_view text);
  // The same for a name, channel or unit, of which RawReading::name_bytes_max are kept, cut between
  // two characters of UTF-8.
  std::string_view keep_name(std::string_view text);
  void clear();

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<char[]>> large_;
};

struct Suppressed {
  SuppressedReason reason;
};
struct Rejected {
  DeadLetterReason reason;
  std::string detail;  // what was expected and where; never empty
};
using NotDecoded = std::variant<Suppressed, Rejected>;
using DecodeResult = tl::expected<void, NotDecoded>;

class Decoder {
 public:
  virtual ~Decoder() = default;
  // `out` is cleared by the caller. On success it holds at least one report, each with at least one
  // reading; of a suppressed message only its signs count, and of a rejected one nothing.
  virtual DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) = 0;
  // A message that nobody looks into: too large, or quarantined. For a decoder with memory: what it
  // would have said is not known.
  virtual void pass_over(const Message& /*message*/) {}
};

}  // namespace senne
