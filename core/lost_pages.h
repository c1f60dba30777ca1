// What becomes of a page of a mapped file that the disk does not give any more: its sector cannot
// be read, or the file was cut short under the mapping. The kernel answers the access with a
// signal, SIGBUS, which alone says nothing; here it gets the file's name and the offset.
//
// THREAD  any; the signal's handler reads a fixed table without a lock.
// FAILS   never. Of more than 32,768 mappings at a time the rest have no name: then, as for memory
//         that is no mapped file's, the signal ends the process in the usual way.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace senne {

// For main. From now on an access to a lost page of a writable mapping ends the process, with one
// line on standard error and status 1: nothing may be acknowledged on such a disk. In a mapping for
// reading, the page reads as zeros from then on, and `MappedName::lost` says so.
void watch_for_lost_pages();

inline constexpr std::string_view lost_page_text =
    "cannot be read: the disk failed, or the file was cut short";

struct NamedMapping;

// A mapping that has a name, for as long as it is mapped: the one that its file has at the moment.
class MappedName {
 public:
  // `file` stays open for as long as this object lives.
  MappedName(int file, std::span<std::byte> bytes, bool writable);
  ~MappedName();
  MappedName(const MappedName&) = delete;
  MappedName& operator=(const MappedName&) = delete;

  // The offset of the first page that was replaced by zeros.
  std::optional<std::size_t> lost() const;

 private:
  NamedMapping* const mapping_;  // null: there was no place left
};

}  // namespace senne
