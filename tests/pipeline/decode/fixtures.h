// Messages of each format as a city's gateways send them, written for these tests and benchmarks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/configuration.h"
#include "pipeline/decode/uplink_bytes.h"
#include "tests/pipeline/decode/played_codec.h"
#include "tests/pipeline/decode/sparkplug_messages.h"

namespace senne::decode {

struct Fixture {
  std::string name;
  Route route;
  std::string topic;
  std::string payload;
  std::shared_ptr<DeviceCodecs> codecs = nullptr;
};

inline Route fixture_route(Format format, std::string topic) {
  Route route;
  route.name = "fixture";
  route.topic = std::move(topic);
  route.format = format;
  return route;
}

// About 1.2 KB: what a decoded uplink of one gateway weighs.
inline Fixture tts_uplink() {
  return {
      "tts-v3", fixture_route(Format::tts_v3, "v3/+/devices/+/up"),
      "v3/air-quality@brussels/devices/school-7/up",
      R"({"end_device_ids":{"device_id":"school-7","application_ids":{"application_id":"air-quality"},)"
      R"("dev_eui":"70B3D57ED0001A2B","join_eui":"70B3D57ED0000000","dev_addr":"260B1A2B"},)"
      R"("correlation_ids":["gs:uplink:01JD0W2K6Q8Y5T3N4M7B9C1D2E"],)"
      R"("received_at":"2026-11-18T11:06:39.982446463Z","uplink_message":{)"
      R"("session_key_id":"AYfqmb0pc/1uRZv9xUydgQ==","f_port":85,"f_cnt":10335,)"
      R"("frm_payload":"AXVVA2fuAARofAUAAQbLAgd9qAMIfSUACXNmJwp9BAALfSAADH0wAA4BVQ==",)"
      R"("decoded_payload":{"temperature":23.8,"humidity":62.0,"co2":936,"tvoc":37,)"
      R"("pressure":1008.6,"pm2_5":32,"pm10":48,"battery":85},)"
      R"("rx_metadata":[{"gateway_ids":{"gateway_id":"roof-1","eui":"6A7E111A10000000"},)"
      R"("time":"2026-11-18T11:06:39.608982Z","timestamp":3893546133,"rssi":-35,)"
      R"("channel_rssi":-35,"snr":13.2,"frequency_offset":"69",)"
      R"("uplink_token":"CiIKIAoUZXVpLTZhN2UxMTFhMTAwMDAwMDASCCThJP","channel_index":3,)"
      R"("received_at":"2026-11-18T11:06:39.607383681Z"}],"settings":{"data_rate":{"lora":{)"
      R"("bandwidth":125000,"spreading_factor":7,"coding_rate":"4/5"}},"frequency":"867100000",)"
      R"("timestamp":3893546133,"time":"2026-11-18T11:06:39.608982Z"},)"
      R"("received_at":"2026-11-18T11:06:39.641841782Z","consumed_airtime":"0.056576s",)"
      R"("locations":{"user":{"latitude":50.8466,"longitude":4.3528,"altitude":21}}}})"};
}

inline Fixture tts_normalized_uplink() {
  return {
      "tts-v3 normalized", fixture_route(Format::tts_v3, "v3/+/devices/+/up"),
      "v3/weather@brussels/devices/mast-2/up",
      R"({"end_device_ids":{"device_id":"mast-2","dev_eui":"70B3D57ED0001A2C"},)"
      R"("received_at":"2026-11-18T11:06:39.9Z","uplink_message":{"f_cnt":7,"frm_payload":"AQID",)"
      R"("decoded_payload":{"temperature_1":12.5,"temperature_2":13.5,"rain":0.2},)"
      R"("normalized_payload":[{"air":{"temperature":12.5,"relativeHumidity":80},)"
      R"("wind":{"speed":3.5,"direction":270}}],"received_at":"2026-11-18T11:06:39.6Z"}})"};
}

inline Fixture chirpstack_uplink() {
  return {"chirpstack-v4", fixture_route(Format::chirpstack_v4, "application/+/device/+/event/+"),
          "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/70b3d57ed0001a2b/event/up",
          R"({"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d",)"
          R"("time":"2026-11-18T11:06:39.775023242+00:00","deviceInfo":{)"
          R"("tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"City",)"
          R"("applicationId":"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"Noise",)"
          R"("deviceProfileName":"Sound","deviceName":"Rue Neuve 12",)"
          R"("devEui":"70b3d57ed0001a2b","tags":{"street":"Rue Neuve"}},"devAddr":"00189440",)"
          R"("adr":true,"dr":5,"fCnt":4,"fPort":85,"confirmed":false,"data":"qg==",)"
          R"("object":{"laeq":61.5,"battery":90.0,"temperature":[12.5,13.0],"tamper":false},)"
          R"("rxInfo":[{"gatewayId":"0016c001f153a14c","uplinkId":24022,"rssi":-36,"snr":10.5,)"
          R"("context":"E3OWOQ==","metadata":{"region_name":"eu868"}}],)"
          R"("txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,)"
          R"("spreadingFactor":11,"codeRate":"CR_4_5"}}}})"};
}

inline Fixture senml_pack() {
  return {
      "senml-json", fixture_route(Format::senml_json, "senml/#"), "senml/canal",
      R"([{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1795000000.25,"bver":10,"n":"temperature",)"
      R"("u":"Cel","v":12.5},{"n":"humidity","u":"%RH","v":80},{"n":"level","u":"m","v":1.25},)"
      R"({"n":"level","u":"m","t":-60,"v":1.24},{"n":"pump","vb":true},)"
      R"({"n":"position","u":"lat","v":50.8466},{"n":"position","u":"lon","v":4.3528},)"
      R"({"bn":"urn:dev:mac:0024befffe804ff2:","n":"temperature","u":"Cel","v":11.5}])"};
}

inline Fixture mapped_message() {
  auto mapping = std::make_shared<Mapping>();
  mapping->each = "/measurements";
  mapping->device.pointer = "/station/id";
  mapping->has_time = true;
  mapping->time.at = "/ts";
  mapping->time.form = TimeForm::naive;
  mapping->time.zone = "Europe/Brussels";
  mapping->sequence = "/seq";
  mapping->latitude = "/lat";
  mapping->longitude = "/lon";
  MappingReading reading;
  reading.at = "/t";
  reading.property = "air_temperature";
  reading.unit = "[degF]";
  mapping->readings.push_back(reading);
  reading = {};
  reading.at = "/door";
  reading.property = "door_open";
  reading.true_when = {"open", "1"};
  mapping->readings.push_back(reading);
  reading = {};
  reading.each = "/channels";
  reading.channel = "/no";
  reading.at = "/value";
  reading.property = "co2";
  reading.unit = "[ppm]";
  mapping->readings.push_back(reading);
  Route route = fixture_route(Format::mapping, "stations/#");
  route.mapping = mapping;
  return {"mapping", route, "stations/all",
          R"({"measurements":[{"station":{"id":"canal-1"},"ts":"2026-11-18T12:06:40","seq":12,)"
          R"("lat":50.8466,"lon":"4.3528","t":"54.5","door":"open",)"
          R"("channels":[{"no":1,"value":420},{"no":2,"value":435.5}]},)"
          R"({"station":{"id":17},"ts":"2026-11-18T12:06:41.5","t":53.75,"door":0}]})"};
}

inline Fixture chirpstack_v3_uplink() {
  return {"chirpstack-v3", fixture_route(Format::chirpstack_v3, "application/+/device/+/event/+"),
          "application/7/device/70b3d57ed0001a2b/event/up",
          R"({"applicationID":"7","deviceName":"bench","devEUI":"70b3d57ed0001a2b","rxInfo":[)"
          R"({"mac":"24e124fffef021be","time":"2026-11-18T11:06:39.5Z","rssi":-57}],"fCnt":10,)"
          R"("fPort":85,"data":"qg==","objectJSON":"{\"temperature\":12.5,\"humidity\":80}"})"};
}

inline Fixture loriot_uplink() {
  return {"loriot", fixture_route(Format::loriot, "loriot/#"), "loriot/app",
          R"({"cmd":"rx","EUI":"70B3D57ED0001A2B","ts":1795000000250,"fcnt":2,"port":85,)"
          R"("rssi":-21,"snr":10,"dr":"SF9 BW125 4/5","bat":94,"data":"0175550367ee00"})",
          std::make_shared<PlayedCodecs>("70b3d57ed0001a2b")};
}

inline Fixture thingpark_uplink() {
  return {"thingpark", fixture_route(Format::thingpark, "thingpark/#"), "thingpark/up",
          R"({"DevEUI_uplink":{"Time":"2026-11-18T12:06:40.25+01:00","DevEUI":"70B3D57ED0001A2B",)"
          R"("FPort":1,"FCntUp":26,"payload_hex":"021b","LrrRSSI":-114.0,"CustomerData":{"loc":)"
          R"({"lat":"50.85","lon":"4.35"}},"payload":{"co2":415,"battery":90}}})"};
}

inline Fixture kpn_uplink() {
  return {"kpn", fixture_route(Format::kpn, "kpn/#"), "kpn/up",
          R"([{"bn":"urn:dev:DEVEUI:70B3D57ED0001A2B:","bt":1795000000.25,"n":"payload",)"
          R"("vs":"763d0028"},{"n":"port","v":1.0},{"n":"FCntUp","v":7.0}])",
          std::make_shared<PlayedCodecs>("70b3d57ed0001a2b")};
}

inline Fixture ngsi_v2_entity() {
  return {
      "ngsi-v2", fixture_route(Format::ngsi_v2, "ngsi/#"), "ngsi/air",
      R"({"subscriptionId":"s","data":[{"id":"school-7","type":"AirQualityObserved",)"
      R"("dateObserved":{"type":"DateTime","value":"2026-11-18T11:06:40Z","metadata":{}},)"
      R"("no2":{"type":"Number","value":"69.5","metadata":{"unitCode":{"value":"GQ"}}},)"
      R"("location":{"type":"geo:json","value":{"type":"Point","coordinates":[4.35,50.85]}}}]})"};
}

inline Fixture ngsi_ld_entity() {
  return {
      "ngsi-ld", fixture_route(Format::ngsi_ld, "ngsi/#"), "ngsi/air",
      R"({"id":"urn:ngsi-ld:WeatherObserved:mast-2","type":"WeatherObserved",)"
      R"("dateObserved":{"type":"Property","value":{"@type":"DateTime","@value":"2026-11-18T11:06:40Z"}},)"
      R"("refDevice":{"type":"Relationship","object":"urn:ngsi-ld:Device:mast-2"},)"
      R"("temperature":{"type":"Property","value":12.2,"unitCode":"CEL","observedAt":"2026-11-18T11:06:39Z"},)"
      R"("pm10":[{"type":"Property","value":4,"datasetId":"urn:ngsi-ld:Dataset:north"}],)"
      R"("@context":["https://example.org/context.jsonld"]})"};
}

inline Fixture ultralight_measures() {
  return {"ultralight", fixture_route(Format::ultralight, "/+/+/attrs"), "/key/mast-2/attrs",
          "t|12.5|humidity|80%#2026-11-18T11:06:40Z|t|12.75|state|open"};
}

inline Fixture iotagent_measures() {
  return {
      "iotagent-json", fixture_route(Format::iotagent_json, "/json/+/+/attrs"),
      "/json/key/mast-2/attrs",
      R"([{"humidity":"45%","t":"23","on":true,"TimeInstant":"2026-11-18T11:06:40Z"},{"t":"21"}])"};
}

inline Fixture tasmota_sensors() {
  return {"tasmota", fixture_route(Format::tasmota, "tele/#"), "tele/school/SENSOR",
          R"({"Time":"2026-11-18T12:06:40","DS18B20-1":{"Id":"00000a","Temperature":4.5},)"
          R"("DS18B20-2":{"Id":"00000b","Temperature":5},"ENERGY":{"Power":[10,20],"Total":1.5},)"
          R"("PressureUnit":"hPa","TempUnit":"C"})"};
}

inline Fixture zigbee_device() {
  return {"zigbee2mqtt", fixture_route(Format::zigbee2mqtt, "zigbee2mqtt/#"),
          "zigbee2mqtt/hall/north",
          R"({"temperature":27.34,"humidity":44.72,"battery":90,"voltage":2995,"contact":true,)"
          R"("linkquality":120,"update":{"state":"idle"},"last_seen":"2026-11-18T11:06:40Z"})"};
}

inline Fixture airrohr_values() {
  return {
      "sensor-community", fixture_route(Format::sensor_community, "airrohr/#"), "airrohr/77",
      R"({"esp8266id":"3394227","sensordatavalues":[{"value_type":"SDS_P1","value":"4.30"},)"
      R"({"value_type":"temperature","value":"20"},{"value_type":"BME280_temperature","value":"21"},)"
      R"({"value_type":"GPS_lat","value":"50.85"},{"value_type":"GPS_lon","value":"4.35"},)"
      R"({"value_type":"signal","value":"-82"}]})"};
}

inline Fixture thingsboard_telemetry() {
  return {"thingsboard-gateway", fixture_route(Format::thingsboard_gateway, "v1/gateway/#"),
          "v1/gateway/telemetry",
          R"({"Device A":[{"ts":1795000000000,"values":{"temperature":42,"humidity":80}},)"
          R"({"ts":1795000001500,"values":{"temperature":43}}],"Device B":{"co2":415}})"};
}

inline Fixture sentilo_observations() {
  return {"sentilo", fixture_route(Format::sentilo, "sentilo/#"), "sentilo/data",
          R"({"sensors":[{"sensor":"RE0012","observations":[{"value":"1.1"},{"value":"open",)"
          R"("timestamp":"18/11/2026T12:06:40CET","location":"50.85 4.35"}]}]})"};
}

inline Fixture sensorthings_observation() {
  return {
      "sensorthings", fixture_route(Format::sensorthings, "v1.1/#"),
      "v1.1/Datastreams(17)/Observations",
      R"({"@iot.id":99,"result":21.5,"phenomenonTime":"2026-11-18T11:00:00Z/2026-11-18T11:10:00Z",)"
      R"("resultTime":"2026-11-18T11:10:05Z","Datastream":{"@iot.id":17,"unitOfMeasurement":)"
      R"({"symbol":"Cel"},"ObservedProperty":{"name":"air_temperature"}}})"};
}

inline Fixture vehicle_position() {
  return {"hsl-hfp", fixture_route(Format::hsl_hfp, "/hfp/#"),
          "/hfp/v2/journey/ongoing/vp/tram/0040/00648/1004 4/2/Katajanokka/07:40/1080403/3/60;24",
          R"({"VP":{"desi":"4","oper":40,"veh":648,"tst":"2026-11-18T11:06:40.256Z","spd":4.2,)"
          R"("hdg":36,"lat":60.167548,"long":24.962017,"dl":null,"drst":0,"occu":20}})"};
}

// The example of docs/formats.md.
inline Fixture chirpstack_protobuf_uplink() {
  std::string payload;
  bytes_from_hex(
      "120b08c08df6d7061080e59a771a12421037306233643537656430303031613262380440555a590a"
      "110a046c6165711209110000000000c04e400a270a0b74656d7065726174757265121832160a0911"
      "00000000000029400a09110000000000002a400a0d0a05737461746512041a026f6b0a0c0a067461"
      "6d70657212022000",
      payload);
  return {"chirpstack-v4-protobuf",
          fixture_route(Format::chirpstack_v4_protobuf, "application/+/device/+/event/+"),
          "application/7/device/70b3d57ed0001a2b/event/up", payload};
}

// The example of docs/formats.md.
inline Fixture senml_cbor_pack() {
  std::string payload;
  bytes_from_hex(
      "84a521781c75726e3a6465763a6f773a313065323037336130313038303036333a22c482211b0000"
      "0029cb08a319006474656d70016343656c02c4822018e7a300646f70656e062404f4a20065636f75"
      "6e74021bffffffffffffffffa400637461670843616263016178616c820102",
      payload);
  return {"senml-cbor", fixture_route(Format::senml_cbor, "senml/#"), "senml/canal", payload};
}

// A birth, which needs none before it.
inline Fixture sparkplug_birth() {
  return {"sparkplug-b", fixture_route(Format::sparkplug_b, "spBv1.0/#"),
          "spBv1.0/city/NBIRTH/gw-1",
          sparkplug_payload(
              {bd_seq(7), rebirth_control(),
               MetricBytes("Temperature").alias(1).at(sparkplug_ms).type(9).unit("Cel").real(21.5F),
               MetricBytes("Humidity").alias(2).at(sparkplug_ms).type(10).real(80.0),
               MetricBytes("Delta").alias(3).type(3).int_value(4'294'967'291),
               MetricBytes("Raw").alias(4).type(17).raw("\x01\xFA"),
               MetricBytes("Levels").alias(5).type(26).raw("\x01\x02"),
               MetricBytes("Properties/Hardware Make").type(12).string("EdgeBox")},
              0)};
}

// Of every format that is JSON.
inline std::vector<Fixture> fixtures() {
  return {tts_uplink(),
          tts_normalized_uplink(),
          chirpstack_uplink(),
          chirpstack_v3_uplink(),
          loriot_uplink(),
          thingpark_uplink(),
          senml_pack(),
          kpn_uplink(),
          ngsi_v2_entity(),
          ngsi_ld_entity(),
          iotagent_measures(),
          tasmota_sensors(),
          zigbee_device(),
          airrohr_values(),
          thingsboard_telemetry(),
          sentilo_observations(),
          sensorthings_observation(),
          vehicle_position(),
          mapped_message()};
}

// Of every format.
// What the storage integration hands out, and the console's export of the same.
inline Fixture tts_stored_uplinks() {
  return {"tts-v3 stored", fixture_route(Format::tts_v3, "tts/#"), "tts/stored",
          R"({"result":{"end_device_ids":{"device_id":"school-7","dev_eui":"70B3D57ED0001A2B"},)"
          R"("received_at":"2026-11-18T11:06:39.9Z","uplink_message":{"f_cnt":7,)"
          R"("decoded_payload":{"temperature":23.8},"received_at":"2026-11-18T11:06:39.6Z"}}})"
          "\n"
          R"({"result":{"name":"as.up.data.forward","identifiers":[],"data":{)"
          R"("@type":"type.googleapis.com/ttn.lorawan.v3.ApplicationUp","end_device_ids":{)"
          R"("device_id":"mast-2","dev_eui":"70B3D57ED0001A2C"},"uplink_message":{"f_cnt":8,)"
          R"("decoded_payload":{"temperature":12.5}}}}})"
          "\n"};
}

inline Fixture ngsi_temporal_entities() {
  return {
      "ngsi-ld temporal", fixture_route(Format::ngsi_ld, "ngsi/#"), "ngsi/temporal",
      R"([{"id":"urn:ngsi-ld:WeatherObserved:mast-2","type":"WeatherObserved","temperature":{)"
      R"("type":"Property","unitCode":"CEL","values":[[9.5,"2026-11-18T11:00:00Z"],)"
      R"([9.7,"2026-11-18T11:10:00Z"]],"max":[[9.7,"2026-11-18T11:00:00Z","2026-11-18T11:10:00Z"]]}},)"
      R"({"id":"urn:ngsi-ld:WeatherObserved:mast-3","type":"WeatherObserved","temperature":[)"
      R"({"type":"Property","value":9.5,"observedAt":"2026-11-18T11:00:00Z"},)"
      R"({"type":"Property","value":9.7,"observedAt":"2026-11-18T11:10:00Z"}]}])"};
}

inline Fixture sensecap_uplink() {
  return {
      "tts-v3 sensecap", fixture_route(Format::tts_v3, "v3/+/devices/+/up"),
      "v3/weather@brussels/devices/mast-4/up",
      R"({"end_device_ids":{"device_id":"mast-4","dev_eui":"70B3D57ED0001A2E"},)"
      R"("uplink_message":{"f_cnt":7,"frm_payload":"AQID","decoded_payload":{"err":0,"valid":true,)"
      R"("messages":[[{"measurementId":"4097","measurementValue":12.5,"type":"Air Temperature"},)"
      R"({"measurementId":"4190","measurementValue":0.5,"type":"UV Index"}]]}}})"};
}

inline Fixture typed_measures() {
  return {"iotagent-json typed", fixture_route(Format::iotagent_json, "/json/+/+/attrs"),
          "/json/key/mast-2/attrs",
          R"([{"humidity":{"type":"Number","value":"45.5"},"t":"23",)"
          R"("TimeInstant":"2026-11-18T11:06:40Z"},{"t":{"type":"Number","value":23.5}}])"};
}

inline Fixture tasmota_status() {
  return {"tasmota status", fixture_route(Format::tasmota, "stat/#"), "stat/school/7/STATUS10",
          R"({"StatusSNS":{"Time":"2026-11-18T12:06:40","BME280":{"Temperature":21.5,)"
          R"("Humidity":66.6,"Pressure":1012.5},"TempUnit":"C"}})"};
}

inline Fixture zigbee_attribute() {
  return {"zigbee2mqtt attribute", fixture_route(Format::zigbee2mqtt, "zigbee2mqtt/#"),
          "zigbee2mqtt/hall/north/temperature", "27.34"};
}

inline std::vector<Fixture> all_fixtures() {
  std::vector<Fixture> all = fixtures();
  all.push_back(tts_stored_uplinks());
  all.push_back(ngsi_temporal_entities());
  all.push_back(sensecap_uplink());
  all.push_back(typed_measures());
  all.push_back(tasmota_status());
  all.push_back(zigbee_attribute());
  all.push_back(ultralight_measures());
  all.push_back(chirpstack_protobuf_uplink());
  all.push_back(senml_cbor_pack());
  all.push_back(sparkplug_birth());
  return all;
}

}  // namespace senne::decode
