#include "pipeline/decode/parts.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "pipeline/decode/json.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

bool concerns_all(DeadLetterReason reason) {
  return reason == DeadLetterReason::limit || reason == DeadLetterReason::too_deep ||
         reason == DeadLetterReason::identity_mismatch;
}

}  // namespace

Parts::Parts(std::string_view where, std::size_t count, std::size_t readings_limit, Decoded& out)
    : where_(where), limit_(readings_limit), out_(out) {
  expect_reports(count, limit_, out_);
}

void Parts::begin() {
  ++parts_;
  first_report_ = out_.reports.size();
  first_reading_ = out_.readings.size();
  out_.link = {};
}

DecodeResult Parts::end(DecodeResult result, std::string_view device) {
  if (result) {
    good_ = good_ || out_.reports.size() > first_report_;
    return result;
  }
  // What was read before the fault showed.
  out_.reports.resize(first_report_);
  out_.readings.resize(first_reading_);
  const auto* const why = std::get_if<Rejected>(&result.error());
  if (why == nullptr) {
    if (!failure_) failure_ = std::move(result.error());
    return {};
  }
  if (concerns_all(why->reason)) return result;
  if (!out_.make_room(limit_)) return too_many_readings(limit_);
  RawReading& reading = out_.readings.emplace_back();
  std::array<char, RawReading::name_bytes_max> place{};
  const auto end = fmt::format_to_n(place.data(), place.size(), "{}/{}", where_, parts_ - 1).out;
  reading.name = out_.keep({place.data(), static_cast<std::size_t>(end - place.data())});
  reading.bad = why->reason;
  Report report;
  report.device = device;
  add_report(report, first_reading_, out_);
  if (!failure_ || std::holds_alternative<Suppressed>(*failure_)) {
    failure_ = std::move(result.error());
  }
  return {};
}

std::optional<DecodeResult> Parts::finish() {
  // It is that of one device.
  if (parts_ > 1) out_.link = {};
  if (good_) return DecodeResult{};
  if (failure_) return tl::unexpected(std::move(*failure_));
  return std::nullopt;
}

}  // namespace senne::decode
