// One simulated run: a whole Senne as `senne run` puts it together (app/engine.h), with the clock,
// the disk, the broker, the cluster and every fault drawn from one seed.
//
// A crash can happen at any operation that makes something durable, before and after any call of
// the sink, and between a message and its acknowledgement. At that moment the outside world is
// frozen: the disk's image is taken, and what the process does until it returns to the world has no
// effect.
//
// THREAD  one.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/engine.h"
#include "core/clock.h"
#include "core/logging.h"
#include "tests/simulation/broker.h"
#include "tests/simulation/chance.h"
#include "tests/simulation/checker.h"
#include "tests/simulation/cluster.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/traffic.h"

namespace senne::simulation {

// How hard a run is, drawn from its seed: each kind of fault is in it or not.
struct Plan {
  int messages = 0;
  std::size_t devices = 0;
  bool always = false;  // journal.sync_interval
  bool crashes = false;
  bool power_cuts = false;
  bool failing_syncs = false;
  bool failing_writes = false;
  bool torn_appends = false;
  bool full_disk = false;
  bool flipped_bits = false;
  bool clean_stops = false;
  bool clock_steps = false;
  bool reloads = false;
  bool broker_faults = false;
  bool lost_sessions = false;
  bool cluster_faults = false;
  bool fatal_cluster_faults = false;
  bool long_outages = false;
  bool expired_offsets = false;

  static Plan draw(Chance& chance);
};

struct Outcome {
  std::vector<std::string> failures;  // empty: every promise held
  std::uint64_t digest = 0;           // of all that came out, in order: the same for the same seed
  int starts = 0;
  int crashes = 0;
  std::size_t records = 0;
};

class World {
 public:
  // With `trace`, what happens is written to standard error.
  explicit World(std::uint64_t seed, bool trace = false);
  ~World();

  Outcome run();

 private:
  enum class Death : std::uint8_t { none, killed, power };
  struct Turn {
    Agent* agent;
    Duration due;
  };
  static constexpr std::size_t agent_count = 5;

  void turn(Duration by);
  void run_agents();
  void make_trouble();
  void settle(const char* when);
  void close_windows();
  bool settled();

  void boot();
  void bury();
  void stop();
  void exit_process(const Error& why);
  void refused(const Error& why);
  void attach();
  bool crash_point();
  void die(Death death);
  void flip_a_bit();
  void heal();
  bool down() const { return engine_ == nullptr; }
  void fail(std::string what);
  void say(const std::string& what);

  Chance chance_;
  const bool trace_;
  const Plan plan_;
  ManualClock clock_;
  SilentLogger logger_;
  app::Configuration configuration_;
  Disk disk_;
  Broker broker_;
  Cluster cluster_;
  Traffic traffic_;

  std::unique_ptr<app::Engine> engine_;
  std::array<Turn, agent_count> turns_{};
  Duration boot_at_{0};
  Duration kept_at_{0};  // the keeper's last turn: what was acknowledged before is synced
  std::uint64_t drawn_ids_ = 0;

  Death death_ = Death::none;
  std::optional<Disk> after_death_;
  std::uint64_t crash_after_ = 0;  // crash points; zero: none is planned
  Death planned_ = Death::killed;

  bool disk_is_full_ = false;
  bool disk_fails_ = false;   // a call at the start may have been told to fail
  bool disk_forgot_ = false;  // a failed sync's pages
  Duration wall_off_{0};
  Duration quiet_until_{0};  // of one kind of long trouble at a time
  struct Flip {
    bool in_journal;
    std::string file;
    std::size_t offset;
    unsigned bit;
  };
  std::optional<Flip> flipped_;
  std::optional<Committed> forgotten_;

  std::vector<Instant> connected_at_;  // by the wall clock
  bool over_ = false;                  // no more trouble
  Outcome outcome_;
};

}  // namespace senne::simulation
