#include "pipeline/normalise/personal_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace senne::normalise {
namespace {

// Without letter case and separators, in order.
constexpr std::array<std::string_view, 33> personal = {
    "actioncode",  // typed in at a keypad
    "badgeid",
    "bluetoothaddress",
    "bssid",
    "cardid",
    "cardnumber",
    "carduid",
    "clientmac",
    "clientname",
    "contactpoint",  // Smart Data Models: name, e-mail and telephone
    "devicemac",
    "email",
    "firstname",
    "fullname",
    "imsi",
    "lastname",
    "licenceplate",
    "licenseplate",
    "mac",
    "macaddr",
    "macaddress",
    "msisdn",
    "numberplate",
    "phone",
    "phonenumber",
    "pincode",
    "platenumber",
    "rfid",
    "ssid",
    "telephone",
    "uid",  // of a badge: PN532, RC522, RDM6300
    "username",
    "vehicleplateidentifier"  // Smart Data Models
};
static_assert(std::is_sorted(personal.begin(), personal.end()));

constexpr std::size_t longest = 22;

bool is_personal(std::string_view level) {
  std::array<char, longest> folded{};
  std::size_t size = 0;
  for (const char c : level) {
    if (c == '_' || c == '-' || c == ' ') continue;
    if (size == longest) return false;
    folded[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return std::binary_search(personal.begin(), personal.end(),
                            std::string_view(folded.data(), size));
}

}  // namespace

bool names_a_person(std::string_view name) {
  while (!name.empty()) {
    const std::size_t end = name.find_first_of("./");
    if (is_personal(name.substr(0, end))) return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace senne::normalise
