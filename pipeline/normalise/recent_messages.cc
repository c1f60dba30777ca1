#include "pipeline/normalise/recent_messages.h"

#include <algorithm>
#include <span>
#include <vector>

namespace senne::normalise {

bool RecentMessages::contains(std::uint64_t fingerprint) const {
  const auto used = std::min<std::uint64_t>(count_, remembered);
  const auto end = ring_.begin() + static_cast<std::ptrdiff_t>(used);
  return std::find(ring_.begin(), end, fingerprint) != end;
}

void RecentMessages::remember(std::uint64_t fingerprint) {
  ring_[count_++ % remembered] = fingerprint;
}

void RecentMessages::snapshot(std::string& bytes) const {
  ByteWriter out(bytes);
  out.put(count_);
  out.put_slab(std::span<const std::uint64_t>(ring_).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(count_, remembered))));
}

Result<void> RecentMessages::restore(ByteReader& in) {
  const auto count = in.get<std::uint64_t>();
  std::vector<std::uint64_t> used;
  in.get_slab(used);
  if (!in.ok() || used.size() != std::min<std::uint64_t>(count, remembered)) {
    return fail(ErrorKind::damage, "recent messages: not as many as counted");
  }
  count_ = count;
  std::copy(used.begin(), used.end(), ring_.begin());
  return {};
}

}  // namespace senne::normalise
