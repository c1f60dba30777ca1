#include "core/lost_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string_view>

namespace senne {

// Read by the handler, which may run in any thread and wait for nobody.
struct NamedMapping {
  // Null: free. Stored last (release) and taken away first: who finds it (acquire) finds the rest.
  std::atomic<std::byte*> begin{nullptr};
  std::atomic<std::size_t> size{0};
  std::atomic<int> file{0};
  std::atomic<bool> writable{false};
  // One more than the lowest offset of a page that was replaced; 0: none was.
  std::atomic<std::size_t> lost{0};
};

namespace {

constexpr std::size_t mappings_max = 32'768;

struct Table {
  std::array<NamedMapping, mappings_max> mappings;
  std::mutex mutex;  // of who puts in
  // Behind the last place ever taken. Relaxed: who faults in a mapping put it in, or was handed it.
  std::atomic<std::size_t> used{0};
};

// The kernel knows one handler a process, and that needs to know where to look.
Table table;
std::size_t page_bytes = 4096;

struct Place {
  NamedMapping* mapping = nullptr;
  std::byte* begin = nullptr;
  std::size_t offset = 0;
};

Place find(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const std::size_t used = table.used.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < used; ++i) {
    NamedMapping& mapping = table.mappings[i];
    std::byte* const begin = mapping.begin.load(std::memory_order_acquire);
    const std::size_t offset = at - reinterpret_cast<std::uintptr_t>(begin);
    if (begin != nullptr && offset < mapping.size.load(std::memory_order_relaxed))
      return {&mapping, begin, offset};
  }
  return {};
}

// Text without the C library, which may be in the middle of something.
class Line {
 public:
  void add(std::string_view text) {
    const std::size_t part = std::min(text.size(), bytes_.size() - size_);
    std::memcpy(bytes_.data() + size_, text.data(), part);
    size_ += part;
  }
  void add(std::size_t number) {
    std::array<char, 20> digits;
    std::size_t at = digits.size();
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    add(std::string_view(digits.data() + at, digits.size() - at));
  }
  void add_name_of(int file) {
    Line link;
    link.add("/proc/self/fd/");
    link.add(static_cast<std::size_t>(file));
    link.add(std::string_view("\0", 1));
    const ssize_t size = ::readlink(link.bytes_.data(), bytes_.data() + size_, name_bytes_max);
    if (size > 0) size_ += static_cast<std::size_t>(size);
    if (size <= 0) add("a mapped file");
  }
  void write() const {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, bytes_.data(), size_);
  }

 private:
  static constexpr std::size_t name_bytes_max = 1024;

  std::array<char, 2 * name_bytes_max> bytes_;
  std::size_t size_ = 0;
};

[[noreturn]] void leave(const NamedMapping& mapping, std::size_t offset) {
  Line line;
  line.add_name_of(mapping.file.load(std::memory_order_relaxed));
  line.add(": offset ");
  line.add(offset);
  line.add(": ");
  line.add(lost_page_text);
  line.add("\n");
  line.write();
  ::_exit(1);
}

bool replace_by_zeros(const Place& place) {
  const std::size_t offset = place.offset & ~(page_bytes - 1);
  std::byte* const page = place.begin + offset;
  if (::mmap(page, page_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != page)
    return false;
  std::atomic<std::size_t>& lost = place.mapping->lost;
  std::size_t before = lost.load(std::memory_order_relaxed);
  while ((before == 0 || offset < before - 1) &&
         !lost.compare_exchange_weak(before, offset + 1, std::memory_order_relaxed)) {
  }
  return true;
}

void on_signal(int number, siginfo_t* info, void*) {
  const int error = errno;
  // A code above 0 is the kernel's own, about an access; the others were sent.
  const Place place = info->si_code > 0 ? find(info->si_addr) : Place{};
  if (place.mapping == nullptr) {
    std::signal(number, SIG_DFL);
    std::raise(number);
    return;
  }
  const bool writable = place.mapping->writable.load(std::memory_order_relaxed);
  if (writable || !replace_by_zeros(place)) leave(*place.mapping, place.offset);
  errno = error;
}

NamedMapping* put_in(int file, std::span<std::byte> bytes, bool writable) {
  const std::lock_guard lock(table.mutex);
  const auto free = std::find_if(
      table.mappings.begin(), table.mappings.end(),
      [](const NamedMapping& one) { return one.begin.load(std::memory_order_relaxed) == nullptr; });
  if (free == table.mappings.end()) return nullptr;
  const auto place = static_cast<std::size_t>(free - table.mappings.begin());
  if (place >= table.used.load(std::memory_order_relaxed))
    table.used.store(place + 1, std::memory_order_relaxed);
  free->size.store(bytes.size(), std::memory_order_relaxed);
  free->file.store(file, std::memory_order_relaxed);
  free->writable.store(writable, std::memory_order_relaxed);
  free->lost.store(0, std::memory_order_relaxed);
  free->begin.store(bytes.data(), std::memory_order_release);
  return &*free;
}

}  // namespace

void watch_for_lost_pages() {
  page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, nullptr);
}

MappedName::MappedName(int file, std::span<std::byte> bytes, bool writable)
    : mapping_(put_in(file, bytes, writable)) {}

MappedName::~MappedName() {
  if (mapping_ != nullptr) mapping_->begin.store(nullptr, std::memory_order_relaxed);
}

std::optional<std::size_t> MappedName::lost() const {
  if (mapping_ == nullptr) return std::nullopt;
  const std::size_t lost = mapping_->lost.load(std::memory_order_relaxed);
  return lost == 0 ? std::nullopt : std::optional(lost - 1);
}

}  // namespace senne
