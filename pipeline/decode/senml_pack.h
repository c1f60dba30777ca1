// Resolves the records of a Sensor Measurement List (RFC 8428, section 4) into reports, whatever
// its representation; KPN Things' use of them included: docs/formats.md, senml-json.
//
// THREAD  one.
// OWNS    nothing of the message: what records point to must last until `finish`.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/decoder.h"
#include "pipeline/decode/senml_name.h"
#include "pipeline/decode/senml_record.h"

namespace senne::decode {

class SenmlPack {
 public:
  explicit SenmlPack(std::size_t readings_limit) : readings_limit_(readings_limit) {}

  // A pack of about so many records.
  void begin(Instant receive_time, std::size_t records, Decoded& out);
  // `index` is the record's place in the pack, for the detail.
  DecodeResult append_record(const SenmlRecord& record, std::size_t index, Decoded& out);
  DecodeResult finish(Decoded& out);

 private:
  // The base fields in force (section 4.1): each holds until another one of its kind.
  struct Base {
    std::string_view name;
    bool valid = false;  // the name is one by itself
    std::int64_t time = 0;
    std::string_view unit;
    std::optional<SenmlNumber> value;
    std::optional<double> sum;
  };
  // What is known of a report, beside what stands in it, as it grows; there may be many.
  struct Progress {
    bool network = false;  // KPN's: a DevEUI
    bool payload = false;  // has the bytes of an uplink
    bool has_latitude = false;
    bool has_longitude = false;
    double latitude = 0;
    double longitude = 0;
  };

  void name_reading(std::string_view name, RawReading& reading, Decoded& out);
  std::size_t report_of(const SenmlName& name, const SentTime& time, Decoded& out);
  bool append_value(const SenmlRecord& record, RawReading reading, std::size_t report,
                    Decoded& out);
  bool append_sum(const SenmlRecord& record, RawReading reading, std::size_t report, Decoded& out);
  void note_coordinate(const RawReading& reading, const std::optional<Value>& value,
                       std::size_t report);
  bool housekeeping(const SenmlRecord& record, std::string_view name, std::size_t report,
                    Decoded& out);
  bool place(std::size_t report, const RawReading& reading, Decoded& out);
  void put_in_order(Decoded& out);
  void complete(std::size_t number, Decoded& out) const;

  std::size_t readings_limit_;
  Instant receive_time_;
  Base base_;
  std::string joined_;
  std::string_view kept_name_;         // the last reading's, as kept
  std::size_t records_ = 0;            // of the pack, or the limit of readings
  std::vector<Progress> reports_;      // numbered as the reports
  std::vector<std::uint32_t> placed_;  // of each reading its report's number, in the end its place
  absl::flat_hash_map<std::string_view, std::uint32_t> by_device_;
};

}  // namespace senne::decode
