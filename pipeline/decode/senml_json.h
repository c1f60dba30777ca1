// Sensor Measurement Lists (RFC 8428) as JSON, KPN Things' use of them included: docs/formats.md,
// senml-json.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/configuration.h"
#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/senml_name.h"
#include "pipeline/decode/senml_record.h"

namespace senne::decode {

class SenmlJsonDecoder final : public Decoder {
 public:
  explicit SenmlJsonDecoder(const Route& route);
  DecodeResult decode(const Message& message, Instant receive_time, Decoded& out) override;

 private:
  // The base fields in force (section 4.1): each holds until another one of its kind.
  struct Base {
    std::string_view name;
    std::int64_t time = 0;
    std::string_view unit;
    std::optional<element> value;
    double sum = 0;
  };
  // A report as it grows; its readings carry its number until they are put in order.
  struct Building {
    Report report;
    bool network = false;  // KPN's: a DevEUI
    bool payload = false;  // has the bytes of an uplink
    std::optional<double> latitude;
    std::optional<double> longitude;
  };
  struct Placed {
    std::size_t report;
    std::size_t order;
    RawReading reading;
  };

  DecodeResult append_record(const SenmlRecord& record, std::size_t index, Decoded& out);
  std::size_t building_of(const SenmlName& name, const SentTime& time, Decoded& out);
  void append_value(const SenmlRecord& record, RawReading reading, std::size_t building,
                    Decoded& out);
  bool housekeeping(const SenmlRecord& record, std::string_view name, Building& building,
                    Decoded& out);
  void place(std::size_t building, const RawReading& reading);
  DecodeResult finish(Decoded& out);

  JsonParser json_;
  std::size_t readings_limit_;
  Instant receive_time_;
  Base base_;
  std::string joined_;
  std::vector<Building> buildings_;
  std::vector<Placed> placed_;
  absl::flat_hash_map<std::string_view, std::size_t> by_device_;
};

}  // namespace senne::decode
