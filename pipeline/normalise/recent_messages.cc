#include "pipeline/normalise/recent_messages.h"

#include <algorithm>
#include <span>
#include <type_traits>
#include <vector>

namespace senne::normalise {
namespace {

constexpr auto unacknowledged_max_s =
    static_cast<std::uint32_t>(RecentMessages::unacknowledged_max / std::chrono::seconds{1});

}  // namespace

void RecentMessages::connected() {
  ++connection_;
  before_connection_ = count_;
  old_connection_end_s_ = last_heard_s_;
}

Redelivery RecentMessages::deliver(std::uint64_t fingerprint, bool duplicate,
                                   Instant receive_time) {
  const std::uint32_t now_s = short_seconds(receive_time);
  Redelivery redelivery = Redelivery::no;
  if (duplicate) {
    const std::uint64_t lost = count_ > remembered ? count_ - remembered : 0;
    const std::uint64_t settled =
        before_connection_ > in_flight_max ? before_connection_ - in_flight_max : 0;
    // The newest first: the older one of two equals is the less likely to have been in flight.
    for (std::uint64_t i = count_; i > std::max(lost, settled);) {
      Delivered& delivered = ring_[--i % remembered];
      if (delivered.fingerprint != fingerprint) continue;
      redelivery = Redelivery::of_equal_bytes;
      if (!was_in_flight(delivered, now_s)) continue;
      delivered = {fingerprint, now_s, how(true)};
      return Redelivery::yes;
    }
  }
  ring_[count_++ % remembered] = {fingerprint, now_s, how(duplicate)};
  return redelivery;
}

bool RecentMessages::was_in_flight(const Delivered& delivered, std::uint32_t now_s) const {
  if (delivered.how == how(true)) return false;
  if (delivered.how == how(false)) return delivered.second + unacknowledged_max_s >= now_s;
  return delivered.second + unacknowledged_max_s >= old_connection_end_s_;
}

void RecentMessages::snapshot(std::string& bytes) const {
  static_assert(std::has_unique_object_representations_v<Delivered>);
  ByteWriter out(bytes);
  out.put(count_);
  out.put(before_connection_);
  out.put(connection_);
  out.put(last_heard_s_);
  out.put(old_connection_end_s_);
  out.put_slab(std::span<const Delivered>(ring_).first(
      static_cast<std::size_t>(std::min<std::uint64_t>(count_, remembered))));
}

Result<void> RecentMessages::restore(ByteReader& in) {
  const auto count = in.get<std::uint64_t>();
  const auto before_connection = in.get<std::uint64_t>();
  const auto connection = in.get<std::uint32_t>();
  const auto last_heard_s = in.get<std::uint32_t>();
  const auto old_connection_end_s = in.get<std::uint32_t>();
  std::vector<Delivered> used;
  in.get_slab(used);
  if (!in.ok() || before_connection > count ||
      used.size() != std::min<std::uint64_t>(count, remembered)) {
    return fail(ErrorKind::damage, "recent messages: not as many as counted");
  }
  count_ = count;
  before_connection_ = before_connection;
  connection_ = connection;
  last_heard_s_ = last_heard_s;
  old_connection_end_s_ = old_connection_end_s;
  std::copy(used.begin(), used.end(), ring_.begin());
  return {};
}

}  // namespace senne::normalise
