#include "pipeline/decode/decoders.h"

#include "core/check.h"
#include "pipeline/decode/chirpstack_v3.h"
#include "pipeline/decode/chirpstack_v4.h"
#include "pipeline/decode/chirpstack_v4_protobuf.h"
#include "pipeline/decode/hsl_hfp.h"
#include "pipeline/decode/iotagent_json.h"
#include "pipeline/decode/kpn.h"
#include "pipeline/decode/loriot.h"
#include "pipeline/decode/mapping.h"
#include "pipeline/decode/ngsi.h"
#include "pipeline/decode/senml_cbor.h"
#include "pipeline/decode/senml_json.h"
#include "pipeline/decode/sensor_community.h"
#include "pipeline/decode/sensorthings.h"
#include "pipeline/decode/sentilo.h"
#include "pipeline/decode/sparkplug_b.h"
#include "pipeline/decode/tasmota.h"
#include "pipeline/decode/thingpark.h"
#include "pipeline/decode/thingsboard_gateway.h"
#include "pipeline/decode/tts_v3.h"
#include "pipeline/decode/ultralight.h"
#include "pipeline/decode/zigbee2mqtt.h"

namespace senne::decode {

std::unique_ptr<Decoder> make_decoder(const Route& route, DeviceCodecs* codecs,
                                      SparkplugNodes* nodes) {
  switch (route.format) {
    case Format::tts_v3:
      return std::make_unique<TtsV3Decoder>(route, codecs);
    case Format::chirpstack_v4:
      return std::make_unique<ChirpstackV4Decoder>(route, codecs);
    case Format::chirpstack_v4_protobuf:
      return std::make_unique<ChirpstackV4ProtobufDecoder>(route, codecs);
    case Format::chirpstack_v3:
      return std::make_unique<ChirpstackV3Decoder>(route, codecs);
    case Format::loriot:
      return std::make_unique<LoriotDecoder>(route, codecs);
    case Format::thingpark:
      return std::make_unique<ThingparkDecoder>(route, codecs);
    case Format::senml_json:
      return std::make_unique<SenmlJsonDecoder>(route);
    case Format::senml_cbor:
      return std::make_unique<SenmlCborDecoder>(route);
    case Format::kpn:
      return std::make_unique<KpnDecoder>(route, codecs);
    case Format::ngsi_v2:
    case Format::ngsi_ld:
      return std::make_unique<NgsiDecoder>(route);
    case Format::sparkplug_b:
      return std::make_unique<SparkplugBDecoder>(route, nodes);
    case Format::ultralight:
      return std::make_unique<UltralightDecoder>(route);
    case Format::iotagent_json:
      return std::make_unique<IotAgentJsonDecoder>(route);
    case Format::tasmota:
      return std::make_unique<TasmotaDecoder>(route);
    case Format::zigbee2mqtt:
      return std::make_unique<Zigbee2MqttDecoder>(route);
    case Format::sensor_community:
      return std::make_unique<SensorCommunityDecoder>(route);
    case Format::thingsboard_gateway:
      return std::make_unique<ThingsboardGatewayDecoder>(route);
    case Format::sentilo:
      return std::make_unique<SentiloDecoder>(route);
    case Format::sensorthings:
      return std::make_unique<SensorthingsDecoder>(route);
    case Format::hsl_hfp:
      return std::make_unique<HslHfpDecoder>(route);
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
