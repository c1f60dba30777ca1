#include "pipeline/decode/uplink_bytes.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include "pipeline/decode/json.h"

namespace senne::decode {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool bytes_from_hex(std::string_view text, std::string& bytes) {
  bytes.clear();
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return true;
}

bool bytes_from_base64(std::string_view text, std::string& bytes) {
  return absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes);
}

DecodeResult UplinkBytes::decode(const UplinkPayload& payload, const Report& as, Decoded& out) {
  bool read = true;
  switch (payload.encoding) {
    case BytesEncoding::base64:
      read = bytes_from_base64(payload.text, bytes_);
      break;
    case BytesEncoding::hex:
      read = bytes_from_hex(payload.text, bytes_);
      break;
    case BytesEncoding::none:
      bytes_.assign(payload.text);
      break;
  }
  if (!read) {
    return rejected(
        DeadLetterReason::malformed,
        fmt::format("expected {} at {}",
                    payload.encoding == BytesEncoding::hex ? "hexadecimal digits" : "base64",
                    payload.where));
  }
  if (bytes_.empty()) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected the bytes of a device at {}, found an uplink without "
                                "payload",
                                payload.where));
  }
  PayloadCodec* const codec =
      codecs_ == nullptr ? nullptr : codecs_->find(as.device, as.other_device);
  if (codec == nullptr) {
    return rejected(DeadLetterReason::no_codec,
                    fmt::format("expected readings, found only the bytes of {}; the registry gives "
                                "device {} no profile to decode them by",
                                payload.where, as.device));
  }
  return codec->decode({bytes_, payload.port, limit_}, as, out);
}

}  // namespace senne::decode
