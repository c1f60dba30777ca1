// The members of an NGSI entity, told apart by what they are for in one pass.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/decode/json.h"

namespace senne::decode {

// What an attribute that is no observation can say. Of several with one name the first counts.
enum class NgsiPart {
  id,
  at_id,
  type,
  at_type,
  location,
  reference_to_device,
  observed_from,
  observed_to,
  // When it was observed: the first of these that is there counts.
  date_observed,
  observation_date_time,
  time_instant,
  observed_at,
  bin_logged_time,
};
inline constexpr std::size_t ngsi_part_count = 13;

// THREAD  one.
// OWNS    nothing of the message.
class NgsiParts {
 public:
  explicit NgsiParts(std::size_t members_limit) : members_limit_(members_limit) {}

  // False when there are too many members.
  bool read(object attributes);

  const std::optional<element>& operator[](NgsiPart part) const {
    return parts_[static_cast<std::size_t>(part)];
  }
  // `id` or `@id`; `type` or `@type`, the first of several, short. Empty where there is none.
  std::string_view id() const;
  std::string_view type() const;
  // What may be observed, with short names, as it stands in the entity.
  const std::vector<std::pair<std::string_view, element>>& observed() const { return observed_; }

 private:
  std::size_t members_limit_;
  std::array<std::optional<element>, ngsi_part_count> parts_;
  std::vector<std::pair<std::string_view, element>> observed_;
};

}  // namespace senne::decode
