#include "pipeline/decode/senml_json.h"

#include <fmt/format.h>

#include "pipeline/decode/senml_record.h"

namespace senne::decode {

DecodeResult SenmlJsonDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const auto root = json_.parse(message);
  if (!root) return tl::unexpected(root.error());
  array records;
  if (root->get(records) != simdjson::SUCCESS) {
    return rejected(DeadLetterReason::malformed, "expected an array of SenML records at byte 0");
  }
  return decode(records, receive_time, out);
}

DecodeResult SenmlJsonDecoder::decode(array records, Instant receive_time, Decoded& out) {
  pack_.begin(receive_time, records.size(), out);
  std::size_t index = 0;
  for (const auto item : records) {
    object fields;
    if (item.get(fields) != simdjson::SUCCESS) {
      return rejected(DeadLetterReason::malformed,
                      fmt::format("expected a SenML record, that is an object, at /{}", index));
    }
    const auto record = read_senml_record(fields, index);
    if (!record) return tl::unexpected(record.error());
    if (auto appended = pack_.append_record(*record, index, out); !appended) return appended;
    ++index;
  }
  return pack_.finish(out);
}

}  // namespace senne::decode
