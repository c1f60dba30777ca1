#include "pipeline/decode/ngsi_parts.h"

#include <absl/container/flat_hash_map.h>

#include "pipeline/decode/ngsi_forms.h"

namespace senne::decode {
namespace {

using Roles = absl::flat_hash_map<std::string_view, std::optional<NgsiPart>>;

// Without a part: what describes the entity, nothing that it observed.
const Roles& roles() {
  static const Roles known = {
      {"id", NgsiPart::id},
      {"@id", NgsiPart::at_id},
      {"type", NgsiPart::type},
      {"@type", NgsiPart::at_type},
      {"location", NgsiPart::location},
      {"refDevice", NgsiPart::reference_to_device},
      {"dateObservedFrom", NgsiPart::observed_from},
      {"dateObservedTo", NgsiPart::observed_to},
      {"dateObserved", NgsiPart::date_observed},
      {"observationDateTime", NgsiPart::observation_date_time},
      {"TimeInstant", NgsiPart::time_instant},
      {"observedAt", NgsiPart::observed_at},
      {"binLoggedTime", NgsiPart::bin_logged_time},
      {"@context", std::nullopt},
      {"address", std::nullopt},
      {"name", std::nullopt},
      {"source", std::nullopt},
      {"dataProvider", std::nullopt},
      {"description", std::nullopt},
      {"dateCreated", std::nullopt},
      {"alternateName", std::nullopt},
      {"dateModified", std::nullopt},
      {"owner", std::nullopt},
      {"seeAlso", std::nullopt},
      {"areaServed", std::nullopt},
      {"createdAt", std::nullopt},
      {"scope", std::nullopt},
      {"modifiedAt", std::nullopt},
      {"deletedAt", std::nullopt},
      {"expiresAt", std::nullopt},
  };
  return known;
}

bool is_reference(std::string_view name) {
  return name.size() > 3 && name.starts_with("ref") && name[3] >= 'A' && name[3] <= 'Z';
}

// An attribute whose IRI ends so is none of these.
bool names_entity(NgsiPart part) {
  return part == NgsiPart::id || part == NgsiPart::at_id || part == NgsiPart::type ||
         part == NgsiPart::at_type;
}

}  // namespace

bool NgsiParts::read(object attributes) {
  static const Roles& known = roles();
  parts_ = {};
  observed_.clear();
  for (const auto attribute : attributes) {
    const std::string_view name = short_name(attribute.key);
    const auto role = known.find(name);
    if (role == known.end()) {
      if (is_reference(name)) continue;
      if (observed_.size() == members_limit_) return false;
      observed_.emplace_back(name, attribute.value);
    } else if (role->second && (!names_entity(*role->second) || name == attribute.key)) {
      auto& part = parts_[static_cast<std::size_t>(*role->second)];
      if (!part) part = attribute.value;
    }
  }
  return true;
}

std::string_view NgsiParts::id() const {
  for (const NgsiPart part : {NgsiPart::id, NgsiPart::at_id}) {
    std::string_view id;
    if (const auto& sent = (*this)[part]; sent && sent->get(id) == simdjson::SUCCESS) return id;
  }
  return {};
}

std::string_view NgsiParts::type() const {
  for (const NgsiPart part : {NgsiPart::type, NgsiPart::at_type}) {
    auto sent = (*this)[part];
    array several;
    if (sent && sent->get(several) == simdjson::SUCCESS) {
      sent = several.size() > 0 ? std::optional(several.at(0).value()) : std::nullopt;
    }
    std::string_view type;
    if (sent && sent->get(type) == simdjson::SUCCESS) return short_name(type);
  }
  return {};
}

}  // namespace senne::decode
