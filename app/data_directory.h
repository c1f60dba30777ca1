// The folders of one instance on disk: locked for this process, and marked as this instance's, so
// that no other takes its journal for its own.
//
// THREAD  one; the folders as Storage says.
// OWNS    the lock, and with an embedded cluster the folder whose content ends with this object.
// FAILS   configuration for a directory of another instance, locked with the holder's name, failed.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "core/storage.h"

namespace senne::app {

// What lies in a data directory. Beside a running process: the address of its HTTP endpoint; from
// the first start on: the name of the instance that it belongs to.
inline constexpr const char* http_address_file = "http";
inline constexpr const char* instance_file = "instance";
inline constexpr const char* journal_folder = "/journal";
inline constexpr const char* snapshot_folder = "/snapshots";
inline constexpr const char* configuration_folder = "/configurations";

class DataDirectory {
 public:
  enum class Content {
    kept,
    // What refers to the offsets of an embedded cluster must not outlive it: it lies in a folder of
    // its own, and what a killed process left of such goes at the next start.
    temporary,
  };

  // Makes what is missing, the directory itself and the way to it included.
  static Result<std::unique_ptr<DataDirectory>> open(const std::string& path,
                                                     const std::string& instance, Content content);
  // The mappings of its files must be gone.
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  Storage& top() { return *top_; }
  Storage& journal() { return *journal_; }
  Storage& snapshots() { return *snapshots_; }
  Storage& configurations() { return *configurations_; }

 private:
  DataDirectory() = default;

  std::unique_ptr<Storage> top_;  // holds the lock
  std::unique_ptr<Storage> journal_;
  std::unique_ptr<Storage> snapshots_;
  std::unique_ptr<Storage> configurations_;
  std::string temporary_;  // removed at the end; empty: nothing is
};

}  // namespace senne::app
