// One outgoing record as the line of JSON that `senne decode`, `senne tail` and the stdout sink
// print: {"topic","key","headers","value"}.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/sink.h"

namespace senne::sinks {

// Appends the line, without a newline. The headers say how to show the value: JSON as it is,
// protobuf of a known `ce_type` as proto3 JSON, anything else as base64. `topic` is the topic's
// full name.
void append_record_json(std::string& line, std::string_view topic, std::string_view key,
                        std::span<const Header> headers, std::string_view value);

}  // namespace senne::sinks
