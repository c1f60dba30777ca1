#include "app/journal_notes.h"

#include <charconv>

namespace senne::app {

JournalNotes::JournalNotes(ingest::Journal& journal, Storage& storage)
    : journal_(journal), storage_(storage) {
  const Result<std::string> text = storage.read_whole(adopted_file);
  if (!text) return;
  Position position;
  const char* const end = text->data() + text->size();
  if (std::from_chars(text->data(), end, position.value).ec == std::errc{}) adopted_ = position;
}

Result<void> JournalNotes::forget_adopted() {
  auto removed = storage_.remove(adopted_file);
  if (removed) adopted_.reset();
  return removed;
}

Result<void> adopt(Storage& journal_files, Position position) {
  return journal_files.write_whole(adopted_file, std::to_string(position.value) + "\n");
}

}  // namespace senne::app
