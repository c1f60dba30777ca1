// Flat little-endian serialisation of state: what snapshots are made of.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace senne {

static_assert(std::endian::native == std::endian::little,
              "snapshots and the journal are written in memory order");

class ByteWriter {
 public:
  explicit ByteWriter(std::string& bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void put_text(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_.append(text);
  }
  // A slab: count, then the elements as they lie in memory.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put_slab(std::span<const T> slab) {
    put(static_cast<std::uint64_t>(slab.size()));
    bytes_.append(reinterpret_cast<const char*>(slab.data()), slab.size_bytes());
  }

 private:
  std::string& bytes_;
};

// Reads what ByteWriter wrote. After the first thing that does not fit, `ok()` is false and
// everything reads as zero.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value{};
    if (!take(sizeof value)) return value;
    std::memcpy(&value, taken_, sizeof value);
    return value;
  }
  std::string_view get_text() {
    const auto size = get<std::uint64_t>();
    if (!take(size)) return {};
    return {taken_, static_cast<std::size_t>(size)};
  }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void get_slab(std::vector<T>& slab) {
    const auto count = get<std::uint64_t>();
    slab.clear();
    if (count > rest_.size() / sizeof(T)) {
      ok_ = false;
      return;
    }
    take(count * sizeof(T));
    slab.resize(static_cast<std::size_t>(count));
    if (count > 0) std::memcpy(static_cast<void*>(slab.data()), taken_, slab.size() * sizeof(T));
  }

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  bool take(std::uint64_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return false;
    }
    taken_ = rest_.data();
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }

  std::string_view rest_;
  const char* taken_ = nullptr;
  bool ok_ = true;
};

}  // namespace senne
