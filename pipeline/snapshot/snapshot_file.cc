#include "pipeline/snapshot/snapshot_file.h"

#include <fmt/format.h>

#include "core/bytes.h"

namespace senne::pipeline {
namespace {

constexpr std::uint32_t magic = 0x50'4E'53'53;  // "SSNP" in memory order

struct Trailer {
  Position position;
  Id128 journal;
  Id128 configuration;
  std::uint64_t state_size;
  std::uint32_t version;
  std::uint32_t magic;
};
static_assert(std::has_unique_object_representations_v<Trailer>);

constexpr std::size_t trailer_size = sizeof(Trailer) + sizeof(Id128);

}  // namespace

std::string encode_snapshot(Snapshot&& snapshot) {
  std::string bytes = std::move(snapshot.state);
  const Trailer trailer{snapshot.position, snapshot.journal,        snapshot.configuration,
                        bytes.size(),      snapshot_format_version, magic};
  bytes.reserve(bytes.size() + trailer_size);
  ByteWriter writer(bytes);
  writer.put(trailer);
  writer.put(content_hash(bytes));
  return bytes;
}

Result<Snapshot> decode_snapshot(std::string bytes, std::string_view name) {
  if (bytes.size() < trailer_size) {
    return fail(ErrorKind::damage,
                fmt::format("{}: {} bytes are too few for a snapshot", name, bytes.size()));
  }
  const std::string_view all = bytes;
  const std::size_t checked = all.size() - sizeof(Id128);
  const auto checksum = ByteReader(all.substr(checked)).get<Id128>();
  if (content_hash(all.substr(0, checked)) != checksum) {
    return fail(ErrorKind::damage, fmt::format("{}: checksum does not match", name));
  }
  const auto trailer = ByteReader(all.substr(all.size() - trailer_size)).get<Trailer>();
  if (trailer.magic != magic) {
    return fail(ErrorKind::damage, fmt::format("{}: not a snapshot", name));
  }
  if (trailer.version > snapshot_format_version) {
    return fail(ErrorKind::version,
                fmt::format("{}: snapshot format {} is of a newer release; this one reads up to {}",
                            name, trailer.version, snapshot_format_version));
  }
  if (trailer.state_size != all.size() - trailer_size) {
    return fail(ErrorKind::damage, fmt::format("{}: {} bytes of state, expected {}", name,
                                               all.size() - trailer_size, trailer.state_size));
  }
  bytes.resize(bytes.size() - trailer_size);
  return Snapshot{trailer.position, trailer.journal, trailer.configuration, std::move(bytes)};
}

}  // namespace senne::pipeline
