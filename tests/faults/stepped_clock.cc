// Loaded before the other libraries of a process (LD_PRELOAD): its wall clock is off by the seconds
// that stand, as one 64-bit integer, in the file that SENNE_CLOCK_STEP names, at every moment anew.
// All other clocks are as they are, and a wait until a moment of that wall clock ends at that
// moment. (libfaketime does not get along with jemalloc.)
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

std::atomic<const volatile std::int64_t*> step{nullptr};

__attribute__((constructor)) void find_step() {
  const char* const file = std::getenv("SENNE_CLOCK_STEP");
  const int descriptor = file == nullptr ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  void* const at = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (at != MAP_FAILED) step.store(static_cast<const volatile std::int64_t*>(at));
}

using CondTimedWait = int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*);

// Without a version the linker gives the one of 1999, whose condition variables are others.
CondTimedWait real_cond_timedwait() {
  static const auto found = [] {
    void* const symbol = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    return reinterpret_cast<CondTimedWait>(
        symbol != nullptr ? symbol : dlsym(RTLD_NEXT, "pthread_cond_timedwait"));
  }();
  return found;
}

// The kernel knows nothing of the step. Who has asked another clock (timespec_get) means what he
// says, so a deadline counts as stepped when that brings it nearer to now.
timespec unstepped(timespec deadline) {
  const volatile std::int64_t* const seconds = step.load();
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  const std::int64_t off = seconds == nullptr ? 0 : *seconds;
  const std::int64_t ahead = deadline.tv_sec - now.tv_sec;
  if (std::abs(ahead - off) < std::abs(ahead)) deadline.tv_sec -= off;
  return deadline;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  const volatile std::int64_t* const seconds = step.load();
  if (result == 0 && clock == CLOCK_REALTIME && seconds != nullptr) time->tv_sec += *seconds;
  return result;
}

extern "C" int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      const timespec* deadline) {
  const timespec real = unstepped(*deadline);
  return real_cond_timedwait()(condition, mutex, &real);
}
