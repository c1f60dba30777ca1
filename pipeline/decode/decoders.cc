#include "pipeline/decode/decoders.h"

#include "core/check.h"
#include "pipeline/decode/chirpstack_v4.h"
#include "pipeline/decode/mapping.h"
#include "pipeline/decode/senml_json.h"
#include "pipeline/decode/tts_v3.h"

namespace senne::decode {

std::unique_ptr<Decoder> make_decoder(const Route& route) {
  switch (route.format) {
    case Format::tts_v3:
      return std::make_unique<TtsV3Decoder>(route);
    case Format::chirpstack_v4:
      return std::make_unique<ChirpstackV4Decoder>(route);
    case Format::senml_json:
      return std::make_unique<SenmlJsonDecoder>(route);
    case Format::mapping: {
      SENNE_CHECK(route.mapping != nullptr);
      SENNE_CHECK(check_mapping(*route.mapping).has_value());
      return std::make_unique<MappingDecoder>(route);
    }
  }
  SENNE_CHECK(false);
  return nullptr;
}

}  // namespace senne::decode
