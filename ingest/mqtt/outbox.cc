#include "ingest/mqtt/outbox.h"

#include <algorithm>
#include <utility>

namespace senne::ingest {

void Outbox::put(const DeviceCommand& command) {
  Letter letter{std::string(command.topic), std::string(command.payload), command.time};
  const std::lock_guard lock(mutex_);
  const auto same = std::find_if(letters_.begin(), letters_.end(), [&](const Letter& waiting) {
    return waiting.topic == letter.topic;
  });
  if (same != letters_.end()) {
    *same = std::move(letter);
  } else if (letters_.size() < letters_max) {
    letters_.push_back(std::move(letter));
  }
}

std::vector<Outbox::Letter> Outbox::take(Instant now) {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  std::erase_if(letters, [now](const Letter& letter) { return now - letter.time > useful_for; });
  return letters;
}

}  // namespace senne::ingest
