// The receive path is called for each message under the broker client's one lock: once warm it must
// neither allocate nor take a lock of its own. Counted by standing in for the allocator and for
// pthread_mutex_lock.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "ingest/receiver.h"

namespace {

thread_local bool counting = false;
std::atomic<int> allocations{0};
std::atomic<int> locks{0};

using LockFunction = int (*)(pthread_mutex_t*);
std::atomic<LockFunction> real_lock{nullptr};

}  // namespace

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  if (counting) locks.fetch_add(1);
  LockFunction lock = real_lock.load();
  if (lock == nullptr) {
    lock = reinterpret_cast<LockFunction>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    real_lock.store(lock);
  }
  return lock(mutex);
}

// Not inlined: the compiler would see malloc and free behind new and delete, and call them
// mismatched.
__attribute__((noinline)) void* operator new(std::size_t size) {
  if (counting) allocations.fetch_add(1);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace senne::ingest {
namespace {

class NoLog final : public Appender {
 public:
  Append append_message(const Message&) override { return Append::done; }
  Append append_connected() override { return Append::done; }
  Append append_configuration(Id128) override { return Append::done; }
  bool try_append_tick() override { return false; }
  std::uint64_t capacity_bytes() const override { return 1; }
  std::uint64_t used_bytes() const override { return 0; }
  bool disk_full() const override { return false; }
};

TEST(ReceiverCostTest, the_counters_count) {
  counting = true;
  ::operator delete(::operator new(1));
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  counting = false;
  EXPECT_GE(locks.exchange(0), 1);
  EXPECT_GE(allocations.exchange(0), 1);
}

TEST(ReceiverCostTest, no_allocation_and_no_lock_for_a_message) {
  Route exact;
  exact.name = exact.topic = "station/1/observations";
  Route wildcard;
  wildcard.name = wildcard.topic = "v3/+/devices/+/up";
  wildcard.limits.payload_bytes = 100;
  NoLog log;
  Receiver receiver(log, std::make_shared<const RouteTable>(std::vector<Route>{exact, wildcard}),
                    [] {});
  const std::string payload(1000, 'x');
  const UserProperty properties[] = {{"traceparent", payload}, {"k", "v"}};
  Delivery delivery;
  delivery.payload = payload;
  delivery.user_properties = properties;
  counting = true;
  for (int i = 0; i < 1000; ++i) {
    for (const std::string_view topic :
         {"station/1/observations", "v3/a-long-tenant-name@ttn/devices/a-long-device-name/up",
          "a topic that no route has, longer than a small string"}) {
      delivery.topic = topic;
      receiver.receive(delivery);
    }
  }
  counting = false;
  EXPECT_EQ(allocations.load(), 0);
  EXPECT_EQ(locks.load(), 0);
  EXPECT_EQ(receiver.counts().at("none").messages, 1000u);
}

}  // namespace
}  // namespace senne::ingest
