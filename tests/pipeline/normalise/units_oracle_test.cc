// Every row of the unit table against UDUNITS-2, whose factors somebody else has written down.
//
// UDUNITS goes through base units and rounds at each step, in the worst case by 3 ulp of the
// largest number on the way: so far it is a witness. Where its factor is a small fraction p/q the
// exact value is known from there, and ours is held to it; where it is none, the exact value stands
// in units_known.h.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <udunits2.h>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "pipeline/normalise/units.h"
#include "tests/pipeline/normalise/units_known.h"
#include "tests/support/between.h"

namespace senne::normalise {
namespace {

using senne::testing::between;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

const Exact* find_exact(const UnitRow& row) {
  for (const Exact& entry : exact) {
    if (entry.canonical == row.canonical && entry.unit == row.unit) return &entry;
  }
  return nullptr;
}

class Udunits {
 public:
  Udunits() {
    ut_set_error_message_handler(ut_ignore);
    system_.reset(ut_read_xml(nullptr));
  }
  using Converter = std::unique_ptr<cv_converter, decltype(&cv_free)>;
  // Null where UDUNITS knows one of them not, or they measure different things.
  Converter converter(const char* from, const char* to) const {
    const Unit a(ut_parse(system_.get(), from, UT_UTF8), &ut_free);
    const Unit b(ut_parse(system_.get(), to, UT_UTF8), &ut_free);
    return {a && b ? ut_get_converter(a.get(), b.get()) : nullptr, &cv_free};
  }

 private:
  using Unit = std::unique_ptr<ut_unit, decltype(&ut_free)>;
  std::unique_ptr<ut_system, decltype(&ut_free_system)> system_{nullptr, &ut_free_system};
};

Udunits::Converter converter_of(const UnitRow& row) {
  static const Udunits udunits;
  const auto from = spellings.find(row.unit);
  const auto to = spellings.find(row.canonical);
  if (from == spellings.end() || to == spellings.end()) return {nullptr, &cv_free};
  return udunits.converter(from->second, to->second);
}

// The first fraction within `tolerance` of it. It means something as long as the product of its
// terms is small beside what fractions with such terms come near to any number.
struct Fraction {
  long double numerator;
  long double denominator;
};
std::optional<Fraction> simplest(double value, double tolerance) {
  constexpr long double product_max = 1e13L;
  long double rest = value;
  Fraction now{1, 0};
  Fraction before{0, 1};
  while (now.numerator * now.denominator <= product_max) {
    const long double whole = std::floor(rest);
    const Fraction next{whole * now.numerator + before.numerator,
                        whole * now.denominator + before.denominator};
    before = now;
    now = next;
    if (std::abs(now.numerator / now.denominator - static_cast<long double>(value)) <=
        static_cast<long double>(tolerance)) {
      return now.numerator * now.denominator <= product_max ? std::optional(now) : std::nullopt;
    }
    rest = 1 / (rest - whole);
  }
  return std::nullopt;
}

double random_value() {
  const int exponent = between(-20, 21);
  const auto mantissa = between<std::int64_t>(-(std::int64_t{1} << 53), std::int64_t{1} << 53);
  return std::ldexp(static_cast<double>(mantissa), exponent - 53);
}

std::string named(const UnitRow& row) { return fmt::format("{} -> {}", row.unit, row.canonical); }

// Within so many ulp of a number of that size.
void expect_near(const UnitRow& row, double value, long double ours, long double theirs,
                 long double size, int ulps) {
  const long double bound = ulps * static_cast<long double>(epsilon) * std::abs(size);
  if (std::abs(ours - theirs) <= bound) return;
  RC_FAIL(fmt::format("{}: {} became {}, expected {}", named(row), value, static_cast<double>(ours),
                      static_cast<double>(theirs)));
}

bool only_exact(const Exact& entry) { return entry.reason == mercury || entry.reason == level; }

TEST(UnitsOracle, every_row_of_the_table_is_in_a_list_of_this_test_and_no_list_has_more) {
  std::set<std::string_view> spelt;
  std::set<const Exact*> stated;
  for (const UnitRow& row : unit_rows()) {
    const Exact* const entry = find_exact(row);
    spelt.insert(row.canonical);
    stated.insert(entry);
    if (entry != nullptr && only_exact(*entry)) continue;
    spelt.insert(row.unit);
    EXPECT_NE(converter_of(row), nullptr) << named(row) << " is in no list of this test";
  }
  for (const auto& [unit, spelling] : spellings) {
    EXPECT_TRUE(spelt.contains(unit)) << unit << " is in no row";
  }
  for (const Exact& entry : exact) {
    EXPECT_TRUE(stated.contains(&entry)) << entry.unit << " is in no row";
  }
}

TEST(UnitsOracle, every_row_agrees_with_udunits) {
  std::size_t compared = 0;
  for (const UnitRow& row : unit_rows()) {
    if (const Exact* const entry = find_exact(row); entry != nullptr && only_exact(*entry))
      continue;
    const auto udunits = converter_of(row);
    ASSERT_NE(udunits, nullptr) << named(row);
    ++compared;
    // Temperatures pass through the kelvin.
    const double shift = row.canonical == "Cel" ? 273.15 : 0;
    const bool passed = rc::check(named(row), [&] {
      const double value = random_value();
      const double theirs = cv_convert_double(udunits.get(), value);
      expect_near(row, value, row.conversion(value), theirs, std::abs(theirs) + shift, 4);
    });
    EXPECT_TRUE(passed) << named(row);
  }
  EXPECT_GT(compared, 150u);
}

TEST(UnitsOracle, a_value_is_within_1_ulp_of_the_fraction_that_the_factor_of_udunits_stands_for) {
  std::size_t compared = 0;
  for (const UnitRow& row : unit_rows()) {
    if (find_exact(row) != nullptr) continue;
    const auto udunits = converter_of(row);
    ASSERT_NE(udunits, nullptr) << named(row);
    const double factor = cv_convert_double(udunits.get(), 1);
    const auto fraction = simplest(factor, 4 * epsilon * factor);
    ASSERT_TRUE(fraction) << named(row) << " belongs into the list of exact values";
    ++compared;
    const bool passed = rc::check(named(row), [&] {
      const double value = random_value();
      const long double expected =
          static_cast<long double>(value) * fraction->numerator / fraction->denominator;
      expect_near(row, value, row.conversion(value), expected, expected, 1);
    });
    EXPECT_TRUE(passed) << named(row);
  }
  EXPECT_GT(compared, 140u);
}

TEST(UnitsOracle, other_values_are_the_exact_ones_but_for_the_rounding_of_each_operation) {
  for (const UnitRow& row : unit_rows()) {
    const Exact* const entry = find_exact(row);
    if (entry == nullptr) continue;
    const bool passed = rc::check(named(row), [&] {
      const double value = random_value();
      const long double scale = entry->numerator / entry->denominator;
      const long double expected =
          (static_cast<long double>(value) - entry->zero) * entry->numerator / entry->denominator;
      // Of the largest number on the way: where value and zero are about equal most digits go.
      // Half an ulp an operation, and there are three where zero and factor both count.
      const int ulps = entry->zero != 0 && scale != 1 ? 2 : 1;
      expect_near(row, value, row.conversion(value), expected,
                  std::abs(expected) + std::abs(entry->zero * scale), ulps);
    });
    EXPECT_TRUE(passed) << named(row);
  }
}

// The gas equation at 20 Cel and 1013 hPa: n = p V / (R T) mol in a cubic metre of air, of which a
// billionth is the gas.
TEST(UnitsOracle, a_gas_in_ppb_has_the_mass_that_the_gas_equation_gives) {
  constexpr long double pressure = 1013e2L;                             // Pa
  constexpr long double temperature = 20 + 273.15L;                     // K
  constexpr long double gas_constant = 1.380649e-23L * 6.02214076e23L;  // k N_A, SI Brochure 9
  constexpr long double h = 1.008L, c = 12.011L, n = 14.007L, o = 15.999L, s = 32.06L;
  const std::map<std::string_view, long double> grams_per_mol = {
      {"no2", n + 2 * o}, {"no", n + o}, {"o3", 3 * o},
      {"so2", s + 2 * o}, {"co", c + o}, {"nh3", n + 3 * h}};
  std::size_t gases = 0;
  for (const Property& property : vocabulary()) {
    const auto mass = grams_per_mol.find(property.name);
    const auto ppb = conversion(property, "[ppb]", UnitSystem::ucum);
    if (mass == grams_per_mol.end()) {
      EXPECT_FALSE(ppb.has_value() && property.unit == "ug/m3") << property.name;
      continue;
    }
    ++gases;
    const auto ppm = conversion(property, "[ppm]", UnitSystem::ucum);
    ASSERT_TRUE(ppb && ppm) << property.name;
    const bool passed = rc::check(std::string(property.name), [&] {
      const double value = random_value();
      const long double mol =
          pressure / (gas_constant * temperature) * static_cast<long double>(value);
      const long double expected = mol * 1e-9L * mass->second * 1e6L;
      const UnitRow row{"ug/m3", property.name, Spelling::ucum, *ppb, {}};
      expect_near(row, value, (*ppb)(value), expected, expected, 4);
      expect_near(row, value, (*ppm)(value), expected * 1000, expected * 1000, 4);
    });
    EXPECT_TRUE(passed) << property.name;
  }
  EXPECT_EQ(gases, grams_per_mol.size());
}

}  // namespace
}  // namespace senne::normalise
