#include "pipeline/normalise/quantity_text.h"

namespace senne::normalise {

const RawReading& with_unit_apart(const RawReading& reading, RouteNames& names,
                                  std::optional<RawReading>& scratch) {
  const auto* const text = std::get_if<std::string_view>(&reading.value);
  if (text == nullptr) return reading;
  // An exponent is no unit: `1e3` is a number as a whole, and so no text of this kind.
  const std::size_t digits = text->find_first_not_of("+-.0123456789");
  if (digits == 0 || digits == std::string_view::npos) return reading;
  const std::size_t unit = text->find_first_not_of(' ', digits);
  const std::size_t last = text->find_last_not_of(' ');
  if (unit == std::string_view::npos) return reading;
  scratch = reading;
  scratch->value = text->substr(0, digits);
  scratch->unit = text->substr(unit, last + 1 - unit);
  scratch->unit_system = UnitSystem::none;
  const Meaning& meaning = names.meaning(*scratch);
  const bool number = meaning.property != nullptr && meaning.property->kind == PropertyKind::number;
  return number && !meaning.bad ? *scratch : reading;
}

}  // namespace senne::normalise
