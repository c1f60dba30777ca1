// The bytes of an uplink, as a network server hands them on, through the codec of its device.
//
// THREAD  one.
// FAILS   no_codec when the registry gives the device no profile, malformed when the text is not in
//         its encoding or empty, else what the codec says.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/payload_codec.h"

namespace senne::decode {

enum class BytesEncoding { base64, hex, none };

struct UplinkPayload {
  std::string_view text;
  BytesEncoding encoding = BytesEncoding::base64;
  std::string_view where;  // where it stood: `/data`
  int port = 0;
};

class UplinkBytes {
 public:
  // `codecs` may be null: then no device has one. It must outlive this.
  UplinkBytes(DeviceCodecs* codecs, std::size_t readings_limit)
      : codecs_(codecs), limit_(readings_limit) {}

  // Appends the reports; `as` carries all but the readings.
  DecodeResult decode(const UplinkPayload& payload, const Report& as, Decoded& out);

 private:
  DeviceCodecs* codecs_;
  std::size_t limit_;
  std::string bytes_;
};

// False when the text is no hexadecimal of whole bytes, in either case.
bool bytes_from_hex(std::string_view text, std::string& bytes);
// RFC 4648, section 4; padding may be left out. False when the text is none.
bool bytes_from_base64(std::string_view text, std::string& bytes);

}  // namespace senne::decode
