// Messages of the built-in models of which no published sample is at hand, put together by hand
// from their layouts.
#include <gtest/gtest.h>

#include <vector>

#include "tests/pipeline/codecs/coding.h"

namespace senne::decode {
namespace {

struct Message {
  const char* profile;
  int port;
  const char* hex;
  std::vector<std::vector<std::string>> reports;
};

const std::vector<Message> milesight = {
    {"milesight/am102",
     85,
     "01755c0367340104686520ce640000000a0064",
     {{"battery_level=92i %", "air_temperature=30.8 Cel", "relative_humidity=50.5 %"},
      {"air_temperature=1 Cel", "relative_humidity=50 %"}}},
    {"milesight/am103",
     85,
     "0367f6ff077dc20420ce640000000a0064c204",
     {{"air_temperature=-1 Cel", "co2=1218i [ppm]"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "co2=1218i [ppm]"}}},
    {"milesight/am104",
     85,
     "046871056a490006651c0079001400",
     {{"relative_humidity=56.5 %", "activity=73i", "illuminance=28i lx",
       "infrared_and_visible=121i", "infrared=20i"}}},
    {"milesight/am307",
     85,
     "05000006cb0120ce640000000a006400010207000800f527",
     {{"motion=false", "light_level=1i"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "motion=true", "light_level=2i",
       "co2=7i [ppm]", "voc=8i", "air_pressure=1022.9 hPa"}}},
    {"milesight/am308",
     85,
     "0b7d200020ce640000000a006400000207000800f52719003200",
     {{"pm2_5=32i ug/m3"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "motion=false", "light_level=2i",
       "co2=7i [ppm]", "voc=8i", "air_pressure=1022.9 hPa", "pm2_5=25i ug/m3", "pm10=50i ug/m3"}}},
    {"milesight/am319-o3", 85, "0d7d0500", {{"o3=0.05 [ppm]"}}},
    {"milesight/em300-th",
     85,
     "01755c03673401046865",
     {{"battery_level=92i %", "air_temperature=30.8 Cel", "relative_humidity=50.5 %"}}},
    {"milesight/em320-th",
     85,
     "0367340120ce640000000a0064",
     {{"air_temperature=30.8 Cel"}, {"air_temperature=1 Cel", "relative_humidity=50 %"}}},
    {"milesight/em300-mcs",
     85,
     "06000120ce640000000a006400",
     {{"door_open=true"}, {"air_temperature=1 Cel", "relative_humidity=50 %", "door_open=false"}}},
    {"milesight/em300-sld",
     85,
     "05000020ce640000000a006401",
     {{"water_leak=false"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "water_leak=true"}}},
    {"milesight/em300-zld", 85, "050001", {{"water_leak=true"}}},
    {"milesight/em300-mld",
     85,
     "05000120ce64000000ffffff00",
     {{"water_leak=true"}, {"water_leak=false"}}},
    {"milesight/em300-di",
     85,
     "05000105c8530000008500010120ce640000000a006401010000000020ce650000000a00640200530000002"
     "1ce660000000a006400020 0640032000000c03f",
     {{"gpio='high'", "pulse_count=83i {pulse}", "gpio='high'", "gpio_alarm=true"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "gpio='high'"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "pulse_count=83i {pulse}"},
      {"air_temperature=1 Cel", "relative_humidity=50 %", "water_conversion=10",
       "pulse_conversion=5", "water=1.5"}}},
    {"milesight/em300-cl",
     85,
     "03ed0104ee0183ed0201",
     {{"liquid='full'", "calibration='success'", "liquid='empty'", "empty_alarm=true"}}},
    {"milesight/em310-udl", 85, "03823e06040000", {{"distance=1598i mm", "position='normal'"}}},
    {"milesight/em320-tilt",
     85,
     "03d4a00f61f00100",
     {{"tilt#x=20 deg", "tilt#y=-20 deg", "tilt#z=0 deg", "threshold_x='normal'",
       "threshold_y='trigger'", "threshold_z='trigger'"}}},
    {"milesight/em400-tld",
     85,
     "048244088367e8000184824106 00",
     {{"distance=2116i mm", "air_temperature=23.2 Cel", "temperature_abnormal=true",
       "distance=1601i mm", "distance_alarming=false"}}},
    {"milesight/em500-co2",
     85,
     "057dc20406736827 83d7e8000a0002 20ce64000000c20468270a0064",
     {{"co2=1218i [ppm]", "air_pressure=1008.8 hPa", "air_temperature=23.2 Cel",
       "temperature_change=1 Cel", "temperature_alarm='mutation alarm'"},
      {"co2=1218i [ppm]", "air_pressure=1008.8 hPa", "air_temperature=1 Cel",
       "relative_humidity=50 %"}}},
    {"milesight/em500-lgt",
     85,
     "039450000000 20ce6400000051000100",
     {{"illuminance=80i lx"}, {"illuminance=65617i lx"}}},
    {"milesight/em500-pp",
     85,
     "037b0a00 20ce64000000f6ff",
     {{"pipe_pressure=10i kPa"}, {"pipe_pressure=-10i kPa"}}},
    {"milesight/em500-pt100",
     85,
     "03673401 20ce640000000a00",
     {{"probe_temperature=30.8 Cel"}, {"probe_temperature=1 Cel"}}},
    {"milesight/em500-smtc",
     85,
     "03671901 046863 04ca5613 057ff000 20ce64000000f0000a005613",
     {{"soil_temperature=28.1 Cel", "soil_moisture=49.5 %", "soil_moisture=49.5 %",
       "electrical_conductivity=240i uS/cm"},
      {"electrical_conductivity=240i uS/cm", "soil_temperature=1 Cel", "soil_moisture=49.5 %"}}},
    {"milesight/em500-smt", 85, "03671901", {{"soil_temperature=28.1 Cel"}}},
    {"milesight/em500-swl",
     85,
     "03770200 20ce640000000300",
     {{"water_level=2i cm"}, {"water_level=3i cm"}}},
    {"milesight/em500-udl", 85, "20ce640000000300", {{"distance=3i mm"}}},
    {"milesight/vs121",
     85,
     "0ee4020a001400 10f701000200 20ce6400000005 05060708 20ce6400000009 01000200",
     {{"dwell_time_avg#2=10i s", "dwell_time_max#2=20i s", "line_in=1i {person}",
       "line_out=2i {person}"},
      {"people_count#region_5=5i {person}", "people_count#region_6=6i {person}",
       "people_count#region_7=7i {person}", "people_count#region_8=8i {person}"},
      {"a_to_c=1i {person}", "a_to_d=2i {person}"}}},
    {"milesight/vs133",
     85,
     "0fe301020304 1ccc01000200 1ee4010a001400 50fc000301 20ce64000000 0a 07000000",
     {{"people_count#region_1=1i {person}", "people_count#region_2=2i {person}",
       "people_count#region_3=3i {person}", "people_count#region_4=4i {person}",
       "child_people_in#line_4=1i {person}", "child_people_out#line_4=2i {person}",
       "child_region_dwell_avg#1=10i s", "child_region_dwell_max#1=20i s",
       "occlusion_alarm#3=true"},
      {"total_out#line_3=7i {person}"}}},
    {"milesight/vs350",
     85,
     "04cc0a000b00 05cc01000200 8367e80001 20ce64000000 00 01000200 20ce65000000 01 01000200 "
     "0a000b00",
     {{"total_in=10i {person}", "total_out=11i {person}", "people_in=1i {person}",
       "people_out=2i {person}", "air_temperature=23.2 Cel", "temperature_alarm=1i"},
      {"people_in=1i {person}", "people_out=2i {person}"},
      {"people_in=1i {person}", "people_out=2i {person}", "total_in=10i {person}",
       "total_out=11i {person}"}}},
    {"milesight/vs360",
     85,
     "017564 027563 03f40201 85cc01000200 01",
     {{"battery_level#main=100i %", "battery_level#node=99i %", "event='devices misaligned'",
       "event_alarm=true", "people_in=1i {person}", "people_out=2i {person}", "period_alarm=1i"}}},
    {"milesight/ws301", 85, "030001 040000", {{"door_open=true", "tamper=false"}}},
    {"milesight/ws302",
     85,
     "055b05 9501 9601 f401",
     {{"time_weighting='F'", "sound_level_a_now=40.5 dB[SPL]", "sound_level_a=40.6 dB[SPL]",
       "sound_level_a_now_max=50 dB[SPL]"}}},
    {"milesight/common", 85, "ff0b01 fffe01", {}},
};

const std::vector<Message> others = {
    {"nwave",
     3,
     "0204090200",
     {{"firmware_version='2.4.9'", "reset_cause='power on'", "parking_occupied=false"}}},
    // The maker's examples.
    {"nwave",
     10,
     "d1201f345678",
     {{"parking_occupied=true", "previous_state_duration=160 min",
       "previous_state_duration_error=4 min", "previous_state_duration_overflow=false",
       "tag_battery_voltage=3.2 V"}}},
    {"nwave", 10, "d0201f345678", {{"tag_battery_voltage=3.2 V"}}},
    // As long as can be said, or longer.
    {"nwave",
     1,
     "fe",
     {{"parking_occupied=false", "previous_state_duration=660 min",
       "previous_state_duration_overflow=true"}}},
    {"nwave",
     1,
     "f2",
     {{"parking_occupied=false", "previous_state_duration=300 min",
       "previous_state_duration_error=59 min", "previous_state_duration_overflow=false"}}},
    {"nwave/ncc405", 1, "0102", {{"vehicle_count=258i {vehicle}"}}},
    {"nwave/ncc405",
     2,
     "00d3d4",
     {{"hw_health_status=0i", "battery_voltage=3344i mV", "battery_voltage_mean_24h=3348i mV"}}},
    {"bosch/parking",
     3,
     "000102030405060708090a0b0117030201",
     {{"firmware_version='1.23.3'", "reset_cause='power on'", "parking_occupied=true"}}},
    {"swisscom/multisense",
     100,
     "010080a3000000 02",
     {{"payload_version=1i", "mode=0i", "events=128i", "battery_voltage=2978i mV",
       "mode_selected=2i"}}},
    {"imbuildings/people-counter",
     1,
     "0207 40 0603 05e6",
     {{"sensor_status='receiver disturbance'", "total_counter_a=1539i", "total_counter_b=1510i"}}},
    {"imbuildings/people-counter",
     1,
     "0208 01 00f8 04",
     {{"device_status='startup'", "battery_voltage=2.48 V", "sensor_status='sensor power up'"}}},
    {"elsys",
     5,
     "033fc1000b000000640c00fa0d0110 00c800d2 1102 13",
     {{"acceleration_x=1 [g]", "acceleration_y=-1 [g]", "acceleration_z=0 [g]",
       "pulse_count#1=100i {pulse}", "air_temperature#external=25 Cel", "switch_state#1=true",
       "device_temperature=20 Cel", "surface_temperature=21 Cel", "body_occupancy='occupied'",
       "type_13=!malformed"}}},
};

void check(const std::vector<Message>& messages) {
  for (const Message& message : messages) {
    SCOPED_TRACE(message.profile);
    std::string hex = message.hex;
    std::erase(hex, ' ');
    const Coding coding(app::built_in_codec(message.profile), from_hex(hex), message.port);
    std::vector<std::vector<std::string>> reports;
    for (std::size_t i = 0; i < coding.decoded.reports.size(); ++i) {
      reports.push_back(coding.readings(i));
      EXPECT_EQ(coding.decoded.reports[i].historical,
                *coding.decoded.reports[i].time.start != instant_from_nanos(1));
    }
    EXPECT_EQ(reports, message.reports) << coding.outcome();
  }
}

TEST(BuiltInModels, of_milesight) { check(milesight); }
TEST(BuiltInModels, of_others) { check(others); }

}  // namespace
}  // namespace senne::decode
