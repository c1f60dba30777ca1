// Times in JSON documents. A member that is there and cannot be read is `malformed`; one that is
// absent is nothing.
#pragma once

#include <optional>
#include <string_view>

#include "core/decoder.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/time_text.h"

namespace senne::decode {

// An integer, a number or a text of digits, in that unit.
SentTime epoch_time(element value, EpochUnit unit);
// RFC 3339, or an interval of two such times.
SentTime rfc3339_time(element value);

SentTime epoch_time_member(object from, TimeMember name, EpochUnit unit);
SentTime rfc3339_time_member(object from, TimeMember name);

}  // namespace senne::decode
