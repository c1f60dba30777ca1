// What the LoRaWAN network servers have in common: the place of an id in a topic, what gateways
// heard, batteries, ports.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/decoder.h"
#include "core/dev_eui.h"
#include "pipeline/decode/json.h"

namespace senne::decode {

// The levels of a topic, as many as fit; the true number is returned.
std::size_t split_topic(std::string_view topic, std::span<std::string_view> levels);

// What stands behind the last slash; the whole topic where there is none.
std::string_view last_level(std::string_view topic);

// A place of two coordinates, as stated; nothing unless both are there.
std::optional<Location> location_at(std::optional<double> latitude, std::optional<double> longitude,
                                    std::optional<double> altitude = std::nullopt);

// Latitude and longitude (and altitude) of an object that names them so; nothing unless both are
// numbers.
std::optional<Location> location_of(object place);

// Takes what one gateway heard, if it heard better than those before: the RSSI decides. A number,
// or a text that is one.
void hear(object gateway, std::string_view rssi, std::string_view snr, Link& link);
// The same of every gateway of a list.
void hear_all(object uplink, std::string_view gateways, std::string_view rssi, std::string_view snr,
              Link& link);
// Of numbers.
void hear(std::optional<double> rssi, std::optional<double> snr, Link& link);

// The battery of LoRaWAN's DevStatusAns as a percentage (LoRaWAN 1.0.4, 5.5): 0 is external power,
// 1 to 254 from empty to full, 255 not measured.
std::optional<double> battery_of(std::optional<double> level);

// A message that says nothing but that the device lives, with what is in `out.link`.
tl::unexpected<NotDecoded> only_heard(const Report& report, Decoded& out);

// The FPort of an uplink; 0 where it is none, or omitted.
int port_of(object uplink, std::string_view name);

// Room for so many reports, as far as the limit of readings allows them: of a message of many
// their reports are the most of what it costs.
void expect_reports(std::size_t count, std::size_t readings_limit, Decoded& out);

// Appends `report` with the readings of `out` from `first` on.
void add_report(Report report, std::size_t first, Decoded& out);

}  // namespace senne::decode
