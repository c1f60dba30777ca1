#include "pipeline/quarantine.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <string>

namespace senne::pipeline {
namespace {

constexpr std::size_t file_bytes = 4096;
// The words of the file. Positions are stored plus one: zero is none.
constexpr std::size_t in_hand = 0;
constexpr std::size_t found = 1;  // by the last start
constexpr std::size_t times = 2;  // in a row
constexpr Duration back_off_max = std::chrono::seconds{30};

}  // namespace

Quarantine::Quarantine(Storage& storage, std::unique_ptr<MappedFile> file)
    : storage_(storage), file_(std::move(file)) {}

std::uint64_t& Quarantine::word(std::size_t place) {
  return reinterpret_cast<std::uint64_t*>(file_->bytes().data())[place];
}

Result<std::unique_ptr<Quarantine>> Quarantine::open(Storage& storage) {
  const std::string name(in_hand_file);
  auto file = storage.open_mapped(name);
  if (!file && file.error().kind != ErrorKind::not_found) return tl::unexpected(file.error());
  if (!file) file = storage.create_mapped(name, file_bytes);
  if (!file) return tl::unexpected(file.error());
  if ((*file)->bytes().size() != file_bytes) {
    return fail(ErrorKind::damage, fmt::format("{}/{}: has {} bytes, expected {}", storage.path(),
                                               name, (*file)->bytes().size(), file_bytes));
  }
  std::unique_ptr<Quarantine> quarantine(new Quarantine(storage, std::move(*file)));
  Quarantine& q = *quarantine;
  if (auto read = q.read_quarantined(); !read) return tl::unexpected(read.error());
  const std::uint64_t left = q.word(in_hand);
  q.word(times) = left == 0 ? 0 : left == q.word(found) ? q.word(times) + 1 : 1;
  q.word(found) = left;
  q.word(in_hand) = 0;
  if (left == 0) return quarantine;
  q.death_ = Death{Position{left - 1}, q.word(times)};
  if (q.death_->times >= deaths_max) {
    if (auto noted = q.quarantine(q.death_->position); !noted) return tl::unexpected(noted.error());
  }
  q.death_->quarantined = q.holds(q.death_->position);
  return quarantine;
}

// One position a line.
Result<void> Quarantine::read_quarantined() {
  const auto text = storage_.read_whole(std::string(quarantined_file));
  if (!text && text.error().kind == ErrorKind::not_found) return {};
  if (!text) return tl::unexpected(text.error());
  const char* at = text->data();
  const char* const end = at + text->size();
  for (int line = 1; at != end; ++line) {
    Position position;
    const auto [next, error] = std::from_chars(at, end, position.value);
    if (error != std::errc{} || next == end || *next != '\n') {
      return fail(ErrorKind::damage, fmt::format("{}/{}: line {}: expected a position",
                                                 storage_.path(), quarantined_file, line));
    }
    quarantined_.push_back(position);
    at = next + 1;
  }
  std::sort(quarantined_.begin(), quarantined_.end());
  return {};
}

Result<void> Quarantine::quarantine(Position position) {
  if (holds(position)) return {};
  quarantined_.insert(std::upper_bound(quarantined_.begin(), quarantined_.end(), position),
                      position);
  std::string text;
  for (const Position one : quarantined_) text += std::to_string(one.value) + "\n";
  return storage_.write_whole(std::string(quarantined_file), text);
}

Duration Quarantine::back_off() const {
  if (!death_ || death_->times <= deaths_max) return Duration::zero();
  const auto doublings = std::min<std::uint64_t>(death_->times - deaths_max - 1, 5);
  return std::min<Duration>(std::chrono::seconds{1 << doublings}, back_off_max);
}

bool Quarantine::holds(Position position) const {
  return !quarantined_.empty() &&
         std::binary_search(quarantined_.begin(), quarantined_.end(), position);
}

// Relaxed, and atomic only so that the compiler makes one store of it, where it stands: who reads
// it is another process, after the end of this one.
void Quarantine::take(Position position) noexcept {
  std::atomic_ref(word(in_hand)).store(position.value + 1, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

void Quarantine::put_down() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  std::atomic_ref(word(in_hand)).store(0, std::memory_order_relaxed);
}

}  // namespace senne::pipeline
