#include "pipeline/decode/formula.h"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/check.h"

namespace senne::decode {

// The parser keeps the addresses of the variables.
struct Formula::Compiled {
  double x = 0;
  std::array<double, numbers_max> numbers{};
  mu::Parser parser;
};

Formula::Formula(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Formula::Formula(Formula&&) noexcept = default;
Formula& Formula::operator=(Formula&&) noexcept = default;
Formula::~Formula() = default;

tl::expected<Formula, std::string> Formula::compile(const std::string& text, std::size_t count) {
  SENNE_CHECK(count <= numbers_max);
  if (text.size() > text_bytes_max) {
    return tl::unexpected(fmt::format("longer than {} bytes", text_bytes_max));
  }
  auto compiled = std::make_unique<Compiled>();
  try {
    compiled->parser.DefineVar("x", &compiled->x);
    for (std::size_t i = 0; i < count; ++i) {
      compiled->parser.DefineVar(fmt::format("x{}", i), &compiled->numbers[i]);
    }
    compiled->parser.SetExpr(text);
    // The first evaluation makes the byte code that the later ones run.
    int results = 0;
    compiled->parser.Eval(results);
    if (results != 1) return tl::unexpected(std::string("expected one result"));
  } catch (const mu::ParserError& error) {
    std::string message = error.GetMsg();
    message.erase(std::remove(message.begin(), message.end(), '\n'), message.end());
    return tl::unexpected(message);
  }
  return Formula(std::move(compiled));
}

double Formula::evaluate(double x, std::span<const double> numbers) const {
  compiled_->x = x;
  std::copy(numbers.begin(), numbers.end(), compiled_->numbers.begin());
  try {
    return compiled_->parser.Eval();
  } catch (const mu::ParserError&) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace senne::decode
