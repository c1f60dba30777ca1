#include "pipeline/normalise/names.h"

// Inlined: most of what is hashed here is short, and a call would cost more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <utility>

#include "pipeline/normalise/personal_names.h"
#include "pipeline/normalise/utf8.h"

namespace senne::normalise {
namespace {

// `temperature_3`: several of one kind, as Cayenne LPP decoders write them. Names of one or two
// letters are left alone, and long numbers too: too much else is called that.
std::optional<NumberedName> several_of(std::string_view name) {
  constexpr std::size_t shortest_name = 3;
  constexpr std::size_t longest_number = 3;
  const auto several = numbered_name(name);
  if (!several || several->name.size() < shortest_name || several->number.size() > longest_number) {
    return std::nullopt;
  }
  return several;
}

std::string_view unit_of_route(const Route& route, std::string_view name) {
  if (route.units.empty()) return {};
  const auto found = route.units.find(std::string(name));
  return found == route.units.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace

std::size_t RouteNames::KeyHash::operator()(const Key& key) const {
  const auto mark = static_cast<XXH64_hash_t>(key.system) << 2 | (key.raw ? 2U : 0U) |
                    (key.has_channel ? 1U : 0U);
  const XXH64_hash_t name = XXH3_64bits_withSeed(key.name.data(), key.name.size(), mark);
  return key.unit.empty() ? name : XXH3_64bits_withSeed(key.unit.data(), key.unit.size(), name);
}

RouteNames::RouteNames(const Route& route) : route_(&route) {
  for (const auto& [name, unit] : route.units) {
    if (const auto several = numbered_name(name)) {
      channel_units_.emplace(std::pair(several->name, several->number), unit);
    }
  }
}

std::string_view RouteNames::unit_of_channel(const RawReading& reading) const {
  if (channel_units_.empty() || reading.channel.empty() || !reading.unit.empty()) return {};
  const auto found = channel_units_.find(std::pair(reading.name, reading.channel));
  return found == channel_units_.end() ? std::string_view{} : found->second;
}

const Meaning& RouteNames::meaning(const RawReading& reading) {
  Key key{reading.name, reading.unit, reading.unit_system, !reading.channel.empty(), reading.raw};
  if (const auto unit = unit_of_channel(reading); !unit.empty()) {
    key.unit = unit;
    key.system = UnitSystem::ucum;
  }
  if (const auto found = meanings_.find(key); found != meanings_.end()) {
    return found->second->meaning;
  }
  if (meanings_.size() >= meanings_max || key.name.size() > name_bytes_max ||
      key.unit.size() > name_bytes_max) {
    passing_ = work_out(key);
    return passing_;
  }
  auto remembered = std::make_unique<Remembered>();
  remembered->text.append(key.name).append(key.unit);
  remembered->meaning = work_out(key);
  const std::string_view text = remembered->text;
  const Key kept{text.substr(0, key.name.size()), text.substr(key.name.size()), key.system,
                 key.has_channel, key.raw};
  return meanings_.emplace(kept, std::move(remembered)).first->second->meaning;
}

Meaning RouteNames::work_out(const Key& key) const {
  Meaning meaning;
  if (key.name.size() > name_bytes_max) {
    meaning.bad = DeadLetterReason::limit;
    return meaning;
  }
  if (!is_utf8(key.name)) {
    meaning.bad = DeadLetterReason::bad_value;
    return meaning;
  }
  std::string_view assumed_unit;
  std::string_view route_unit = unit_of_route(*route_, key.name);
  const Property* const named =
      route_->format == Format::mapping ? find_property(key.name) : nullptr;
  if (key.raw) {
    meaning.property = nullptr;
  } else if (named != nullptr) {
    meaning.property = named;
  } else if (const auto alias = find_alias(key.name)) {
    meaning.property = alias->property;
    assumed_unit = alias->assumed_unit;
    meaning.channel = alias->channel;
  } else if (const auto several = several_of(key.name); several && !key.has_channel) {
    if (const auto base = find_alias(several->name)) {
      meaning.property = base->property;
      assumed_unit = base->assumed_unit;
      meaning.channel = base->channel;
      if (!meaning.channel.empty()) meaning.channel.push_back('.');
      meaning.channel.append(several->number);
      if (route_unit.empty()) route_unit = unit_of_route(*route_, several->name);
    }
  }
  meaning.alias = named == nullptr;
  if (meaning.property == nullptr) {
    meaning.personal = names_a_person(key.name);
    meaning.name.append("raw.").append(key.name.empty() ? std::string_view("value") : key.name);
    return meaning;
  }
  meaning.name = meaning.property->name;
  if (meaning.property->kind == PropertyKind::flag) return meaning;

  auto converted = tl::expected<Conversion, DeadLetterReason>{};
  if (!key.unit.empty()) {
    converted = conversion(*meaning.property, key.unit, key.system);
  } else if (!route_unit.empty()) {
    converted = conversion(*meaning.property, route_unit, UnitSystem::ucum);
  } else if (meaning.alias) {
    meaning.unit_assumed = true;
    converted = conversion(*meaning.property, assumed_unit, UnitSystem::ucum);
  }
  if (converted) {
    meaning.conversion = *converted;
  } else {
    meaning.bad = converted.error();
  }
  return meaning;
}

}  // namespace senne::normalise
