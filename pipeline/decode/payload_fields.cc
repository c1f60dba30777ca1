#include "pipeline/decode/payload_fields.h"

#include <algorithm>
#include <charconv>

#include "core/vocabulary.h"

namespace senne::decode {
namespace {

constexpr std::size_t channel_digits_max = 5;

bool known(std::string_view name) {
  return find_property(name) != nullptr || find_alias(name).has_value();
}

bool is_channel(std::string_view text) {
  return !text.empty() && text.size() <= channel_digits_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct NameAndChannel {
  std::string_view name;
  std::string_view channel;
};

// Splits `temperature_3`, but neither `pm2_5`, which is a name, nor `error_3`, which nobody knows.
NameAndChannel split_channel(std::string_view path) {
  const auto underscore = path.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0) return {path, {}};
  const auto digits = path.substr(underscore + 1);
  if (!is_channel(digits)) return {path, {}};
  const auto name = path.substr(0, underscore);
  if (known(path) || !known(name)) return {path, {}};
  return {name, digits};
}

}  // namespace

bool PayloadFields::append(object fields, const Covered* covered, Decoded& out) {
  covered_ = covered;
  path_.clear();
  channel_.clear();
  return append_object(fields, out);
}

bool PayloadFields::append(std::string_view name, element value, Decoded& out) {
  covered_ = nullptr;
  path_.assign(name);
  channel_.clear();
  return append_value(value, out);
}

bool PayloadFields::find_repeated_names(object fields) {
  names_.clear();
  for (const auto field : fields) {
    if (names_.size() == members_limit_) return false;
    names_.emplace_back(field.key, names_.size());
  }
  const std::size_t first = repeated_.size();
  // Few names are compared each with those before; many are sorted, so that cost stays bounded.
  constexpr std::size_t few = 16;
  if (names_.size() <= few) {
    for (std::size_t i = 1; i < names_.size(); ++i) {
      const auto end = names_.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(names_.begin(), end,
                      [&](const auto& earlier) { return earlier.first == names_[i].first; })) {
        repeated_.push_back(i);
      }
    }
    return true;
  }
  std::sort(names_.begin(), names_.end());
  for (std::size_t i = 1; i < names_.size(); ++i) {
    if (names_[i].first == names_[i - 1].first) repeated_.push_back(names_[i].second);
  }
  std::sort(repeated_.begin() + static_cast<std::ptrdiff_t>(first), repeated_.end());
  return true;
}

bool PayloadFields::append_object(object fields, Decoded& out) {
  const std::size_t path_size = path_.size();
  const std::size_t first_repeated = repeated_.size();
  if (!find_repeated_names(fields)) return false;
  std::size_t next_repeated = first_repeated;
  const std::size_t repeated_end = repeated_.size();
  std::size_t index = 0;
  bool within = true;
  for (const auto field : fields) {
    if (next_repeated < repeated_end && repeated_[next_repeated] == index++) {
      ++next_repeated;
      continue;
    }
    // `{"temperatureSensor":{"3":27.2}}`: a number is the channel of what stands around it.
    const bool channel = path_size > 0 && is_channel(field.key);
    std::string& text = channel ? channel_ : path_;
    const std::size_t text_size = text.size();
    if (text_size > 0) text.push_back('.');
    text.append(field.key);
    within = append_value(field.value, out);
    text.resize(text_size);
    if (!within) break;
  }
  repeated_.resize(first_repeated);
  return within;
}

bool PayloadFields::append_array(array items, Decoded& out) {
  const std::size_t channel_size = channel_.size();
  std::size_t index = 0;
  for (const auto item : items) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, index++).ptr;
    if (channel_size > 0) channel_.push_back('.');
    channel_.append(digits, end);
    const bool within = append_value(item, out);
    channel_.resize(channel_size);
    if (!within) return false;
  }
  return true;
}

bool PayloadFields::append_value(element value, Decoded& out) {
  switch (value.type()) {
    case element_type::OBJECT:
      return append_object(object(value), out);
    case element_type::ARRAY:
      return append_array(array(value), out);
    case element_type::NULL_VALUE:
      return true;
    default:
      return append_leaf(value, out);
  }
}

bool PayloadFields::append_leaf(element value, Decoded& out) {
  constexpr std::size_t longest = RawReading::name_bytes_max;
  if (path_.size() > longest || channel_.size() > longest) {
    if (!out.make_room(limit_)) return false;
    RawReading& reading = out.readings.emplace_back();
    reading.name = out.keep_name(path_);
    reading.channel = out.keep_name(channel_);
    reading.bad = DeadLetterReason::limit;
    return true;
  }
  const auto [name, channel] =
      channel_.empty() ? split_channel(path_) : NameAndChannel{path_, channel_};
  if (covered_ != nullptr && covered_->covers({path_, name, channel, as_number(value)})) {
    return true;
  }
  if (!out.make_room(limit_)) return false;
  RawReading& reading = out.readings.emplace_back();
  reading.name = out.keep(name);
  reading.channel = out.keep(channel);
  if (auto sent = as_value(value, out)) {
    reading.value = *sent;
  } else {
    reading.bad = DeadLetterReason::bad_value;
  }
  // A member named "" cannot be told from others of its kind.
  if (name.empty()) reading.bad = DeadLetterReason::malformed;
  return true;
}

}  // namespace senne::decode
