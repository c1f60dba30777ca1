// The decoder of one format: SENNE_FIXTURE is the function of fixtures.h that makes its message.
#include "tests/fuzz/decode_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto fixture = senne::decode::SENNE_FIXTURE();
  static const auto decoder = senne::decode::make_decoder(fixture.route, fixture.codecs.get());
  static senne::Decoded decoded;
  senne::decode::fuzz_decoder(fixture, *decoder, decoded, bytes, size);
  return 0;
}
