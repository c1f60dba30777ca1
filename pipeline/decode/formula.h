// A formula of a codec table, compiled once and evaluated a message: arithmetic, comparison, `? :`,
// and functions such as min, max, sqrt and ln.
//
// THREAD  one.
// FAILS   compiling: one line that says what is wrong. Evaluating never does: what has no value is
//         not a number.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace senne::decode {

class Formula {
 public:
  static constexpr std::size_t text_bytes_max = 512;
  static constexpr std::size_t numbers_max = 64;

  // `x` is the number of the field itself, `x0`, `x1`, ... those of `count` fields of its block.
  static tl::expected<Formula, std::string> compile(const std::string& text, std::size_t count);

  Formula(Formula&&) noexcept;
  Formula& operator=(Formula&&) noexcept;
  ~Formula();

  // As many numbers as were declared.
  double evaluate(double x, std::span<const double> numbers) const;

 private:
  struct Compiled;
  explicit Formula(std::unique_ptr<Compiled> compiled);

  std::unique_ptr<Compiled> compiled_;
};

}  // namespace senne::decode
