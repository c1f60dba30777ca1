// MQTT reason codes in words.
#pragma once

#include <string>

namespace senne::ingest {

// MQTT 5, section 3.14.2.1: another client connected with our client id.
inline constexpr int session_taken_over = 0x8E;
// From here on a code is a refusal (MQTT 5, section 2.4; 3.1.1 knows 0x80 alone).
inline constexpr int first_refusal = 0x80;

// What a code of 0x80 and above says, and the number: "not authorised (0x87)".
std::string describe_reason(int code);

// The return code of an MQTT 3.1.1 CONNACK (section 3.2.2.3).
std::string describe_connect_return_code(int code);

}  // namespace senne::ingest
