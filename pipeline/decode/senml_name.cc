#include "pipeline/decode/senml_name.h"

#include <algorithm>
#include <array>

#include "core/vocabulary.h"

namespace senne::decode {
namespace {

constexpr std::string_view separators = ":/-_.";
constexpr std::string_view dev_urn = "urn:dev:";

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool letter(char c) { return alphanumeric(c) && (c < '0' || c > '9'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char a, char b) { return a == lower(b); });
}

bool known(std::string_view name) { return find_alias(name).has_value(); }

// Where the identifier of `urn:dev:{subtype}:{identifier}` begins; npos if the text ends before.
std::size_t identifier_begin(std::string_view urn) {
  const auto colon = urn.find(':', dev_urn.size());
  if (colon == std::string_view::npos || colon + 1 >= urn.size()) return std::string_view::npos;
  return colon + 1;
}

std::string_view without_separator(std::string_view base) {
  if (!base.empty() && separators.find(base.back()) != std::string_view::npos) {
    base.remove_suffix(1);
  }
  return base;
}

SenmlName named(std::string_view device, std::string_view reading) {
  constexpr std::string_view eui_urn = "urn:dev:deveui:";
  SenmlName result{device, {}, reading};
  if (starts_with_ignoring_case(device, eui_urn) && device.size() == eui_urn.size() + 16) {
    result.device = device.substr(eui_urn.size());
    result.other_device = device;
  }
  return result;
}

}  // namespace

std::optional<SenmlName> split_senml_name(std::string_view base, std::string_view name,
                                          std::string_view joined) {
  const bool urn = starts_with_ignoring_case(joined, dev_urn);
  const std::string_view device = without_separator(base);
  if (!device.empty() && !name.empty() &&
      (!urn ||
       (device.size() > dev_urn.size() && identifier_begin(device) != std::string_view::npos))) {
    // A base name without a separator at its end, and a name that brings one.
    if (device.size() == base.size() && name.size() > 1 &&
        separators.find(name.front()) != std::string_view::npos) {
      name.remove_prefix(1);
    }
    return named(device, name);
  }
  joined = without_separator(joined);
  if (joined.empty()) return std::nullopt;
  if (urn) {
    const auto begin = identifier_begin(joined);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = joined.find_first_of(":/_", begin);
    if (end == std::string_view::npos) return named(joined, {});
    if (end == begin) return std::nullopt;
    return named(joined.substr(0, end), joined.substr(end + 1));
  }
  for (const std::string_view candidates : {"/", ":", "_-."}) {
    const auto at = joined.find_last_of(candidates);
    if (at == std::string_view::npos || at == 0 || at + 1 == joined.size()) continue;
    const auto reading = joined.substr(at + 1);
    const bool parts = candidates == "/" || (candidates == ":" && letter(reading.front())) ||
                       (candidates == "_-." && known(reading));
    if (parts) return named(joined.substr(0, at), reading);
  }
  if (known(joined)) return std::nullopt;
  return named(joined, {});
}

bool is_senml_name(std::string_view joined) {
  return !joined.empty() && alphanumeric(joined.front()) && has_senml_characters(joined);
}

bool has_senml_characters(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return alphanumeric(c) || separators.find(c) != std::string_view::npos;
  });
}

std::string_view name_of_senml_unit(std::string_view unit) {
  struct Quantity {
    std::string_view unit;
    std::string_view name;
  };
  constexpr std::array<Quantity, 16> quantities = {{{"Cel", "temperature"},
                                                    {"K", "temperature"},
                                                    {"degF", "temperature"},
                                                    {"%RH", "humidity"},
                                                    {"lon", "longitude"},
                                                    {"lat", "latitude"},
                                                    {"%EL", "battery_level"},
                                                    {"lx", "illuminance"},
                                                    {"Pa", "pressure"},
                                                    {"hPa", "pressure"},
                                                    {"V", "voltage"},
                                                    {"A", "current"},
                                                    {"W", "power"},
                                                    {"kWh", "energy"},
                                                    {"Wh", "energy"},
                                                    {"Hz", "frequency"}}};
  for (const auto& quantity : quantities) {
    if (quantity.unit == unit) return quantity.name;
  }
  return "value";
}

}  // namespace senne::decode
