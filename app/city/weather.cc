#include "app/city/weather.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace senne::city {
namespace {

// Of a wave with that period, in days; drifting phases keep one day from being like the next.
double wave(double day, double period_days, double phase) {
  return std::sin(2 * std::numbers::pi * (day / period_days + phase));
}

double bump(double hour, double centre, double width) {
  const double distance = (hour - centre) / width;
  return std::exp(-distance * distance / 2);
}

}  // namespace

Moment moment_at(Instant at) {
  // Winter time all year: a rhythm that is an hour off in summer is rhythm enough.
  const double day =
      std::chrono::duration<double>(at.time_since_epoch()).count() / 86'400 + 1 / 24.;
  const double whole = std::floor(day);
  const double of_year = std::fmod(day, 365.25);
  Moment moment;
  moment.hour = (day - whole) * 24;
  const auto weekday = static_cast<int>(std::fmod(whole + 4, 7));  // 1970-01-01 was a Thursday
  moment.weekend = weekday == 0 || weekday == 6;

  const double rush = bump(moment.hour, 8.25, 1.1) + 0.95 * bump(moment.hour, 17.5, 1.5);
  const double leisure = 0.45 * bump(moment.hour, 14, 3.5);
  moment.traffic =
      std::min(1.0, 0.06 + (moment.weekend ? 0.2 * rush + 1.2 * leisure : rush + leisure));
  const double season = -std::cos(2 * std::numbers::pi * (of_year - 15) / 365.25);  // -1 in January
  const double day_length = 12.2 + 4.2 * season;
  const double since_noon = (moment.hour - 12.75) / day_length;
  moment.daylight = std::max(0.0, std::cos(std::numbers::pi * since_noon));
  moment.school = !moment.weekend && ((moment.hour > 8.5 && moment.hour < 12) ||
                                      (moment.hour > 13 && moment.hour < 15.5));

  const double front = wave(day, 4.7, 0.1) + 0.6 * wave(day, 2.9, 0.7);
  moment.temperature_cel = 11 + 7.5 * season + 3 * front +
                           2.8 * std::cos(2 * std::numbers::pi * (moment.hour - 15) / 24);
  moment.humidity_percent =
      std::clamp(82 - 12 * season - 18 * moment.daylight + 6 * front, 25.0, 99.0);
  moment.pressure_hpa = 1014 - 9 * wave(day, 6.3, 0.4) - 4 * front;
  moment.wind_m_s = std::max(0.3, 3.4 + 1.8 * front + 0.8 * moment.daylight);
  moment.wind_from_deg = std::fmod(225 + 70 * wave(day, 5.1, 0.2) + 360, 360);
  return moment;
}

}  // namespace senne::city
