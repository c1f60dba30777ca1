#include "pipeline/decode/lorawan.h"

#include <algorithm>

#include "pipeline/decode/text_value.h"

namespace senne::decode {

std::size_t split_topic(std::string_view topic, std::span<std::string_view> levels) {
  std::size_t count = 0;
  while (true) {
    const auto slash = topic.find('/');
    if (count < levels.size()) levels[count] = topic.substr(0, slash);
    ++count;
    if (slash == std::string_view::npos) return count;
    topic.remove_prefix(slash + 1);
  }
}

std::string_view last_level(std::string_view topic) {
  const auto slash = topic.rfind('/');
  return slash == std::string_view::npos ? topic : topic.substr(slash + 1);
}

std::optional<Location> location_at(std::optional<double> latitude, std::optional<double> longitude,
                                    std::optional<double> altitude) {
  if (!latitude || !longitude) return std::nullopt;
  return Location{*latitude, *longitude, altitude};
}

std::optional<Location> location_of(object place) {
  return location_at(number_member(place, "latitude"), number_member(place, "longitude"),
                     number_member(place, "altitude"));
}

void hear(std::optional<double> rssi, std::optional<double> snr, Link& link) {
  if (!rssi || (link.rssi && *link.rssi >= *rssi)) return;
  link.rssi = rssi;
  link.snr = snr;
}

void hear(object gateway, std::string_view rssi, std::string_view snr, Link& link) {
  const auto number = [&](std::string_view name) {
    const auto text = text_member(gateway, name);
    return text ? double_in(*text) : number_member(gateway, name);
  };
  hear(number(rssi), number(snr), link);
}

void hear_all(object uplink, std::string_view gateways, std::string_view rssi, std::string_view snr,
              Link& link) {
  const auto all = array_member(uplink, gateways);
  if (!all) return;
  for (const auto item : *all) {
    object gateway;
    if (item.get(gateway) == simdjson::SUCCESS) hear(gateway, rssi, snr, link);
  }
}

std::optional<double> battery_of(std::optional<double> level) {
  constexpr double full = 254;
  if (!level || *level < 1 || *level > full) return std::nullopt;
  return *level / full * 100;
}

tl::unexpected<NotDecoded> only_heard(const Report& report, Decoded& out) {
  out.signs.push_back({report.device, report.other_device, out.link});
  return suppressed(SuppressedReason::status);
}

int port_of(object uplink, std::string_view name) {
  constexpr double port_max = 255;
  const auto port = number_member(uplink, name);
  return port && *port >= 0 && *port <= port_max ? static_cast<int>(*port) : 0;
}

void expect_reports(std::size_t count, std::size_t readings_limit, Decoded& out) {
  out.reports.reserve(std::min(count, readings_limit));
}

void add_report(Report report, std::size_t first, Decoded& out) {
  report.first_reading = first;
  report.reading_count = out.readings.size() - first;
  out.reports.push_back(report);
}

}  // namespace senne::decode
