#include "core/decoder.h"

#include <cstring>

namespace senne {
namespace {

constexpr std::size_t block_bytes = 16 * 1024;

}  // namespace

std::string_view Decoded::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > block_bytes) {
    large_.push_back(std::make_unique<char[]>(text.size()));
    std::memcpy(large_.back().get(), text.data(), text.size());
    return {large_.back().get(), text.size()};
  }
  if (block_ < blocks_.size() && used_ + text.size() > block_bytes) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) blocks_.push_back(std::make_unique<char[]>(block_bytes));
  char* const kept = blocks_[block_].get() + used_;
  std::memcpy(kept, text.data(), text.size());
  used_ += text.size();
  return {kept, text.size()};
}

void Decoded::clear() {
  reports.clear();
  readings.clear();
  block_ = 0;
  used_ = 0;
  large_.clear();
}

}  // namespace senne
