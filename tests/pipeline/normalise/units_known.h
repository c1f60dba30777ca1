// What is known of each row of the unit table from elsewhere: how UDUNITS-2 spells it, or what it
// is exactly.
#pragma once

#include <map>
#include <string_view>
#include <vector>

namespace senne::normalise {

// What a code of ours is in UDUNITS. `h` and `g` are written out: elsewhere they are something
// else.
inline const std::map<std::string_view, const char*> spellings = {
    {"Cel", "celsius"},
    {"K", "kelvin"},
    {"Kelvin", "kelvin"},
    {"kelvin", "kelvin"},
    {"[degF]", "fahrenheit"},
    {"mCel", "millicelsius"},
    {"cCel", "centicelsius"},
    {"dCel", "decicelsius"},
    {"°C", "celsius"},
    {"℃", "celsius"},
    {"degC", "celsius"},
    {"Celsius", "celsius"},
    {"celsius", "celsius"},
    {"°F", "fahrenheit"},
    {"℉", "fahrenheit"},
    {"degF", "fahrenheit"},
    {"Fahrenheit", "fahrenheit"},
    {"fahrenheit", "fahrenheit"},

    {"%", "percent"},
    {"percent", "percent"},
    {"1", "1"},
    {"/", "1"},
    {"/100", "percent"},
    {"/1000", "0.001"},
    {"[ppth]", "0.001"},
    {"m3/m3", "m3/m3"},
    {"cm3/cm3", "cm3/cm3"},
    {"%RH", "percent"},
    {"%rH", "percent"},
    {"%rh", "percent"},
    {"%EL", "percent"},
    {"[ppm]", "ppm"},
    {"ppm", "ppm"},
    {"[ppb]", "ppb"},
    {"ppb", "ppb"},
    {"[pptr]", "ppt"},

    {"hPa", "hectopascal"},
    {"Pa", "pascal"},
    {"daPa", "dekapascal"},
    {"kPa", "kilopascal"},
    {"MPa", "megapascal"},
    {"mbar", "millibar"},
    {"mb", "millibar"},
    {"bar", "bar"},
    {"atm", "standard_atmosphere"},
    {"[psi]", "psi"},
    {"psi", "psi"},

    {"lx", "lux"},
    {"lux", "lux"},
    {"Lux", "lux"},
    {"klx", "kilolux"},
    {"mlx", "millilux"},

    {"W/m2", "watt/meter2"},
    {"W.m-2", "watt meter-2"},
    {"kW/m2", "kilowatt/meter2"},
    {"mW/m2", "milliwatt/meter2"},
    {"mW/cm2", "milliwatt/centimeter2"},
    {"uW/cm2", "microwatt/centimeter2"},

    {"um", "micrometer"},
    {"mm", "millimeter"},
    {"cm", "centimeter"},
    {"dm", "decimeter"},
    {"m", "meter"},
    {"metre", "meter"},
    {"km", "kilometer"},
    {"[in_i]", "international_inch"},
    {"inch", "international_inch"},
    {"[ft_i]", "international_foot"},
    {"ft", "international_foot"},
    {"[yd_i]", "international_yard"},
    {"[mi_i]", "international_mile"},
    {"L/m2", "liter/meter2"},
    {"l/m2", "liter/meter2"},

    {"mm/h", "millimeter/hour"},
    {"mm/hr", "millimeter/hour"},
    {"mm/min", "millimeter/minute"},
    {"mm/s", "millimeter/second"},
    {"mm/d", "millimeter/day"},
    {"cm/h", "centimeter/hour"},
    {"m/h", "meter/hour"},
    {"[in_i]/h", "international_inch/hour"},
    {"L/m2/h", "liter/meter2/hour"},
    {"L/(m2.h)", "liter/(meter2 hour)"},

    {"ug/m3", "microgram/meter3"},
    {"ug.m-3", "microgram meter-3"},
    {"mg/m3", "milligram/meter3"},
    {"mg.m-3", "milligram meter-3"},
    {"g/m3", "gram/meter3"},
    {"kg/m3", "kilogram/meter3"},
    {"ng/m3", "nanogram/meter3"},
    {"ug/L", "microgram/liter"},

    {"m/s", "meter/second"},
    {"m.s-1", "meter second-1"},
    {"cm/s", "centimeter/second"},
    {"m/min", "meter/minute"},
    {"km/h", "kilometer/hour"},
    {"km.h-1", "kilometer hour-1"},
    {"kmh", "kilometer/hour"},
    {"kph", "kilometer/hour"},
    {"[kn_i]", "international_knot"},
    {"[nmi_i]/h", "nautical_mile/hour"},
    {"knots", "international_knot"},
    {"[mi_i]/h", "international_mile/hour"},
    {"mph", "international_mile/hour"},
    {"[ft_i]/s", "international_foot/second"},

    {"deg", "angular_degree"},
    {"°", "angular_degree"},
    {"degree", "angular_degree"},
    {"degrees", "angular_degree"},
    {"lat", "angular_degree"},
    {"lon", "angular_degree"},
    {"rad", "radian"},
    {"mrad", "milliradian"},
    {"'", "angular_minute"},
    {"''", "angular_second"},
    {"gon", "0.0025 circle"},
    {"circ", "circle"},

    {"m/s2", "meter/second2"},
    {"m.s-2", "meter second-2"},
    {"cm/s2", "centimeter/second2"},
    {"mm/s2", "millimeter/second2"},
    {"Gal", "centimeter/second2"},
    {"[g]", "standard_free_fall"},
    {"gravity", "standard_free_fall"},
    {"g", "standard_free_fall"},
    {"m[g]", "0.001 standard_free_fall"},
    {"mg", "0.001 standard_free_fall"},

    {"V", "volt"},
    {"volt", "volt"},
    {"uV", "microvolt"},
    {"mV", "millivolt"},
    {"kV", "kilovolt"},
    {"A", "ampere"},
    {"uA", "microampere"},
    {"mA", "milliampere"},
    {"kA", "kiloampere"},
    {"W", "watt"},
    {"mW", "milliwatt"},
    {"kW", "kilowatt"},
    {"MW", "megawatt"},

    {"kW.h", "kilowatt hour"},
    {"kWh", "kilowatt hour"},
    {"W.h", "watt hour"},
    {"Wh", "watt hour"},
    {"MW.h", "megawatt hour"},
    {"MWh", "megawatt hour"},
    {"J", "joule"},
    {"W.s", "watt second"},
    {"kJ", "kilojoule"},
    {"MJ", "megajoule"},
    {"GJ", "gigajoule"},

    {"Hz", "hertz"},
    {"mHz", "millihertz"},
    {"kHz", "kilohertz"},
    {"MHz", "megahertz"},
    {"GHz", "gigahertz"},
    {"/s", "second-1"},
    {"1/s", "second-1"},
    {"s-1", "second-1"},
    {"/min", "minute-1"},
    {"1/min", "minute-1"},

    {"{person}", "1"},
    {"{persons}", "1"},
    {"{people}", "1"},
    {"{vehicle}", "1"},
    {"{vehicles}", "1"},
    {"{pulse}", "1"},
    {"{pulses}", "1"},
    {"{count}", "1"},
    {"count", "1"},
    {"{vehicle}/h", "hour-1"},
    {"{count}/h", "hour-1"},
    {"/h", "hour-1"},
    {"1/h", "hour-1"},
    {"{vehicle}/min", "minute-1"},
    {"{vehicle}/s", "second-1"},
    {"{vehicle}/d", "day-1"},
};

// Exactly (value - zero) * numerator / denominator, for what UDUNITS has not or has otherwise, and
// where its factor does not tell.
struct Exact {
  std::string_view canonical;
  std::string_view unit;
  std::string_view reason;
  long double zero = 0;
  long double numerator = 1;
  long double denominator = 1;
};

// In UDUNITS as well.
inline constexpr std::string_view offset = "zero is elsewhere";
inline constexpr std::string_view no_small_fraction = "the factor is no small fraction";
// Not, or of another size.
inline constexpr std::string_view mercury =
    "UCUM's metre of mercury is 133.3220 kPa, that of UDUNITS 133.322387415 kPa";
inline constexpr std::string_view level = "UDUNITS converts levels through a logarithm and back";

inline constexpr long double pi = 3.14159265358979323846264338327950288L;
// 0.45359237 kg * 9.80665 m/s2 on (0.0254 m)2, in hPa.
inline constexpr long double psi_numerator = 45'359'237.0L * 980'665;
inline constexpr long double psi_denominator = 645'160'000'000.0L;

inline const std::vector<Exact> exact = {
    {"Cel", "mCel", offset, 0, 1, 1000},
    {"Cel", "cCel", offset, 0, 1, 100},
    {"Cel", "dCel", offset, 0, 1, 10},
    {"Cel", "K", offset, 273.15L},
    {"Cel", "Kelvin", offset, 273.15L},
    {"Cel", "kelvin", offset, 273.15L},
    {"Cel", "[degF]", offset, 32, 5, 9},
    {"Cel", "°F", offset, 32, 5, 9},
    {"Cel", "℉", offset, 32, 5, 9},
    {"Cel", "degF", offset, 32, 5, 9},
    {"Cel", "Fahrenheit", offset, 32, 5, 9},
    {"Cel", "fahrenheit", offset, 32, 5, 9},
    {"hPa", "[psi]", no_small_fraction, 0, psi_numerator, psi_denominator},
    {"hPa", "psi", no_small_fraction, 0, psi_numerator, psi_denominator},
    {"deg", "rad", no_small_fraction, 0, 180, pi},
    {"deg", "mrad", no_small_fraction, 0, 180, 1000 * pi},
    {"hPa", "mm[Hg]", mercury, 0, 1'333'220, 1'000'000},
    {"hPa", "mmHg", mercury, 0, 1'333'220, 1'000'000},
    {"hPa", "[in_i'Hg]", mercury, 0, 1'333'220 * 254.0L, 10'000'000},  // 25.4 mm
    {"hPa", "inHg", mercury, 0, 1'333'220 * 254.0L, 10'000'000},
    {"dB[SPL]", "B[SPL]", level, 0, 10},
    {"dB[SPL]", "dB", level},
    {"dB[SPL]", "dB(A)", level},
    {"dB[SPL]", "dB[A]", level},
    {"dB[SPL]", "dBA", level},
    {"dB[SPL]", "dBa", level},
    {"dB[SPL]", "dbA", level},
    {"dB[SPL]", "dB(a)", level},
    {"dB[SPL]", "dB SPL", level},
    {"dB", "B", level, 0, 10},
    {"dB", "dB[W]", level, -30},  // 1 W is 30 dB over 1 mW
    {"dB", "dBW", level, -30},
    {"dB", "dBm", level},
    {"dB", "dB[mW]", level},
    {"dB", "dBmW", level},
};

}  // namespace senne::normalise
