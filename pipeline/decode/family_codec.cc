#include "pipeline/decode/family_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/check.h"
#include "pipeline/decode/codec_reading.h"
#include "pipeline/decode/hex_text.h"
#include "pipeline/decode/json.h"

namespace senne::decode {
namespace {

constexpr std::size_t compared_readings_max = 1024;

bool same(const RawReading& a, const RawReading& b) {
  return a.name == b.name && a.channel == b.channel && a.unit == b.unit && a.value == b.value;
}

// What is true now: the earlier readings of a message are in reports of their own.
std::span<const RawReading> present(const Decoded& decoded) {
  SENNE_CHECK(!decoded.reports.empty());
  const Report& first = decoded.reports.front();
  if (first.historical) return {};
  return std::span(decoded.readings).subspan(first.first_reading, first.reading_count);
}

}  // namespace

FamilyCodec::FamilyCodec(const CodecTable& table) : name_(table.name) {
  for (const auto& model : table.models) models_.push_back(std::make_unique<TableCodec>(model));
}

DecodeResult FamilyCodec::decode(const DevicePayload& payload, const Report& as, Decoded& out) {
  if (payload.bytes.empty()) return suppressed(SuppressedReason::status);
  // What is compared may be more than the message may say.
  const DevicePayload compared{payload.bytes, payload.port, compared_readings_max};
  TableCodec* only = nullptr;
  auto best = TableCodec::Takes::no;
  std::size_t taken_by = 0;
  for (const auto& model : models_) {
    also_said_.clear();
    const auto takes = model->decode_whole(compared, as, also_said_);
    if (takes == TableCodec::Takes::no || takes < best) continue;
    if (takes > best) taken_by = 0;
    best = takes;
    if (++taken_by == 1) {
      only = model.get();
      std::swap(said_, also_said_);
      const auto readings = present(said_);
      agreed_.assign(readings.begin(), readings.end());
      continue;
    }
    std::erase_if(agreed_, [others = present(also_said_)](const RawReading& one) {
      return std::none_of(others.begin(), others.end(),
                          [&one](const RawReading& other) { return same(one, other); });
    });
  }
  if (taken_by == 1) return only->decode(payload, as, out);
  if (taken_by == 0) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a payload of one of the models of `{}`, found {} bytes "
                                "on port {} that fit none",
                                name_, payload.bytes.size(), payload.port));
  }

  Report report = as;
  report.first_reading = out.readings.size();
  CodecReading reading{payload, as, out};
  for (RawReading& one : agreed_) {
    one.name = out.keep_name(one.name);
    one.channel = out.keep(one.channel);
    one.unit = out.keep(one.unit);
    if (const auto* text = std::get_if<std::string_view>(&one.value)) one.value = out.keep(*text);
    if (!reading.append(one)) return too_many_readings(payload.readings_limit);
  }
  digits_.clear();
  append_hex(payload.bytes, digits_);
  RawReading bytes;
  bytes.name = "payload";
  bytes.raw = true;
  bytes.value = out.keep(digits_);
  if (!reading.append(bytes)) return too_many_readings(payload.readings_limit);
  report.reading_count = out.readings.size() - report.first_reading;
  out.reports.push_back(report);
  return {};
}

std::unique_ptr<PayloadCodec> make_codec(std::shared_ptr<const CodecTable> table) {
  if (!table->models.empty()) return std::make_unique<FamilyCodec>(*table);
  return std::make_unique<TableCodec>(std::move(table));
}

}  // namespace senne::decode
