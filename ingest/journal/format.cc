#include "ingest/journal/format.h"

#include <fmt/format.h>

#include <atomic>
#include <cstring>

#include "core/bytes.h"
#include "core/crc32c.h"

namespace senne::ingest {
namespace {

constexpr std::string_view segment_magic = "SENNESEG";
constexpr std::string_view synced_magic = "SENNESYN";
constexpr std::string_view identity_magic = "SENNEJID";

// The fixed blocks of all three files begin with magic, checksum and version, so that a newer
// version is told apart from damage whatever else it changed.
constexpr std::size_t checksum_at = 8;
constexpr std::size_t checked_from = 12;
constexpr std::size_t block_bytes = 64;

void seal_block(std::string& block) {
  const std::uint32_t crc = crc32c(0, block.data() + checked_from, block.size() - checked_from);
  std::memcpy(block.data() + checksum_at, &crc, sizeof crc);
}

std::string begin_block(std::string_view magic) {
  std::string block(magic);
  ByteWriter writer(block);
  writer.put(std::uint32_t{0});
  writer.put(journal_format_version);
  return block;
}

Result<void> check_block(std::string_view block, std::string_view magic) {
  if (block.size() < checked_from + 4 || block.substr(0, magic.size()) != magic)
    return fail(ErrorKind::damage, "offset 0: not a journal file (wrong magic)");
  std::uint32_t crc = 0;
  std::memcpy(&crc, block.data() + checksum_at, sizeof crc);
  if (crc != crc32c(0, block.data() + checked_from, block.size() - checked_from))
    return fail(ErrorKind::damage, "offset 0: the header's checksum does not match");
  std::uint32_t version = 0;
  std::memcpy(&version, block.data() + checked_from, sizeof version);
  if (version != journal_format_version)
    return fail(ErrorKind::version, fmt::format("has format version {}, this release knows {}",
                                                version, journal_format_version));
  return {};
}

std::string_view text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Everything about a record but its length word, which the caller acquired.
std::uint32_t checksum(const std::byte* at, std::uint32_t length, Position position,
                       std::uint32_t seed) {
  std::byte place[12];
  std::memcpy(place, &position.value, 8);
  std::memcpy(place + 8, &length, 4);
  return crc32c(crc32c(seed, place, sizeof place), at + 8, length - 8);
}

const char* fill(const RecordHeader& header, const std::byte* body, Record& record) {
  record.kind = static_cast<RecordKind>(header.kind);
  record.sequence = Sequence{header.sequence};
  record.receive_time = instant_from_nanos(header.receive_time);
  record.message = Message{};
  record.configuration = Id128{};
  const auto* text_at = reinterpret_cast<const char*>(body);
  switch (record.kind) {
    case RecordKind::message: {
      Message& message = record.message;
      message.route = RouteIndex{header.route};
      message.duplicate = (header.flags & 1) != 0;
      message.retained = (header.flags & 2) != 0;
      message.clock_apart = (header.flags & clock_apart_flag) != 0;
      message.topic = {text_at, header.topic_size};
      message.user_properties = {text_at + header.topic_size, header.properties_size};
      message.payload = {text_at + header.topic_size + header.properties_size, header.payload_size};
      message.payload_length = header.payload_length;
      return nullptr;
    }
    case RecordKind::tick:
    case RecordKind::connected:
      return nullptr;
    case RecordKind::configuration:
      if (header.payload_size != 16) return "configuration record of a wrong size";
      std::memcpy(&record.configuration.high, body, 8);
      std::memcpy(&record.configuration.low, body + 8, 8);
      return nullptr;
  }
  return "unknown kind of record";
}

}  // namespace

std::string numbered_name(std::uint64_t number, std::string_view suffix) {
  return fmt::format("{:08}{}", number, suffix);
}

std::string segment_name(std::uint64_t number) { return numbered_name(number, segment_suffix); }

std::optional<std::uint64_t> number_in_name(std::string_view name, std::string_view suffix) {
  constexpr std::size_t digits_max = 18;
  if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) return {};
  const std::string_view digits = name.substr(0, name.size() - suffix.size());
  if (digits.size() > digits_max) return {};
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return {};
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (numbered_name(number, suffix) != name) return {};
  return number;
}

void write_segment_header(std::span<std::byte> file, const SegmentHeader& header) {
  std::string block = begin_block(segment_magic);
  ByteWriter writer(block);
  writer.put(header.journal.high);
  writer.put(header.journal.low);
  writer.put(header.number);
  writer.put(header.first.value);
  writer.put(header.file_bytes);
  block.resize(block_bytes);
  seal_block(block);
  std::memcpy(file.data(), block.data(), block.size());
}

Result<SegmentHeader> read_segment_header(std::span<const std::byte> file) {
  if (file.size() < segment_bytes_min || file.size() > segment_bytes_max)
    return fail(ErrorKind::damage, fmt::format("a segment cannot have {} bytes", file.size()));
  auto header = read_segment_header_alone(file);
  if (header && header->file_bytes != file.size())
    return fail(ErrorKind::damage,
                fmt::format("has {} bytes, its header says {}", file.size(), header->file_bytes));
  return header;
}

Result<SegmentHeader> read_segment_header_alone(std::span<const std::byte> file) {
  if (file.size() < block_bytes)
    return fail(ErrorKind::damage, fmt::format("has {} bytes: no header", file.size()));
  const std::string_view block = text(file.first(block_bytes));
  if (auto checked = check_block(block, segment_magic); !checked)
    return tl::unexpected(checked.error());
  ByteReader reader(block.substr(checked_from + 4));
  SegmentHeader header;
  header.journal.high = reader.get<std::uint64_t>();
  header.journal.low = reader.get<std::uint64_t>();
  header.number = reader.get<std::uint64_t>();
  header.first = Position{reader.get<std::uint64_t>()};
  header.file_bytes = reader.get<std::uint64_t>();
  if (header.file_bytes < segment_bytes_min || header.file_bytes > segment_bytes_max)
    return fail(ErrorKind::damage, "offset 0: the header's size is impossible");
  if (header.first.value % record_alignment != 0 || header.first.value > (1ull << 62))
    return fail(ErrorKind::damage, "offset 0: the header's first position is impossible");
  return header;
}

std::uint32_t journal_checksum_seed(Id128 journal) {
  std::byte id[16];
  std::memcpy(id, &journal.high, 8);
  std::memcpy(id + 8, &journal.low, 8);
  return crc32c(0, id, sizeof id);
}

void write_record(std::byte* at, const RecordParts& parts, Position position, std::uint32_t seed) {
  const auto length = static_cast<std::uint32_t>(parts.length());
  std::memcpy(at + 8, reinterpret_cast<const std::byte*>(&parts.header) + 8,
              record_header_bytes - 8);
  std::byte* body = at + record_header_bytes;
  const auto put = [&body](std::string_view part) {
    if (!part.empty()) std::memcpy(body, part.data(), part.size());
    body += part.size();
  };
  put(parts.topic);
  put(parts.properties);
  put(parts.payload);
  const std::uint32_t crc = checksum(at, length, position, seed);
  std::memcpy(at + 4, &crc, sizeof crc);
  // Release: pairs with `read_record_beside_writer`, by which another process looks on. In this one
  // the reader goes by Stream::end, which is stored after it.
  std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(at))
      .store(length, std::memory_order_release);
}

ReadRecord read_record(const std::byte* at, std::size_t room, Position position, std::uint32_t seed,
                       Record& record) {
  if (room < record_header_bytes) return {Found::bad, "no room for a record"};
  std::uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  if (length == 0) return {Found::nothing, "nothing is written here"};
  if (length < record_header_bytes || length > room) return {Found::bad, "impossible length"};
  RecordHeader header;
  std::memcpy(reinterpret_cast<std::byte*>(&header) + 4, at + 4, record_header_bytes - 4);
  // Before the checksum: makes it cheap to search damaged bytes for the next record.
  const std::uint64_t body = std::uint64_t{header.topic_size} + header.properties_size +
                             header.payload_size + record_header_bytes;
  if (body != length) return {Found::bad, "its parts do not add up to its length"};
  if (header.crc != checksum(at, length, position, seed))
    return {Found::bad, "the checksum does not match"};
  if (header.kind == seal_kind) return {Found::seal, ""};
  record.position = position;
  record.next = Position{position.value + aligned(length)};
  if (record.next.value - position.value > room) return {Found::bad, "impossible length"};
  if (const char* why = fill(header, at + record_header_bytes, record)) return {Found::bad, why};
  return {Found::record, ""};
}

ReadRecord read_record_beside_writer(const std::byte* at, std::size_t room, Position position,
                                     std::uint32_t seed, Record& record) {
  if (room < record_header_bytes) return {Found::bad, "no room for a record"};
  // Acquire: pairs with the release in `write_record`. (atomic_ref of a const type is C++26.)
  auto* const word = const_cast<std::uint32_t*>(reinterpret_cast<const std::uint32_t*>(at));
  if (std::atomic_ref<std::uint32_t>(*word).load(std::memory_order_acquire) == 0)
    return {Found::nothing, "nothing is written here"};
  return read_record(at, room, position, seed, record);
}

void write_synced_mark(std::span<std::byte> file, const SyncedMark& mark, Id128 journal) {
  std::string block = begin_block(synced_magic);
  ByteWriter writer(block);
  writer.put(journal.high);
  writer.put(journal.low);
  writer.put(mark.generation);
  writer.put(mark.position.value);
  writer.put(mark.sequence.value);
  writer.put(mark.receive_time);
  block.resize(block_bytes);
  seal_block(block);
  std::memcpy(file.data() + (mark.generation % 2) * synced_slot_stride, block.data(), block.size());
}

Result<SyncedMark> read_synced_mark(std::span<const std::byte> file, Id128 journal) {
  if (file.size() != synced_file_bytes)
    return fail(ErrorKind::damage,
                fmt::format("has {} bytes instead of {}", file.size(), synced_file_bytes));
  std::optional<SyncedMark> newest;
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const std::string_view block = text(file.subspan(slot * synced_slot_stride, block_bytes));
    if (auto checked = check_block(block, synced_magic); !checked) {
      if (checked.error().kind == ErrorKind::version) return tl::unexpected(checked.error());
      continue;
    }
    ByteReader reader(block.substr(checked_from + 4));
    Id128 of;
    of.high = reader.get<std::uint64_t>();
    of.low = reader.get<std::uint64_t>();
    if (of != journal)
      return fail(ErrorKind::mismatch,
                  fmt::format("belongs to journal {}, this is {}", to_hex(of), to_hex(journal)));
    SyncedMark mark;
    mark.generation = reader.get<std::uint64_t>();
    mark.position = Position{reader.get<std::uint64_t>()};
    mark.sequence = Sequence{reader.get<std::uint64_t>()};
    mark.receive_time = reader.get<std::int64_t>();
    if (!newest || mark.generation > newest->generation) newest = mark;
  }
  if (!newest) return fail(ErrorKind::damage, "neither slot checks (offsets 0 and 4096)");
  return *newest;
}

std::string encode_identity(const JournalIdentity& identity) {
  std::string block = begin_block(identity_magic);
  ByteWriter writer(block);
  writer.put(identity.id.high);
  writer.put(identity.id.low);
  writer.put(static_cast<std::uint64_t>(identity.has_committed ? 1 : 0));
  writer.put_text(identity.cluster_id);
  seal_block(block);
  return block;
}

Result<JournalIdentity> decode_identity(std::string_view bytes) {
  if (auto checked = check_block(bytes, identity_magic); !checked)
    return tl::unexpected(checked.error());
  ByteReader reader(bytes.substr(checked_from + 4));
  JournalIdentity identity;
  identity.id.high = reader.get<std::uint64_t>();
  identity.id.low = reader.get<std::uint64_t>();
  identity.has_committed = reader.get<std::uint64_t>() != 0;
  identity.cluster_id = std::string(reader.get_text());
  if (!reader.at_end()) return fail(ErrorKind::damage, "its fields do not fit its size");
  return identity;
}

}  // namespace senne::ingest
