#include "pipeline/decode/payload_fields.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <tuple>

namespace senne::decode {

bool PayloadFields::append(object fields, const Covered* covered, Decoded& out) {
  covered_ = covered;
  path_.restart();
  return append_object(fields, out);
}

bool PayloadFields::append(std::string_view name, element value, Decoded& out) {
  covered_ = nullptr;
  path_.restart(name);
  return append_value(value, out);
}

bool PayloadFields::find_repeated_names(object fields) {
  names_.clear();
  for (const auto field : fields) {
    if (names_.size() == members_limit_) return false;
    names_.push_back({0, static_cast<std::uint32_t>(names_.size()), field.key});
  }
  const std::size_t first = repeated_.size();
  // Few names are compared each with those before; many are sorted, so that cost stays bounded
  // even where their hashes are alike.
  constexpr std::size_t few = 16;
  if (names_.size() <= few) {
    for (std::uint32_t i = 1; i < names_.size(); ++i) {
      const auto end = names_.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::any_of(names_.begin(), end,
                      [&](const Name& earlier) { return earlier.text == names_[i].text; })) {
        repeated_.push_back(i);
      }
    }
    return true;
  }
  for (Name& name : names_) name.hash = static_cast<std::uint32_t>(absl::HashOf(name.text));
  std::sort(names_.begin(), names_.end(), [](const Name& a, const Name& b) {
    return std::tie(a.hash, a.text, a.index) < std::tie(b.hash, b.text, b.index);
  });
  for (std::size_t i = 1; i < names_.size(); ++i) {
    const bool again = names_[i].hash == names_[i - 1].hash && names_[i].text == names_[i - 1].text;
    if (again) repeated_.push_back(names_[i].index);
  }
  std::sort(repeated_.begin() + static_cast<std::ptrdiff_t>(first), repeated_.end());
  return true;
}

bool PayloadFields::append_object(object fields, Decoded& out) {
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
    const auto step = path_.enter(field.key);
    within = append_value(field.value, out);
    path_.leave(step);
    if (!within) break;
  }
  repeated_.resize(first_repeated);
  return within;
}

bool PayloadFields::append_array(array items, Decoded& out) {
  std::size_t index = 0;
  for (const auto item : items) {
    const auto step = path_.enter(index++);
    const bool within = append_value(item, out);
    path_.leave(step);
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
      return path_.append(as_value(value, out), as_number(value), covered_, out);
  }
}

}  // namespace senne::decode
