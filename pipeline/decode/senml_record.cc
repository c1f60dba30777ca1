#include "pipeline/decode/senml_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/decode/time_text.h"

namespace senne::decode {
namespace {

enum class Label { bn, bt, bu, bv, bs, bver, n, u, v, vs, vb, vd, s, t, ut };

// The letters of a short name as one number, which is quicker to compare; 0 of a longer name.
constexpr std::uint64_t packed(std::string_view text) {
  if (text.size() > 4) return 0;
  std::uint64_t letters = 1;  // so that a zero byte in front makes another number
  for (const char c : text) letters = letters << 8U | static_cast<unsigned char>(c);
  return letters;
}

struct LabelName {
  consteval LabelName(std::string_view text, Label which) : letters(packed(text)), label(which) {}
  std::uint64_t letters;
  Label label;
};
constexpr std::array<LabelName, 15> labels = {{{"n", Label::n},
                                               {"v", Label::v},
                                               {"u", Label::u},
                                               {"t", Label::t},
                                               {"vs", Label::vs},
                                               {"vb", Label::vb},
                                               {"vd", Label::vd},
                                               {"s", Label::s},
                                               {"bn", Label::bn},
                                               {"bt", Label::bt},
                                               {"bu", Label::bu},
                                               {"bv", Label::bv},
                                               {"bs", Label::bs},
                                               {"bver", Label::bver},
                                               {"ut", Label::ut}}};

bool is_value(Label label) {
  return label == Label::v || label == Label::vs || label == Label::vb || label == Label::vd ||
         label == Label::s;
}

bool read_text(element value, std::optional<std::string_view>& to) {
  if (to) return true;  // a label that occurs twice: the first counts
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  to = text;
  return true;
}

// A number, or the mark of one that is out of range.
bool read_number(element value, std::optional<SenmlNumber>& to) {
  if (to) return true;
  std::int64_t whole = 0;
  std::uint64_t wide = 0;
  double real = 0;
  std::string_view text;
  if (value.is_int64() && value.get(whole) == simdjson::SUCCESS) {
    to = SenmlNumber{Value(whole)};
  } else if (value.is_uint64() && value.get(wide) == simdjson::SUCCESS) {
    to = SenmlNumber{Value(wide)};
  } else if (value.is_double() && value.get(real) == simdjson::SUCCESS) {
    to = SenmlNumber{Value(real)};
  } else if (value.get(text) == simdjson::SUCCESS && beyond_double(text)) {
    to = SenmlNumber{};
  }
  return to.has_value();
}

bool read_seconds(element value, std::optional<std::int64_t>& to) {
  if (to) return true;
  std::int64_t whole = 0;
  if (value.is_int64() && value.get(whole) == simdjson::SUCCESS) {
    to = nanos_from_number(whole, EpochUnit::seconds);
  } else if (const auto number = as_number(value)) {
    to = nanos_from_number(*number, EpochUnit::seconds);
  }
  return to.has_value();
}

bool read_field(Label label, element value, SenmlRecord& record) {
  switch (label) {
    case Label::bn:
      return read_text(value, record.base_name);
    case Label::bt:
      return read_seconds(value, record.base_time);
    case Label::bu:
      return read_text(value, record.base_unit);
    case Label::bv:
      return read_number(value, record.base_value);
    case Label::bs:
      if (!record.base_sum) record.base_sum = as_number(value);
      return record.base_sum.has_value();
    case Label::n:
      return read_text(value, record.name);
    case Label::u:
      return read_text(value, record.unit);
    case Label::v:
      return read_number(value, record.value);
    case Label::vs:
      return read_text(value, record.text);
    case Label::vb: {
      bool flag = false;
      if (value.get(flag) != simdjson::SUCCESS) return false;
      if (!record.flag) record.flag = flag;
      return true;
    }
    case Label::vd:
      return read_text(value, record.data);
    case Label::s:
      return read_number(value, record.sum);
    case Label::t:
      return read_seconds(value, record.time);
    case Label::ut:
      return value.is_number();
    case Label::bver:
      return false;
  }
  return false;
}

}  // namespace

std::optional<double> SenmlNumber::as_double() const {
  if (!value) return std::nullopt;
  if (const auto* whole = std::get_if<std::int64_t>(&*value)) return static_cast<double>(*whole);
  if (const auto* wide = std::get_if<std::uint64_t>(&*value)) return static_cast<double>(*wide);
  return std::get<double>(*value);
}

tl::expected<SenmlRecord, NotDecoded> read_senml_record(object fields, std::size_t index) {
  SenmlRecord record;
  for (const auto field : fields) {
    const std::uint64_t letters = packed(field.key);
    const auto known = std::find_if(labels.begin(), labels.end(),
                                    [&](const LabelName& l) { return l.letters == letters; });
    if (known == labels.end()) {
      if (!field.key.ends_with('_')) continue;
      return rejected(
          DeadLetterReason::malformed,
          fmt::format("expected fields that are understood, found /{}/{}, which must be", index,
                      field.key));
    }
    if (known->label == Label::bver) {
      const auto version = as_number(field.value);
      if (version && *version > static_cast<double>(senml_version)) {
        return rejected(DeadLetterReason::unsupported_version,
                        fmt::format("expected SenML version {} or older at /{}/bver, found {}",
                                    senml_version, index, *version));
      }
      if (version && *version >= 1) continue;
    } else if (read_field(known->label, field.value, record)) {
      continue;
    } else if (is_value(known->label)) {
      if (!field.value.is_null()) record.wrong_value = true;
      continue;
    }
    return rejected(
        DeadLetterReason::malformed,
        fmt::format("expected a value that RFC 8428 allows at /{}/{}", index, field.key));
  }
  return record;
}

bool is_base64url(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1 || (padding > 0 && (text.size() + padding) % 4 != 0)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace senne::decode
