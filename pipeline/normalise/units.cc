#include "pipeline/normalise/units.h"

#include <array>
#include <optional>
#include <string>

namespace senne::normalise {
namespace {

constexpr Conversion times(double numerator, double denominator = 1) {
  return {0, numerator, denominator};
}
constexpr Conversion over(double denominator) { return {0, 1, denominator}; }

using enum Spelling;

// Fractions of whole numbers where there is one: a factor that is rounded itself would be a
// rounding more.
constexpr double degrees_per_radian = 57.29577951308232087680;  // 180 / pi
// m/s2, exact: CGPM 3 (1901), UCUM [g]
constexpr Conversion standard_gravity = times(980'665, 100'000);
constexpr Conversion standard_gravity_thousandth = times(980'665, 100'000'000);
// To hPa. UCUM defines m[Hg] as 133.3220 kPa, [in_i] as 2.54 cm, and [psi] as [lbf_av]/[in_i]2,
// which is 4.4482216152605 N on 6.4516 cm2.
constexpr Conversion millimetre_mercury = times(133'322, 100'000);
constexpr Conversion inch_mercury = times(33'863'788, 1'000'000);
constexpr Conversion pound_per_square_inch = times(44'482'216'152'605, 645'160'000'000);

constexpr UnitRow rows[] = {
    // SI Brochure 9, 2.3.1: t/Cel = T/K - 273.15. UCUM [degF]: 5/9 K, zero at 32.
    {"Cel", "K", ucum, {273.15, 1, 1}},
    {"Cel", "[degF]", ucum, {32, 5, 9}},
    {"Cel", "mCel", ucum, over(1000)},
    {"Cel", "cCel", ucum, over(100)},
    {"Cel", "dCel", ucum, over(10)},
    {"Cel", "°C", other},
    {"Cel", "℃", other},
    {"Cel", "degC", other},
    {"Cel", "Celsius", other},
    {"Cel", "celsius", other},
    {"Cel", "°F", other, {32, 5, 9}},
    {"Cel", "℉", other, {32, 5, 9}},
    {"Cel", "degF", other, {32, 5, 9}},
    {"Cel", "Fahrenheit", other, {32, 5, 9}},
    {"Cel", "fahrenheit", other, {32, 5, 9}},
    {"Cel", "Kelvin", other, {273.15, 1, 1}},
    {"Cel", "kelvin", other, {273.15, 1, 1}},

    {"%", "1", ucum, times(100)},
    {"%", "[ppth]", ucum, over(10)},
    {"%", "m3/m3", ucum, times(100), "soil_moisture"},
    {"%", "cm3/cm3", ucum, times(100), "soil_moisture"},
    {"%", "/", senml, times(100)},
    {"%", "/100", senml},
    {"%", "/1000", senml, over(10)},
    {"%", "%RH", senml, {}, "relative_humidity"},
    {"%", "%EL", senml, {}, "battery_level"},
    {"%", "%RH", other, {}, "relative_humidity"},
    {"%", "%rH", other, {}, "relative_humidity"},
    {"%", "%rh", other, {}, "relative_humidity"},
    {"%", "percent", other},

    {"hPa", "Pa", ucum, over(100)},
    {"hPa", "daPa", ucum, over(10)},
    {"hPa", "kPa", ucum, times(10)},
    {"hPa", "MPa", ucum, times(10000)},
    {"hPa", "mbar", ucum},
    {"hPa", "bar", ucum, times(1000)},
    {"hPa", "atm", ucum, times(1013.25)},
    {"hPa", "mm[Hg]", ucum, millimetre_mercury},
    {"hPa", "[in_i'Hg]", ucum, inch_mercury},
    {"hPa", "[psi]", ucum, pound_per_square_inch},
    {"hPa", "mmHg", other, millimetre_mercury},
    {"hPa", "inHg", other, inch_mercury},
    {"hPa", "psi", other, pound_per_square_inch},
    {"hPa", "mb", informal},

    {"lx", "klx", ucum, times(1000)},
    {"lx", "mlx", ucum, over(1000)},
    {"lx", "lux", other},
    {"lx", "Lux", other},

    {"W/m2", "kW/m2", ucum, times(1000)},
    {"W/m2", "mW/m2", ucum, over(1000)},
    {"W/m2", "mW/cm2", ucum, times(10)},
    {"W/m2", "uW/cm2", ucum, over(100)},
    {"W/m2", "W.m-2", ucum},

    {"mm", "cm", ucum, times(10)},
    {"mm", "m", ucum, times(1000)},
    {"mm", "um", ucum, over(1000)},
    {"mm", "[in_i]", ucum, {0, 254, 10}},
    {"mm", "L/m2", ucum},  // a litre over a square metre stands one millimetre high
    {"mm", "l/m2", ucum},
    {"mm", "inch", other, {0, 254, 10}},

    {"mm/h", "mm/min", ucum, times(60)},
    {"mm/h", "mm/s", ucum, times(3600)},
    {"mm/h", "mm/d", ucum, over(24)},
    {"mm/h", "cm/h", ucum, times(10)},
    {"mm/h", "m/h", ucum, times(1000)},
    {"mm/h", "m/s", ucum, times(3'600'000)},
    {"mm/h", "[in_i]/h", ucum, {0, 254, 10}},
    {"mm/h", "L/m2/h", ucum},
    {"mm/h", "L/(m2.h)", ucum},
    {"mm/h", "mm/hr", other},

    {"m", "um", ucum, over(1'000'000)},
    {"m", "mm", ucum, over(1000)},
    {"m", "cm", ucum, over(100)},
    {"m", "dm", ucum, over(10)},
    {"m", "km", ucum, times(1000)},
    {"m", "[in_i]", ucum, times(254, 10000)},
    {"m", "[ft_i]", ucum, times(3048, 10000)},
    {"m", "[yd_i]", ucum, times(9144, 10000)},
    {"m", "[mi_i]", ucum, times(1609344, 1000)},
    {"m", "metre", other},
    {"m", "inch", other, times(254, 10000)},
    {"m", "ft", informal, times(3048, 10000)},  // UCUM: femtotonne

    {"ug/m3", "mg/m3", ucum, times(1000)},
    {"ug/m3", "g/m3", ucum, times(1'000'000)},
    {"ug/m3", "kg/m3", ucum, times(1'000'000'000)},
    {"ug/m3", "ng/m3", ucum, over(1000)},
    {"ug/m3", "ug/L", ucum, times(1000)},
    {"ug/m3", "ug.m-3", ucum},
    {"ug/m3", "mg.m-3", ucum, times(1000)},

    {"[ppm]", "[ppb]", ucum, over(1000)},
    {"[ppm]", "%", ucum, times(10'000)},
    {"[ppm]", "1", ucum, times(1'000'000)},
    {"[ppm]", "/", senml, times(1'000'000)},
    {"[ppm]", "ppm", senml},
    {"[ppm]", "ppm", other},
    {"[ppm]", "ppb", other, over(1000)},

    {"[ppb]", "[ppm]", ucum, times(1000)},
    {"[ppb]", "[pptr]", ucum, over(1000)},
    {"[ppb]", "/", senml, times(1'000'000'000)},
    {"[ppb]", "ppm", senml, times(1000)},
    {"[ppb]", "ppb", other},
    {"[ppb]", "ppm", other, times(1000)},

    // UCUM has no weighting of sound levels: contract and sources both leave it to the property.
    {"dB[SPL]", "B[SPL]", ucum, times(10)},
    {"dB[SPL]", "dB", ucum},
    {"dB[SPL]", "dB", senml},
    {"dB[SPL]", "dB(A)", other},
    {"dB[SPL]", "dB[A]", other},
    {"dB[SPL]", "dBA", other},
    {"dB[SPL]", "dBa", other},
    {"dB[SPL]", "dbA", other},
    {"dB[SPL]", "dB(a)", other},
    {"dB[SPL]", "dB SPL", other},

    // rssi is relative to 1 mW; a level relative to 1 W is 30 dB lower (RFC 8798: dBm).
    {"dB", "B", ucum, times(10)},
    {"dB", "dB[W]", ucum, {-30, 1, 1}, "rssi"},
    {"dB", "dBW", senml, {-30, 1, 1}, "rssi"},
    {"dB", "dBm", senml, {}, "rssi"},
    {"dB", "dBW", other, {-30, 1, 1}, "rssi"},
    {"dB", "dBm", other, {}, "rssi"},
    {"dB", "dB[mW]", other, {}, "rssi"},
    {"dB", "dBmW", other, {}, "rssi"},

    // [kn_i] is one nautical mile (1852 m) an hour, [mi_i] is 1609.344 m.
    {"m/s", "cm/s", ucum, over(100)},
    {"m/s", "mm/s", ucum, over(1000)},
    {"m/s", "m.s-1", ucum},
    {"m/s", "m/min", ucum, over(60)},
    {"m/s", "km/h", ucum, times(5, 18)},
    {"m/s", "km.h-1", ucum, times(5, 18)},
    {"m/s", "[kn_i]", ucum, times(463, 900)},
    {"m/s", "[nmi_i]/h", ucum, times(463, 900)},
    {"m/s", "[mi_i]/h", ucum, times(1397, 3125)},
    {"m/s", "[ft_i]/s", ucum, times(3048, 10000)},
    {"m/s", "kmh", other, times(5, 18)},
    {"m/s", "knots", other, times(463, 900)},
    {"m/s", "kph", informal, times(5, 18)},       // UCUM: kilophot
    {"m/s", "mph", informal, times(1397, 3125)},  // UCUM: milliphot

    {"km/h", "m/s", ucum, times(18, 5)},
    {"km/h", "km.h-1", ucum},
    {"km/h", "m.s-1", ucum, times(18, 5)},
    {"km/h", "[kn_i]", ucum, times(1852, 1000)},
    {"km/h", "[mi_i]/h", ucum, times(1609344, 1'000'000)},
    {"km/h", "kmh", other},
    {"km/h", "knots", other, times(1852, 1000)},
    {"km/h", "kph", informal},
    {"km/h", "mph", informal, times(1609344, 1'000'000)},

    {"deg", "rad", ucum, times(degrees_per_radian)},
    {"deg", "mrad", ucum, times(0.05729577951308232087680)},
    {"deg", "'", ucum, over(60)},
    {"deg", "''", ucum, over(3600)},
    {"deg", "gon", ucum, times(9, 10)},
    {"deg", "circ", ucum, times(360)},
    {"deg", "lat", senml, {}, "latitude"},
    {"deg", "lon", senml, {}, "longitude"},
    {"deg", "°", other},
    {"deg", "degree", other},
    {"deg", "degrees", other},

    {"m/s2", "cm/s2", ucum, over(100)},
    {"m/s2", "mm/s2", ucum, over(1000)},
    {"m/s2", "m.s-2", ucum},
    {"m/s2", "Gal", ucum, over(100)},
    {"m/s2", "[g]", ucum, standard_gravity},
    {"m/s2", "m[g]", ucum, standard_gravity_thousandth},
    {"m/s2", "gravity", senml, standard_gravity},
    {"m/s2", "g", informal, standard_gravity},              // UCUM: gram
    {"m/s2", "mg", informal, standard_gravity_thousandth},  // UCUM: milligram

    {"V", "uV", ucum, over(1'000'000)},
    {"V", "mV", ucum, over(1000)},
    {"V", "kV", ucum, times(1000)},
    {"V", "volt", other},
    {"A", "uA", ucum, over(1'000'000)},
    {"A", "mA", ucum, over(1000)},
    {"A", "kA", ucum, times(1000)},
    {"W", "mW", ucum, over(1000)},
    {"W", "kW", ucum, times(1000)},
    {"W", "MW", ucum, times(1'000'000)},

    {"kW.h", "W.h", ucum, over(1000)},
    {"kW.h", "MW.h", ucum, times(1000)},
    {"kW.h", "J", ucum, over(3'600'000)},
    {"kW.h", "W.s", ucum, over(3'600'000)},
    {"kW.h", "kJ", ucum, over(3600)},
    {"kW.h", "MJ", ucum, times(10, 36)},
    {"kW.h", "GJ", ucum, times(10'000, 36)},
    {"kW.h", "Wh", senml, over(1000)},
    {"kW.h", "kWh", senml},
    {"kW.h", "Wh", other, over(1000)},
    {"kW.h", "kWh", other},
    {"kW.h", "MWh", other, times(1000)},

    {"Hz", "mHz", ucum, over(1000)},
    {"Hz", "kHz", ucum, times(1000)},
    {"Hz", "MHz", ucum, times(1'000'000)},
    {"Hz", "GHz", ucum, times(1'000'000'000)},
    {"Hz", "/s", ucum},
    {"Hz", "1/s", ucum},
    {"Hz", "s-1", ucum},
    {"Hz", "1/s", senml},
    {"Hz", "1/min", senml, over(60)},
    {"Hz", "/min", ucum, over(60)},

    // An annotation in braces is the unit 1: UCUM section 12.
    {"{person}", "1", ucum},
    {"{person}", "{count}", ucum},
    {"{person}", "{persons}", ucum},
    {"{person}", "{people}", ucum},
    {"{person}", "count", senml},
    {"{person}", "count", other},
    {"{vehicle}", "1", ucum},
    {"{vehicle}", "{count}", ucum},
    {"{vehicle}", "{vehicles}", ucum},
    {"{vehicle}", "count", senml},
    {"{vehicle}", "count", other},
    {"{pulse}", "1", ucum},
    {"{pulse}", "{count}", ucum},
    {"{pulse}", "{pulses}", ucum},
    {"{pulse}", "count", senml},
    {"{pulse}", "count", other},
    {"{vehicle}/h", "/h", ucum},
    {"{vehicle}/h", "1/h", ucum},
    {"{vehicle}/h", "{count}/h", ucum},
    {"{vehicle}/h", "{vehicle}/min", ucum, times(60)},
    {"{vehicle}/h", "/min", ucum, times(60)},
    {"{vehicle}/h", "{vehicle}/s", ucum, times(3600)},
    {"{vehicle}/h", "{vehicle}/d", ucum, over(24)},
    {"{vehicle}/h", "1/min", senml, times(60)},
    {"{vehicle}/h", "1/s", senml, times(3600)},

    {"1", "%", ucum, over(100)},
    {"1", "/", senml},
    {"1", "/100", senml, over(100)},
    {"1", "/1000", senml, over(1000)},
    {"1", "percent", other, over(100)},
};

bool readable(Spelling spelling, UnitSystem system) {
  switch (spelling) {
    case ucum:
    case other:
      return true;
    case senml:
      return system == UnitSystem::senml;
    case informal:
      return system == UnitSystem::none;
  }
  return false;
}

std::optional<Conversion> listed(const Property& property, std::string_view unit,
                                 UnitSystem system) {
  if (unit == property.unit) return Conversion{};
  for (const UnitRow& row : rows) {
    if (row.unit == unit && row.canonical == property.unit && readable(row.spelling, system) &&
        (row.only_property.empty() || row.only_property == property.name)) {
      return row.conversion;
    }
  }
  return std::nullopt;
}

// g/mol, from the IUPAC abridged standard atomic weights (2021): H 1.008, C 12.011, N 14.007,
// O 15.999, S 32.06.
struct Gas {
  std::string_view property;
  double molar_mass;
};
constexpr Gas gases[] = {{"no2", 46.005}, {"no", 30.006}, {"o3", 47.997},
                         {"so2", 64.058}, {"co", 28.010}, {"nh3", 17.031}};

// A volume mixing ratio of a gas as ug/m3 at the reference conditions of ambient air in the EU,
// 20 Cel and 101.3 kPa (Directive 2008/50/EC, Annex VI.B, which rounds to 293 K; EN 14211, EN
// 14212, EN 14625, EN 14626). 1 mol of gas takes R T / p.
std::optional<Conversion> mixing_ratio(const Property& property, std::string_view unit) {
  constexpr double gas_constant = 8.31446261815324;  // J/(mol.K), exact: SI Brochure 9
  constexpr double temperature = 293.15;             // K
  constexpr double pressure = 101'300;               // Pa
  const bool ppb = unit == "[ppb]" || unit == "ppb";
  const bool ppm = unit == "[ppm]" || unit == "ppm";
  if (!ppb && !ppm) return std::nullopt;
  for (const Gas& gas : gases) {
    if (gas.property != property.name) continue;
    // 1e-9 mol of the gas in a mol of air, times 1e6 ug/g.
    const double per_ppm = gas.molar_mass * pressure / (gas_constant * temperature);
    return ppm ? Conversion{0, per_ppm, 1} : Conversion{0, per_ppm, 1000};
  }
  return std::nullopt;
}

// Typography that is not UCUM and changes nothing: both mu characters, superscripts, carets and
// spaces.
std::string plain(std::string_view unit) {
  struct Replacement {
    std::string_view from;
    std::string_view to;
  };
  static constexpr std::array<Replacement, 6> replacements = {
      {{"\u00B5", "u"}, {"\u03BC", "u"}, {"\u00B2", "2"}, {"\u00B3", "3"}, {"^", ""}, {" ", ""}}};
  std::string text;
  while (!unit.empty()) {
    bool replaced = false;
    for (const Replacement& replacement : replacements) {
      if (!unit.starts_with(replacement.from)) continue;
      text += replacement.to;
      unit.remove_prefix(replacement.from.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    text += unit.front();
    unit.remove_prefix(1);
  }
  return text;
}

std::optional<Conversion> find(const Property& property, std::string_view unit, UnitSystem system) {
  if (const auto found = listed(property, unit, system)) return found;
  return mixing_ratio(property, unit);
}

}  // namespace

std::span<const UnitRow> unit_rows() { return rows; }

tl::expected<Conversion, DeadLetterReason> conversion(const Property& property,
                                                      std::string_view unit, UnitSystem system) {
  constexpr std::size_t longest = 32;
  if (property.kind == PropertyKind::number && !unit.empty() && unit.size() <= longest) {
    if (const auto found = find(property, unit, system)) return *found;
    if (const auto found = find(property, plain(unit), system)) return *found;
  }
  return tl::unexpected(DeadLetterReason::bad_unit);
}

}  // namespace senne::normalise
