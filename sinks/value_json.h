// The values of outgoing records as proto3 JSON, the same text wherever JSON leaves Senne.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace senne::sinks {

// Appends the wire format of `value`, maps in the order of their keys, so that equal values have
// equal bytes.
void append_protobuf(const google::protobuf::Message& value, std::string& bytes);

// Replaces `json` by the proto3 JSON of `value` (default options), map entries in the order of
// their keys. `scratch` is overwritten.
void to_json(const google::protobuf::Message& value, std::string& scratch, std::string& json);

}  // namespace senne::sinks
