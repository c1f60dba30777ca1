// Scalars as JSON text (RFC 8259), appended to a line that is being written.
#pragma once

#include <string>
#include <string_view>

namespace senne::sinks {

// As a string in quotes, without line breaks; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& line, std::string_view text);

// The shortest decimal that reads back as the same double; as proto3 JSON has it, the strings
// "NaN", "Infinity" and "-Infinity" for what JSON has no number for.
void append_json_number(std::string& line, double number);

// Standard alphabet with padding, without quotes.
void append_base64(std::string& line, std::string_view bytes);

}  // namespace senne::sinks
