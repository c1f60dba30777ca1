// The values of outgoing records as proto3 JSON, the same text wherever JSON leaves Senne.
//
// Written here because protobuf's own printer takes the way over the wire format and a type
// resolver, which costs fifty times the binary encoding; a test compares the two.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace senne::sinks {

// Appends the wire format of `value`, maps in the order of their keys, so that equal values have
// equal bytes.
void append_protobuf(const google::protobuf::Message& value, std::string& bytes);

// Appends the proto3 JSON of `value` (default options: fields without a value are left out), fields
// in the order of the schema, map entries in that of their keys. Knows the kinds of field that
// senne/v1 has: no integer of another kind than uint64, no float, no map but from string to double,
// no well-known type but Timestamp.
void append_json(const google::protobuf::Message& value, std::string& json);

}  // namespace senne::sinks
