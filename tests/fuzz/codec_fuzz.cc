// The built-in codec tables: the first byte chooses one, the second the port, the rest is the
// payload of a device.
#include <cstring>
#include <memory>

#include "app/configuration/codec_section.h"
#include "pipeline/codecs/built_in.h"
#include "pipeline/decode/family_codec.h"
#include "tests/fuzz/decode_fuzz.h"

namespace senne::decode {
namespace {

std::vector<std::unique_ptr<PayloadCodec>> all() {
  std::vector<std::unique_ptr<PayloadCodec>> codecs;
  for (const codecs::BuiltIn& one : codecs::built_in()) {
    codecs.push_back(make_codec(app::built_in_codec(one.name)));
  }
  return codecs;
}

void fuzz(const std::uint8_t* bytes, std::size_t size) {
  static const auto codecs = all();
  static Decoded decoded;
  constexpr std::size_t limit = 100;
  if (size < 2) return;
  // To the byte, so that a read beyond is found.
  const std::size_t length = size - 2;
  const auto payload = std::make_unique<char[]>(length);
  if (length > 0) std::memcpy(payload.get(), bytes + 2, length);
  Report as;
  as.device = "dev";
  decoded.clear();
  PayloadCodec& codec = *codecs[bytes[0] % codecs.size()];
  const auto result = codec.decode({{payload.get(), length}, bytes[1], limit}, as, decoded);
  SENNE_CHECK(decoded.readings.size() <= limit);
  if (result) {
    static volatile std::size_t sink = 0;
    sink = sink + read_all(decoded);
  } else if (const auto* rejected = std::get_if<Rejected>(&result.error())) {
    SENNE_CHECK(!rejected->detail.empty());
  }
}

}  // namespace
}  // namespace senne::decode

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  senne::decode::fuzz(bytes, size);
  return 0;
}
