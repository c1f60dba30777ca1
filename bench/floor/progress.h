// What the bare loop tells whoever measures it: words in a mapped file, so that telling costs it
// nothing.
//
// THREAD  one writer a word; any reader, in any process that maps the file.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "core/check.h"

namespace senne::bench {

struct Progress {
  std::atomic<std::uint64_t> subscribed{0};  // 1 once messages may come
  std::atomic<std::uint64_t> received{0};
  std::atomic<std::uint64_t> delivered{0};  // acknowledged by Kafka; at most 100 ms old
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// The file is created where it is missing; the mapping lives as long as the process.
inline Progress& map_progress(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  SENNE_CHECK(descriptor >= 0 && ftruncate(descriptor, sizeof(Progress)) == 0);
  void* const mapped =
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  SENNE_CHECK(mapped != MAP_FAILED);
  close(descriptor);
  return *static_cast<Progress*>(mapped);
}

}  // namespace senne::bench
