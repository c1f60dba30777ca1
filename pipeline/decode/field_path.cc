#include "pipeline/decode/field_path.h"

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
  const auto several = numbered_name(path);
  if (!several || known(path) || !known(several->name)) return {path, {}};
  return {several->name, several->number};
}

}  // namespace

void FieldPath::restart(std::string_view name) {
  path_.assign(name);
  channel_.clear();
}

FieldPath::Step FieldPath::enter(std::string_view member) {
  // `{"temperatureSensor":{"3":27.2}}`: a number is the channel of what stands around it.
  const bool channel = !path_.empty() && is_channel(member);
  std::string& text = channel ? channel_ : path_;
  const Step step{channel, text.size()};
  if (!text.empty()) text.push_back('.');
  text.append(member);
  return step;
}

FieldPath::Step FieldPath::enter(std::size_t index) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, index).ptr;
  const Step step{true, channel_.size()};
  if (!channel_.empty()) channel_.push_back('.');
  channel_.append(digits, end);
  return step;
}

bool FieldPath::append(const std::optional<Value>& value, std::optional<double> number,
                       const Covered* covered, Decoded& out) const {
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
  if (covered != nullptr && covered->covers({path_, name, channel, number})) return true;
  if (!out.make_room(limit_)) return false;
  RawReading& reading = out.readings.emplace_back();
  reading.name = out.keep(name);
  reading.channel = out.keep(channel);
  if (value) {
    reading.value = *value;
  } else {
    reading.bad = DeadLetterReason::bad_value;
  }
  // A member named "" cannot be told from others of its kind.
  if (name.empty()) reading.bad = DeadLetterReason::malformed;
  return true;
}

}  // namespace senne::decode
