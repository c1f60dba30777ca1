#include "ingest/journal/segment_view.h"

#include "core/lost_pages.h"
#include "ingest/journal/recovery.h"

namespace senne::ingest {

bool still_there(Storage& storage, std::uint64_t number) {
  return storage.open_mapped_read_only(segment_name(number)).has_value();
}

std::optional<Error> unreadable(const Storage& storage, std::uint64_t number,
                                const MappedFile& file) {
  const auto lost = file.lost();
  if (!lost) return std::nullopt;
  return damage_at(storage, number, *lost, lost_page_text);
}

}  // namespace senne::ingest
