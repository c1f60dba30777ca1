// The codec of a maker whose messages do not say of which model they are: each table of the maker's
// is tried.
//
// A message that one table alone takes, byte for byte and with nothing that it cannot read, is read
// by it. Of one that several take, that counts on which they agree: the same reading with the same
// value. The rest is not guessed: `raw.payload` has all bytes, as hexadecimal digits. Tables all of
// whose groups are there come before those of which it would be a part only.
//
// Costs about as much as reading the message once for each table.
//
// THREAD  one.
// OWNS    a codec for each table.
// FAILS   as PayloadCodec says; what no table takes is `Rejected{malformed}`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/codec_table.h"
#include "pipeline/decode/payload_codec.h"
#include "pipeline/decode/table_codec.h"

namespace senne::decode {

class FamilyCodec final : public PayloadCodec {
 public:
  // Of a table that has models.
  explicit FamilyCodec(const CodecTable& table);

  DecodeResult decode(const DevicePayload& payload, const Report& as, Decoded& out) override;

 private:
  std::string name_;
  std::vector<std::unique_ptr<TableCodec>> models_;
  // What the tables say of one message: the first that takes it, another, and what is common.
  Decoded said_;
  Decoded also_said_;
  std::vector<RawReading> agreed_;  // points into said_
  std::string digits_;
};

// The codec of a checked table, of either kind.
std::unique_ptr<PayloadCodec> make_codec(std::shared_ptr<const CodecTable> table);

}  // namespace senne::decode
