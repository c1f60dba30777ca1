// The data directory of one instance on a simulated disk.
//
// THREAD  one.
#pragma once

#include <functional>
#include <memory>

#include "app/engine.h"
#include "tests/simulation/chance.h"
#include "tests/support/memory_storage.h"

namespace senne::simulation {

class Disk {
 public:
  Disk();

  app::Folders folders() { return {*top_, *journal_, *snapshots_, *configurations_}; }
  testing::MemoryStorage& journal() { return *journal_; }
  testing::MemoryStorage& snapshots() { return *snapshots_; }

  // Called before each operation that makes something durable, in whichever folder.
  void before_operation(const std::function<void()>& callback);

  // What a killed process leaves behind, and what a power cut does. Without callbacks and faults.
  Disk after_kill() const;
  Disk after_power_cut(std::uint64_t seed) const;

  // A process killed within an append: bytes of a record behind the last one, without its length.
  void tear_append(Chance& chance);

  // All syncs fail from now on; with `forget`, see MemoryStorage.
  void fail_syncs(bool forget);
  // The next change of a name in some folder fails.
  void fail_next_change(Chance& chance);
  // While set, nothing can be mapped.
  void fail_mappings(bool fail);
  // Of the journal and the snapshots each; `unlimited` ends it.
  void leave_room(std::uint64_t bytes);
  void leave_all_room();

 private:
  using Folder = std::unique_ptr<testing::MemoryStorage>;
  Disk(Folder top, Folder journal, Folder snapshots, Folder configurations);

  Folder top_;
  Folder journal_;
  Folder snapshots_;
  Folder configurations_;
};

}  // namespace senne::simulation
