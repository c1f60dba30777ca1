// Where results go, together with the position up to which the log has been worked off.
//
// The order of calls: committed, claim, committed, then any number of (begin, emit*, commit). After
// any error but `retry` the sink is done with: the shard destroys it and starts over with a new
// one, which is the only recovery.
//
// THREAD  the shard's; calls may block for the times given.
// FAILS   by value, see SinkError.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/ids.h"

namespace senne {

enum class Topic : std::uint8_t { observations, aggregates, devices, dead_letters };
inline constexpr std::size_t topic_count = 4;

struct Header {
  std::string_view name;
  std::string_view value;
};

struct SinkError {
  enum class Kind : std::uint8_t {
    retry,    // nothing happened: call again, with back-off (cluster away, topic or permission
              // missing)
    restart,  // the transaction is lost: take the restart path
    fenced,   // another producer took over, or the transaction outlived its time-out: the restart
              // path tells which
    fatal,    // cannot work like this (a lossy cluster, a wrong setting): stop
  };
  Kind kind = Kind::restart;
  std::string message;
};

template <class T>
using SinkResult = tl::expected<T, SinkError>;

// A journal that another one has taken over from, and what was committed of it by then.
struct Predecessor {
  Id128 journal;
  Position position;
};

// What is committed beside the position.
struct CommitMetadata {
  Id128 journal;                               // whose position it is
  std::uint64_t ledger = 0;                    // digest of the ledger at that position
  int version = 1;                             // of this metadata
  std::vector<Predecessor> predecessors = {};  // the latest first, at most `predecessors_max`
};
inline constexpr std::size_t predecessors_max = 8;

struct Committed {
  Position position;
  CommitMetadata metadata;
  // What stands there instead of metadata, where somebody else has written the position: of no
  // journal. Empty where it is Senne's.
  std::string foreign = {};
};

using WaitListener = std::function<void(bool waiting)>;

// Tells of a wait from its beginning to its end.
class Wait {
 public:
  explicit Wait(const WaitListener& tell) : tell_(tell) { tell_(true); }
  ~Wait() { tell_(false); }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

 private:
  const WaitListener& tell_;
};

class Sink {
 public:
  virtual ~Sink() = default;

  // What the sink's system says is committed; nothing if nothing ever was. Does not claim
  // ownership. Up to 10 s.
  virtual SinkResult<std::optional<Committed>> committed() = 0;

  // Told when an `emit` begins to wait for the sink's system, and when it goes on. A sink whose
  // `emit` never waits need not.
  virtual void on_wait(WaitListener /*tell*/) {}  // NOLINT(performance-unnecessary-value-param)

  // Identifies the sink's system (Kafka cluster id). Valid after `committed` succeeded.
  virtual std::string cluster_id() const = 0;

  // Takes ownership: fences every earlier owner and aborts what it left open. Up to 10 s.
  virtual SinkResult<void> claim() = 0;

  // The largest value, key and headers together in bytes, that the topic takes. Valid after
  // `claim`.
  virtual std::size_t size_limit(Topic topic) const = 0;

  virtual SinkResult<void> begin() = 0;
  virtual SinkResult<void> emit(Topic topic, std::string_view key, std::string_view value,
                                std::span<const Header> headers) = 0;
  // Makes everything since `begin` and `position` visible at once, or neither. Without a `begin`
  // before, commits the position alone.
  virtual SinkResult<void> commit(Position position, const CommitMetadata& metadata) = 0;
};

using SinkFactory = std::function<std::unique_ptr<Sink>()>;

}  // namespace senne
