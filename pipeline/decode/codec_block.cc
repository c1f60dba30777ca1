#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "core/vocabulary.h"
#include "pipeline/decode/codec_reading.h"
#include "pipeline/decode/table_codec.h"

namespace senne::decode {
namespace {

bool is_integer(CodecType type) { return type >= CodecType::u8 && type <= CodecType::i32; }

bool is_signed(CodecType type) {
  return type == CodecType::i8 || type == CodecType::i16 || type == CodecType::i24 ||
         type == CodecType::i32;
}

// Where the byte stands that is the i-th from the highest, of `size`.
std::size_t place_of(std::size_t i, std::size_t size, ByteOrder order) {
  switch (order) {
    case ByteOrder::little:
      return size - 1 - i;
    case ByteOrder::low_word:
      return i ^ 2;
    default:
      return i;
  }
}

std::uint32_t bits_of(std::string_view bytes, ByteOrder order) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = place_of(i, bytes.size(), order);
    bits = bits << 8 | static_cast<unsigned char>(bytes[at]);
  }
  return bits;
}

std::int64_t number_of(const CodecField& field, std::string_view bytes) {
  std::uint32_t bits = bits_of(bytes, *field.order);
  int width = static_cast<int>(8 * bytes.size());
  if (field.mask != 0) {
    bits = (bits & field.mask) >> std::countr_zero(field.mask);
    width = std::popcount(field.mask);
  }
  const std::int64_t number = bits;
  const bool negative = is_signed(field.type) && (bits >> (width - 1) & 1U) != 0;
  return negative ? number - (std::int64_t{1} << width) : number;
}

std::string_view text_of(CodecType type, std::string_view bytes, Decoded& out) {
  char text[4 * CodecTable::bytes_max];
  char* end = text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (type == CodecType::hex) {
      end = fmt::format_to(end, "{:02x}", byte);
    } else {
      end = fmt::format_to(end, "{}{}", end == text ? "" : ".", byte);
    }
  }
  return out.keep({text, static_cast<std::size_t>(end - text)});
}

Value value_of_word(const CodecWord& word) {
  if (const auto* flag = std::get_if<bool>(&word)) return *flag;
  return std::string_view(std::get<std::string>(word));
}

bool is_missing(const CodecField& field, std::int64_t number) {
  for (const std::int64_t missing : field.missing) {
    if (missing == number) return true;
  }
  return false;
}

std::optional<std::string> scale_fault(const CodecField& field) {
  const bool scaled = field.multiply != 1 || field.add != 0 || field.divide != 1;
  const bool text = field.type == CodecType::hex || field.type == CodecType::dotted;
  if (field.type == CodecType::derived && field.formula.empty()) {
    return "a field without `type` has a `formula`";
  }
  if (scaled && !field.formula.empty()) return "scaled twice: it has a `formula`";
  if (!field.values.empty() && (scaled || !field.formula.empty())) {
    return "both a number and one of `values`";
  }
  if (text && (scaled || !field.formula.empty() || !field.values.empty() ||
               !field.missing.empty() || !field.unit.empty())) {
    return "text is neither scaled nor listed and has no unit";
  }
  return std::nullopt;
}

std::optional<FieldFault> check_field(const CodecField& field, std::size_t index,
                                      std::size_t count) {
  const auto fault = [index](std::string key, std::string message) {
    return FieldFault{index, std::move(key), std::move(message)};
  };
  const bool sized = field.type >= CodecType::hex;
  if (sized != (field.bytes > 0)) {
    return fault(sized ? "type" : "bytes", "`bytes` goes with hex, dotted and skip, and only them");
  }
  if (field.type == CodecType::derived && field.at) {
    return fault("at", "a field without `type` takes no bytes");
  }
  if (field.order == ByteOrder::low_word && (sized || size_of(field) != 4)) {
    return fault("order", "`low_word` goes with numbers of four bytes only");
  }
  if (field.mask != 0) {
    if (!is_integer(field.type)) return fault("mask", "goes with whole numbers only");
    const std::size_t bits = 8 * size_of(field);
    const std::uint32_t run = field.mask >> std::countr_zero(field.mask);
    if ((run & (run + 1)) != 0 || (bits < 32 && field.mask >> bits != 0)) {
      return fault("mask", fmt::format("expected bits side by side among the lowest {}", bits));
    }
  }
  if (const auto message = scale_fault(field)) return fault("", *message);
  const bool integer = is_integer(field.type);
  if (!integer && (!field.values.empty() || !field.missing.empty())) {
    return fault(field.values.empty() ? "missing" : "values", "goes with whole numbers only");
  }
  if (field.use != CodecUse::reading) {
    if (!integer) return fault("use", "goes with whole numbers only");
    if (!field.property.empty()) return fault("use", "such a field is no `property`");
    return std::nullopt;
  }
  if (field.property.empty() && field.type == CodecType::derived) {
    return fault("", "missing key `property`");
  }
  if (!field.formula.empty()) {
    if (auto compiled = Formula::compile(field.formula, count); !compiled) {
      return fault("formula", compiled.error());
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldFault> check_fields(const std::vector<CodecField>& fields) {
  if (fields.size() > Formula::numbers_max) {
    return FieldFault{Formula::numbers_max, "",
                      fmt::format("more than {} fields", Formula::numbers_max)};
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (auto fault = check_field(fields[i], i, fields.size())) return fault;
    end = fields[i].at.value_or(end) + size_of(fields[i]);
    if (end > CodecTable::bytes_max) {
      return FieldFault{i, "", fmt::format("ends after {} bytes", CodecTable::bytes_max)};
    }
  }
  return std::nullopt;
}

CodecBlock::CodecBlock(const std::vector<CodecField>& fields) : numbers_(fields.size(), 0.0) {
  std::size_t end = 0;
  for (const CodecField& field : fields) {
    SENNE_CHECK(field.order.has_value());
    Place place{&field, field.at.value_or(end), size_of(field), std::nullopt,
                find_property(field.property) == nullptr};
    if (!field.formula.empty()) {
      auto formula = Formula::compile(field.formula, fields.size());
      SENNE_CHECK(formula.has_value());
      place.formula = std::move(*formula);
    }
    if (field.type != CodecType::derived) end = place.at + place.size;
    if (field.use == CodecUse::time) has_time_ = true;
    size_ = std::max(size_, end);
    places_.push_back(std::move(place));
  }
}

std::optional<DeadLetterReason> CodecBlock::value_of(CodecReading& reading, const Place& place,
                                                     std::string_view bytes, std::int64_t number,
                                                     Value& value) const {
  const CodecField& field = *place.field;
  if (field.type == CodecType::hex || field.type == CodecType::dotted) {
    value = text_of(field.type, bytes, reading.out);
    return std::nullopt;
  }
  if (!field.values.empty()) {
    for (const CodecValue& one : field.values) {
      if (one.number != number) continue;
      value = value_of_word(one.means);
      return std::nullopt;
    }
    if (!field.otherwise) return DeadLetterReason::bad_value;
    value = value_of_word(*field.otherwise);
    return std::nullopt;
  }
  double result = 0;
  if (place.formula) {
    const std::size_t own = static_cast<std::size_t>(&place - places_.data());
    result = place.formula->evaluate(numbers_[own], numbers_);
  } else if (field.type == CodecType::float32) {
    const double sent = std::bit_cast<float>(bits_of(bytes, *field.order));
    result = (sent * static_cast<double>(field.multiply) + static_cast<double>(field.add)) /
             static_cast<double>(field.divide);
  } else {
    const std::int64_t whole = number * field.multiply + field.add;
    if (field.divide == 1) {
      value = whole;
      return std::nullopt;
    }
    result = static_cast<double>(whole) / static_cast<double>(field.divide);
  }
  if (!std::isfinite(result)) return DeadLetterReason::bad_value;
  value = result;
  return std::nullopt;
}

bool CodecBlock::read(CodecReading& reading, std::string_view bytes, std::string_view channel,
                      SentTime& time) {
  const auto part = [&](const Place& place) { return bytes.substr(place.at, place.size); };
  const auto fits = [&](const Place& place) { return place.at + place.size <= bytes.size(); };
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    if (!fits(place)) continue;
    if (is_integer(place.field->type)) {
      const std::int64_t number = number_of(*place.field, part(place));
      numbers_[i] = static_cast<double>(number);
      if (place.field->use == CodecUse::time) {
        time.start = instant_from_nanos(number * 1'000'000'000);
      } else if (place.field->use == CodecUse::channel) {
        channel = reading.out.keep(fmt::format_int(number).str());
      }
    } else if (place.field->type == CodecType::float32) {
      numbers_[i] = std::bit_cast<float>(bits_of(part(place), *place.field->order));
    }
  }
  for (const Place& place : places_) {
    const CodecField& field = *place.field;
    if (field.property.empty()) continue;
    // What is derived needs the whole block.
    if (!fits(place) || (place.formula && size_ > bytes.size())) continue;
    std::int64_t number = 0;
    if (is_integer(field.type)) {
      number = number_of(field, part(place));
      if (is_missing(field, number)) continue;
    }
    RawReading one;
    one.name = field.property;
    one.raw = place.raw;
    one.channel = field.channel.empty() ? channel : std::string_view(field.channel);
    one.unit = field.unit;
    if (!field.unit.empty()) one.unit_system = UnitSystem::ucum;
    const bool derived = field.type == CodecType::derived;
    one.bad =
        value_of(reading, place, derived ? std::string_view{} : part(place), number, one.value);
    if (!reading.append(one)) return false;
  }
  return true;
}

std::string_view CodecBlock::first_beyond(std::size_t bytes) const {
  for (const Place& place : places_) {
    if (!place.field->property.empty() && place.at + place.size > bytes) {
      return place.field->property;
    }
  }
  return "truncated";
}

}  // namespace senne::decode
