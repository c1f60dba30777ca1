#include "tests/simulation/world.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "app/journal_notes.h"
#include "core/check.h"

namespace senne::simulation {
namespace {

using namespace std::chrono_literals;

constexpr Instant beginning{1'790'000'000s};
constexpr Duration wall_off_max = 50s;
app::Configuration configuration_of(const Plan& plan) {
  app::Configuration configuration;
  configuration.instance = "simulated";
  configuration.mqtt.url = "mqtt://broker:1883";
  configuration.mqtt.client_id = "simulated";
  configuration.journal.max_bytes = 256 << 10;
  configuration.journal.reserve_bytes = 16 << 10;
  configuration.journal.segment_bytes = 16 << 10;
  configuration.journal.sync_interval = plan.always ? Duration{0} : Duration{50ms};
  configuration.pipeline = Traffic::configuration();
  return configuration;
}

}  // namespace

Plan Plan::draw(Chance& chance) {
  Plan plan;
  plan.messages = static_cast<int>(chance.between(50, 600));
  plan.devices = chance.between(2, 8);
  plan.always = chance.one_in(4);
  const std::array<bool*, 16> kinds = {
      &plan.crashes,        &plan.power_cuts,           &plan.failing_syncs,
      &plan.failing_writes, &plan.torn_appends,         &plan.full_disk,
      &plan.flipped_bits,   &plan.clean_stops,          &plan.clock_steps,
      &plan.reloads,        &plan.broker_faults,        &plan.lost_sessions,
      &plan.cluster_faults, &plan.fatal_cluster_faults, &plan.long_outages,
      &plan.expired_offsets};
  for (bool* kind : kinds) *kind = chance.one_in(2);
  // Each kind is also seen alone, beside crashes.
  if (chance.one_in(4)) {
    for (bool* kind : kinds) *kind = false;
    plan.crashes = true;
    *kinds[chance.below(kinds.size())] = true;
  }
  return plan;
}

World::World(std::uint64_t seed, bool trace)
    : chance_(seed),
      trace_(trace),
      plan_(Plan::draw(chance_)),
      clock_(beginning),
      configuration_(configuration_of(plan_)),
      broker_(chance_.fork(), chance_.between(4, 200)),
      cluster_(chance_.fork(), "senne.simulated"),
      traffic_(chance_.fork(), plan_.devices) {
  if (plan_.broker_faults) broker_.lose_acknowledgements(100);
  if (plan_.cluster_faults) cluster_.fail_calls(60);
  cluster_.fail_fatally(plan_.fatal_cluster_faults);
}

World::~World() = default;

void World::say(const std::string& what) {
  if (!trace_) return;
  fmt::print(stderr, "{:10.3f} {}\n", std::chrono::duration<double>(clock_.monotonic()).count(),
             what);
}

void World::fail(std::string what) {
  say("FAILED: " + what);
  outcome_.failures.push_back(std::move(what));
}

Outcome World::run() {
  while (static_cast<int>(traffic_.messages().size()) < plan_.messages &&
         outcome_.failures.empty()) {
    const Duration by = chance_.one_in(200) ? chance_.between(Duration{1s}, Duration{30s})
                                            : chance_.between(Duration{0}, Duration{40ms});
    if (chance_.one_in(3)) {
      for (auto n = chance_.between(1, 6); n > 0; --n) {
        traffic_.publish(broker_, beginning + clock_.monotonic());
      }
    }
    turn(by);
    make_trouble();
  }
  heal();
  settle("after the last message");
  close_windows();
  settle("after the last window");
  if (!outcome_.failures.empty()) return std::move(outcome_);

  const auto records = cluster_.records();
  outcome_.failures =
      check(traffic_.messages(), records, engine_->shard().figures().pipeline,
            {plan_.clock_steps ? std::nullopt : std::optional(std::move(connected_at_))});
  outcome_.records = records.size();
  for (const sinks::MemoryRecord& record : records) {
    std::string all = record.key + record.value;
    for (const auto& [name, value] : record.headers) all += name + value;
    outcome_.digest = XXH3_64bits_withSeed(all.data(), all.size(), outcome_.digest);
  }
  return std::move(outcome_);
}

// One moment: time passes, everyone has a turn, in an order that chance gives.
void World::turn(Duration by) {
  clock_.advance(by);
  if (down()) {
    if (clock_.monotonic() >= boot_at_) boot();
    return;
  }
  run_agents();
  for (auto n = chance_.between(1, 8); n > 0 && death_ == Death::none; --n) {
    const std::uint64_t connections = broker_.connections();
    broker_.step([this](MessageId id) {
      if (!crash_point()) return false;
      Published& message = traffic_.messages()[id];
      if (!message.acknowledged) message.acknowledged_at = clock_.monotonic();
      message.acknowledged = true;
      return true;
    });
    if (broker_.connections() > connections && death_ == Death::none) {
      connected_at_.push_back(clock_.wall());
    }
  }
  if (death_ == Death::none) engine_->admit();
  if (death_ != Death::none) return bury();
  if (const auto failure = engine_->shard().figures().failure) exit_process(*failure);
}

void World::run_agents() {
  std::array<std::size_t, agent_count> order{0, 1, 2, 3, 4};
  for (std::size_t i = agent_count; i > 1; --i) std::swap(order[i - 1], order[chance_.below(i)]);
  for (const std::size_t place : order) {
    Turn& next = turns_[place];
    if (next.due > clock_.monotonic()) continue;
    next.due = clock_.monotonic() + next.agent->do_work();
    if (death_ != Death::none) return;
    if (place == 0) kept_at_ = clock_.monotonic();
  }
}

// Whether the process is alive.
bool World::crash_point() {
  if (death_ != Death::none) return false;
  if (crash_after_ > 0 && --crash_after_ == 0) die(planned_);
  return death_ == Death::none;
}

void World::die(Death death) {
  if (death_ != Death::none) return;
  say(death == Death::power ? "power cut" : "killed");
  ++outcome_.crashes;
  death_ = death;
  crash_after_ = 0;
  if (death == Death::killed) {
    after_death_ = disk_.after_kill();
    if (plan_.torn_appends && chance_.one_in(2)) after_death_->tear_append(chance_);
    return;
  }
  after_death_ = disk_.after_power_cut(chance_.next());
  if (plan_.always) return;
  // The promise is sync_interval; here time leaps, and the keeper has its turn when it may.
  for (Published& message : traffic_.messages()) {
    if (message.acknowledged && message.acknowledged_at >= kept_at_) message.may_be_missing = true;
  }
}

void World::bury() {
  engine_.reset();
  broker_.client_died();
  disk_ = std::move(*after_death_);
  after_death_.reset();
  death_ = Death::none;
  disk_is_full_ = false;
  disk_fails_ = false;
  boot_at_ = clock_.monotonic() + chance_.between(Duration{0}, Duration{3s});
  if (plan_.expired_offsets && !over_ && chance_.one_in(4)) {
    if (auto known = cluster_.forget_position()) {
      say("offsets expired");
      forgotten_ = known;
    }
  }
}

// The process ends by itself, and a supervisor starts it again.
void World::exit_process(const Error& why) {
  say("exit: " + why.message);
  die(Death::killed);
  bury();
  if (forgotten_ && why.message.find("Kafka has no position") != std::string::npos) {
    // The operator knows where it was.
    const auto adopted = app::adopt(disk_.journal(), forgotten_->position);
    SENNE_CHECK(adopted);
    forgotten_.reset();
  } else if (why.message.find("planned failure") == std::string::npos &&
             why.message.find("was told to fail") == std::string::npos) {
    fail("the process ended: " + why.message);
  }
}

void World::boot() {
  ++outcome_.starts;
  attach();
  if (plan_.crashes && !over_ && chance_.one_in(6)) crash_after_ = chance_.between(1, 40);
  if (std::exchange(disk_forgot_, false) && plan_.power_cuts && !over_ && chance_.one_in(2)) {
    // While it matters what the kernel took for written.
    crash_after_ = chance_.between(1, 80);
    planned_ = Death::power;
  }
  if (plan_.failing_writes && !over_ && chance_.one_in(8)) {
    disk_fails_ = true;
    if (chance_.one_in(2)) {
      disk_.fail_mappings(true);
    } else {
      disk_.fail_next_change(chance_);
    }
  }
  auto opened = app::Engine::open(
      configuration_,
      {.folders = disk_.folders(),
       .clock = clock_,
       .logger = logger_,
       .sinks = cluster_.sinks([this] { return crash_point(); }),
       .transport = broker_.connect_client(),
       .seed = chance_.next(),
       .on_exhausted =
           [this] {
             say("the journal's reserve is used up");
             die(Death::killed);
           },
       .journal = {.draw_id =
                       [this] {
                         return Id128{0x5E44E, ++drawn_ids_};
                       },
                   .on_disk_failed = [this](const Error&) { die(Death::killed); }}});
  if (death_ != Death::none) {
    if (opened) engine_ = std::move(*opened);
    return bury();
  }
  if (!opened) return refused(opened.error());
  say("started");
  disk_.fail_mappings(false);
  engine_ = std::move(*opened);
  const auto now = [this] { return clock_.monotonic(); };
  turns_ = {Turn{&engine_->keeper(), now()}, Turn{&engine_->snapshots(), now()},
            Turn{&engine_->shard(), now()}, Turn{&engine_->session(), now()},
            Turn{&engine_->ticker(), now()}};
  engine_->journal().on_sync_requested([this, now] { turns_[0].due = now(); });
  engine_->journal().on_request_met([this, now] { turns_[2].due = now(); });
  engine_->session().on_event([this, now] { turns_[3].due = now(); });
}

void World::attach() {
  disk_.before_operation([this] { crash_point(); });
}

// What an operator does about a refusal to start; a refusal without cause is a failure.
void World::refused(const Error& why) {
  say("refused to start: " + why.message);
  broker_.client_died();
  boot_at_ = clock_.monotonic() + 1s;
  if (flipped_ && why.kind == ErrorKind::damage) {
    auto& folder = flipped_->in_journal ? disk_.journal() : disk_.snapshots();
    if (folder.has(flipped_->file))
      folder.flip_bit(flipped_->file, flipped_->offset, flipped_->bit);
    flipped_.reset();
    return;
  }
  if (disk_is_full_ && why.kind == ErrorKind::no_space) {
    disk_.leave_all_room();
    disk_is_full_ = false;
    return;
  }
  if (disk_fails_ && why.message.find("was told to fail") != std::string::npos) {
    disk_.fail_mappings(false);
    disk_fails_ = false;
    return;
  }
  fail("refused to start: " + why.message);
}

// SIGTERM: MQTT off, everything committed, a snapshot; what takes longer than the time-out stays in
// the journal.
void World::stop() {
  say("asked to stop");
  engine_->session().want(false);
  engine_->session().on_close();
  engine_->drop_transport();
  broker_.client_died();
  engine_->shard().begin_drain();
  for (Duration passed{0}; passed < 30s && death_ == Death::none; passed += 20ms) {
    const auto figures = engine_->shard().figures();
    if (figures.drained || figures.failure) break;
    clock_.advance(20ms);
    run_agents();
  }
  if (death_ == Death::none) engine_->shard().on_close();
  if (death_ == Death::none) engine_->snapshots().on_close();
  if (death_ == Death::none) engine_->keeper().on_close();
  if (death_ == Death::none) {
    death_ = Death::killed;
    after_death_ = disk_.after_kill();
    bury();
    if (plan_.flipped_bits && !flipped_ && chance_.one_in(2)) flip_a_bit();
    return;
  }
  bury();
}

// Between two runs of the process, when everything is synced.
void World::flip_a_bit() {
  const bool in_journal = !chance_.one_in(3);
  auto& folder = in_journal ? disk_.journal() : disk_.snapshots();
  const std::vector<std::string> names = folder.names();
  if (names.empty()) return;
  const std::string& file = names[chance_.below(names.size())];
  if (folder.bytes(file).empty()) return;
  flipped_ = {in_journal, file, chance_.below(folder.bytes(file).size()),
              static_cast<unsigned>(chance_.below(8))};
  folder.flip_bit(file, flipped_->offset, flipped_->bit);
  say(fmt::format("bit {} of byte {} of {} flipped", flipped_->bit, flipped_->offset, file));
}

void World::make_trouble() {
  if (down() || death_ != Death::none) return;
  if (plan_.crashes && crash_after_ == 0 && chance_.one_in(40)) {
    crash_after_ = chance_.between(1, 60);
    planned_ = plan_.power_cuts && chance_.one_in(2) ? Death::power : Death::killed;
  }
  if (plan_.failing_syncs && chance_.one_in(300)) {
    const bool forget = chance_.one_in(2);
    say(forget ? "syncs fail, and what they were to write counts as written" : "syncs fail");
    disk_.fail_syncs(forget);
    disk_forgot_ = forget;
  }
  if (plan_.failing_writes && chance_.one_in(150)) {
    say("a write fails");
    disk_.fail_next_change(chance_);
  }
  if (plan_.full_disk && chance_.one_in(100)) {
    disk_is_full_ = !disk_is_full_;
    say(disk_is_full_ ? "disk full" : "disk has room");
    if (disk_is_full_) {
      disk_.leave_room(chance_.below(20'000));
    } else {
      disk_.leave_all_room();
    }
  }
  if (plan_.clean_stops && chance_.one_in(80)) return stop();
  if (plan_.clock_steps && chance_.one_in(60)) {
    const Duration off = chance_.between(-wall_off_max / 2, wall_off_max / 2);
    say(fmt::format("wall clock {} s off", std::chrono::duration<double>(off).count()));
    clock_.step_wall(off - wall_off_);
    wall_off_ = off;
  }
  if (plan_.reloads && chance_.one_in(80)) {
    configuration_.pipeline = Traffic::configuration(static_cast<int>(chance_.below(100)));
    const auto reloaded = engine_->reload(configuration_.pipeline);
    say(reloaded ? "reloaded" : "not reloaded: " + reloaded.error().message);
  }
  if (plan_.broker_faults && chance_.one_in(60)) {
    say("connection cut");
    broker_.cut();
  }
  if (plan_.lost_sessions && chance_.one_in(200)) {
    say("session lost");
    for (const MessageId id : broker_.lose_session()) {
      traffic_.messages()[id].may_be_missing = true;
    }
  }
  if (plan_.cluster_faults && chance_.one_in(150)) cluster_.expire_transaction();
  if (plan_.long_outages && clock_.monotonic() >= quiet_until_) {
    broker_.set_away(false);
    cluster_.set_away(false);
    quiet_until_ = clock_.monotonic() + chance_.between(Duration{1s}, Duration{10s});
    if (chance_.one_in(2)) {
      const bool of_cluster = !chance_.one_in(3);
      say(of_cluster ? "cluster away" : "broker away");
      if (of_cluster) cluster_.set_away(true);
      if (!of_cluster) broker_.set_away(true);
    }
  }
}

void World::heal() {
  say("no more trouble");
  over_ = true;
  crash_after_ = 0;
  broker_.set_away(false);
  broker_.lose_acknowledgements(0);
  cluster_.set_away(false);
  cluster_.fail_calls(0);
  disk_.leave_all_room();
  disk_.fail_mappings(false);
  disk_is_full_ = false;
}

bool World::settled() {
  if (down() || !broker_.idle()) return false;
  const auto figures = engine_->shard().figures();
  return figures.phase == pipeline::Phase::running &&
         engine_->session().state() == ingest::SessionState::connected &&
         figures.committed == engine_->journal().end();
}

void World::settle(const char* when) {
  for (int i = 0; i < 20'000 && outcome_.failures.empty(); ++i) {
    if (settled()) return;
    turn(30ms);
  }
  if (outcome_.failures.empty()) {
    fail(fmt::format("{}: not settled after ten minutes: {}", when,
                     down() ? "down"
                            : fmt::format("{}, session {}, {} of {}",
                                          pipeline::name(engine_->shard().figures().phase),
                                          ingest::name(engine_->session().state()),
                                          engine_->shard().figures().committed.value,
                                          engine_->journal().end().value)));
  }
}

// Beyond lateness, max_wait and revise_for of every window.
void World::close_windows() {
  for (Duration passed{0}; passed < 120s && outcome_.failures.empty(); passed += 200ms) turn(200ms);
}

}  // namespace senne::simulation
