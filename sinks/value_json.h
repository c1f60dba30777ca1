// The values of outgoing records as proto3 JSON, the same text wherever JSON leaves Senne.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "core/result.h"

namespace senne::sinks {

// Appends the wire format of `value`, maps in the order of their keys, so that equal values have
// equal bytes.
void append_protobuf(const google::protobuf::Message& value, std::string& bytes);

// Replaces `json` by the proto3 JSON (default options) of a message in wire format. `type` is its
// full name, such as senne.v1.WindowResult.
// FAILS  ErrorKind::damage when the bytes are no such message.
Result<void> protobuf_to_json(std::string_view type, const std::string& bytes, std::string& json);

}  // namespace senne::sinks
