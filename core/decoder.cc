#include "core/decoder.h"

#include <algorithm>
#include <cstring>

namespace senne {
namespace {

constexpr std::size_t block_bytes = 16 * 1024;
// What stays for the next message: more than any device sends in one.
constexpr std::size_t blocks_kept = 16;
constexpr std::size_t readings_kept = 1024;
constexpr std::size_t reports_kept = 1024;

template <class T>
void clear_beyond(std::vector<T>& elements, std::size_t kept) {
  elements.clear();
  if (elements.capacity() > kept) std::vector<T>().swap(elements);
}

}  // namespace

bool Decoded::make_room(std::size_t limit) {
  if (readings.size() >= limit) return false;
  if (readings.size() == readings.capacity()) {
    readings.reserve(std::min(limit, std::max<std::size_t>(2 * readings.size(), 8)));
  }
  return true;
}

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

std::string_view Decoded::keep_name(std::string_view text) {
  constexpr std::size_t most = RawReading::name_bytes_max;
  if (text.size() <= most) return keep(text);
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  std::size_t size = most;
  while (size > 0 && continues(size)) --size;
  return keep(text.substr(0, size));
}

void Decoded::clear() {
  clear_beyond(reports, reports_kept);
  clear_beyond(readings, readings_kept);
  clear_beyond(signs, reports_kept);
  link = {};
  if (blocks_.size() > blocks_kept) blocks_.resize(blocks_kept);
  block_ = 0;
  used_ = 0;
  large_.clear();
}

}  // namespace senne
