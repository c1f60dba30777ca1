#include "pipeline/decode/ngsi_models.h"

#include <array>

#include "pipeline/decode/known_fields.h"

namespace senne::decode {
namespace {

struct ModelField {
  std::string_view type;  // empty: in every model
  KnownField field;
};

constexpr std::array<ModelField, 27> model_fields = {{
    {"", {"temperature", "air_temperature", "Cel"}},
    {"", {"atmosphericPressure", "air_pressure", "hPa"}},
    {"", {"illuminance", "illuminance", "lx"}},
    {"", {"precipitation", "rainfall", "L/m2"}},
    {"", {"solarRadiation", "solar_irradiance", "W/m2"}},
    {"", {"windSpeed", "wind_speed", "m/s"}},
    {"", {"gustSpeed", "wind_gust_speed", "m/s"}},
    {"", {"windDirection", "wind_from_direction", "deg"}},
    {"", {"averageVehicleSpeed", "vehicle_speed", "km/h"}},
    {"", {"occupancy", "occupancy", "1"}},
    {"", {"fillingLevel", "fill_level", "1"}},
    {"", {"batteryLevel", "battery_level", "1"}},
    {"", {"peopleCount", "people_count", "{person}"}},
    {"", {"LAeq", "sound_level_a", "dB[SPL]"}},
    {"", {"streamGauge", "water_level", "cm"}},
    {"TrafficFlowObserved", {"intensity", "vehicle_count", "{vehicle}"}},
    {"CrowdFlowObserved", {"peopleCountTowards", "people_in", "{person}"}},
    {"CrowdFlowObserved", {"peopleCountAway", "people_out", "{person}"}},
    {"StreetlightControlCabinet", {"energyConsumed", "energy", "kW.h"}},
    {"StreetlightControlCabinet", {"totalActivePower", "active_power", "kW"}},
    {"StreetlightControlCabinet", {"frequency", "frequency", "Hz"}},
    {"StreetlightControlCabinet", {"cosPhi", "power_factor", "1"}},
    {"Streetlight", {"powerFactor", "power_factor", "1"}},
    {"Streetlight", {"voltage", "voltage", "V"}},
    {"Streetlight", {"current", "current", "A"}},
    {"AirQualityObserved", {"volatileOrganicCompoundsTotal", "voc", ""}},
    {"AirQualityObserved", {"pm25", "pm2_5", ""}},
}};

// By the codes of UN/CEFACT Recommendation 20, revision 17.
struct Code {
  std::string_view uncefact;
  std::string_view ucum;
};
constexpr std::array<Code, 61> codes = {{
    {"CEL", "Cel"},       {"FAH", "[degF]"}, {"KEL", "K"},    {"P1", "%"},        {"C62", "1"},
    {"GQ", "ug/m3"},      {"GP", "mg/m3"},   {"59", "[ppm]"}, {"61", "[ppb]"},    {"PAL", "Pa"},
    {"A97", "hPa"},       {"KPA", "kPa"},    {"MBR", "mbar"}, {"BAR", "bar"},     {"LX", "lx"},
    {"LUX", "lx"},        {"KLX", "klx"},    {"MTS", "m/s"},  {"KMH", "km/h"},    {"KNT", "[kn_i]"},
    {"HM", "[mi_i]/h"},   {"DD", "deg"},     {"C81", "rad"},  {"MMT", "mm"},      {"CMT", "cm"},
    {"MTR", "m"},         {"KMT", "km"},     {"H67", "mm/h"}, {"D54", "W/m2"},    {"2N", "dB"},
    {"VLT", "V"},         {"2Z", "mV"},      {"AMP", "A"},    {"4K", "mA"},       {"WTT", "W"},
    {"KWT", "kW"},        {"KWH", "kW.h"},   {"WHR", "W.h"},  {"HTZ", "Hz"},      {"KHZ", "kHz"},
    {"LTR", "L"},         {"MTQ", "m3"},     {"SEC", "s"},    {"MIN", "min"},     {"HUR", "h"},
    {"KGM", "kg"},        {"GRM", "g"},      {"MSK", "m/s2"}, {"IE", "{person}"}, {"HN", "mm[Hg]"},
    {"F79", "[in_i'Hg]"}, {"C31", "mW"},     {"MAW", "MW"},   {"MWH", "MW.h"},    {"JOU", "J"},
    {"KJO", "kJ"},        {"3B", "MJ"},      {"KVT", "kV"},   {"MHZ", "MHz"},     {"FOT", "[ft_i]"},
    {"INH", "[in_i]"},
}};

}  // namespace

std::string_view ucum_of_uncefact(std::string_view code) {
  for (const Code& known : codes) {
    if (known.uncefact == code) return known.ucum;
  }
  return {};
}

void name_by_model(std::string_view type, RawReading& reading) {
  const std::string_view name = reading.name;
  const auto* const text = std::get_if<std::string_view>(&reading.value);
  if (type == "ParkingSpot" && name == "status") {
    if (text != nullptr && (*text == "free" || *text == "occupied")) {
      reading.name = "parking_occupied";
    }
    return;
  }
  if (type == "Streetlight" && name == "powerState") {
    if (text != nullptr && (*text == "on" || *text == "off")) reading.name = "switch_state";
    return;
  }
  if (name == "relativeHumidity") {
    // The models say 0 to 1. What is more can only be a percentage: that stays an assumption.
    double number = 2;
    if (const auto* real = std::get_if<double>(&reading.value)) number = *real;
    if (const auto* whole = std::get_if<std::int64_t>(&reading.value)) {
      number = static_cast<double>(*whole);
    }
    reading.name = "relative_humidity";
    if (number <= 1) set_unit(reading, "1");
    return;
  }
  for (const ModelField& known : model_fields) {
    if (known.field.name == name && (known.type.empty() || known.type == type)) {
      return name_by(known.field, reading);
    }
  }
}

}  // namespace senne::decode
