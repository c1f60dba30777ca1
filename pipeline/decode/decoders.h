// The formats that a route can have, each as a Decoder: docs/formats.md says what each one reads.
#pragma once

#include <memory>

#include "core/configuration.h"
#include "core/decoder.h"
#include "core/result.h"
#include "pipeline/decode/payload_codec.h"
#include "pipeline/decode/sparkplug_nodes.h"

namespace senne::decode {

// A decoder for this route. It keeps what it needs of the route (limits, the compiled mapping), not
// the route. A mapping must have passed `check_mapping`. `codecs` and `nodes`, which must outlive
// it, may be null: then no device has a codec, and what the format remembers ends with the decoder.
std::unique_ptr<Decoder> make_decoder(const Route& route, DeviceCodecs* codecs = nullptr,
                                      SparkplugNodes* nodes = nullptr);

// Whether a mapping can be compiled: every pointer is an RFC 6901 JSON Pointer, the time zone
// exists, a naive time has one.
//
// FAILS   configuration, naming the key of the mapping that is wrong.
Result<void> check_mapping(const Mapping& mapping);

}  // namespace senne::decode
