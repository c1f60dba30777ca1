// The memory of Sparkplug B edge nodes as bytes, ordered by name, and back.
#include <algorithm>
#include <limits>

#include "pipeline/decode/sparkplug_nodes.h"

namespace senne::decode {
namespace {

constexpr std::uint32_t snapshot_version = 2;
constexpr std::uint32_t version_of_births_alone = 1;  // without the devices that were only heard

void put_optional(ByteWriter& writer, const std::optional<std::uint64_t>& value) {
  writer.put(static_cast<std::uint8_t>(value.has_value()));
  writer.put(value.value_or(0));
}

std::optional<std::uint64_t> get_optional(ByteReader& reader) {
  const bool there = reader.get<std::uint8_t>() != 0;
  const auto value = reader.get<std::uint64_t>();
  return there ? std::optional(value) : std::nullopt;
}

}  // namespace

void SparkplugNodes::snapshot(std::string& bytes) const {
  ByteWriter writer(bytes);
  writer.put(snapshot_version);
  writer.put(next_sweep_);
  writer.put(static_cast<std::uint64_t>(accounts_.size()));
  for (const SparkplugAccount& account : accounts_) {
    writer.put_text(account.route);
    writer.put(account.rebirth_requests);
    writer.put(account.sequence_gaps);
  }
  std::vector<const SparkplugNode*> ordered;
  ordered.reserve(nodes_.size());
  for (const auto& [hash, node] : nodes_) ordered.push_back(node.get());
  std::sort(ordered.begin(), ordered.end(), [](const SparkplugNode* a, const SparkplugNode* b) {
    return a->descriptor_ < b->descriptor_;
  });
  writer.put(static_cast<std::uint64_t>(ordered.size()));
  for (const SparkplugNode* node : ordered) {
    writer.put_text(node->descriptor_);
    writer.put(static_cast<std::uint8_t>(node->alive_));
    put_optional(writer, node->bd_seq_);
    put_optional(writer, node->sequence_);
    writer.put(node->birth_);
    writer.put(node->heard_);
    writer.put(static_cast<std::uint8_t>(node->asked_.has_value()));
    writer.put(node->asked_.value_or(Instant{}));
    writer.put(static_cast<std::uint64_t>(node->births_.size()));
    for (const auto& [device, birth] : node->births_) {
      writer.put_text(device);
      birth.snapshot(writer);
    }
    writer.put(static_cast<std::uint64_t>(node->unborn_.size()));
    for (const std::string& device : node->unborn_) writer.put_text(device);
  }
}

Result<void> SparkplugNodes::restore(std::string_view bytes) {
  clear();
  ByteReader reader(bytes);
  const auto version = reader.get<std::uint32_t>();
  if (reader.ok() && version != snapshot_version && version != version_of_births_alone) {
    return fail(ErrorKind::version, "Sparkplug nodes: version " + std::to_string(version) +
                                        ", expected " + std::to_string(snapshot_version));
  }
  next_sweep_ = reader.get<Instant>();
  bool sound = restore_accounts(reader);
  const auto count = sound ? reader.get<std::uint64_t>() : 0;
  for (std::uint64_t i = 0; i < count && sound; ++i) sound = restore_node(reader, version);
  if (sound && reader.at_end()) return {};
  clear();
  return fail(ErrorKind::damage, "Sparkplug nodes: they do not fit together, expected a snapshot");
}

bool SparkplugNodes::restore_accounts(ByteReader& reader) {
  const auto count = reader.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    SparkplugAccount account;
    account.route = reader.get_text();
    account.rebirth_requests = reader.get<std::uint64_t>();
    account.sequence_gaps = reader.get<std::uint64_t>();
    if (!accounts_.empty() && accounts_.back().route >= account.route) return false;
    accounts_.push_back(std::move(account));
  }
  return reader.ok();
}

bool SparkplugNodes::restore_node(ByteReader& reader, std::uint32_t version) {
  const std::string_view descriptor = reader.get_text();
  if (!reader.ok() || descriptor.empty() || find(descriptor) != nullptr) return false;
  SparkplugNode& node = make(descriptor);
  node.alive_ = reader.get<std::uint8_t>() != 0;
  node.bd_seq_ = get_optional(reader);
  node.sequence_ = get_optional(reader);
  node.birth_ = reader.get<std::uint64_t>();
  node.heard_ = reader.get<Instant>();
  const bool asked = reader.get<std::uint8_t>() != 0;
  const auto asked_at = reader.get<Instant>();
  if (asked) node.asked_ = asked_at;
  if (node.sequence_ && *node.sequence_ > std::numeric_limits<std::uint8_t>::max()) return false;
  const auto births = reader.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < births && reader.ok(); ++i) {
    const std::string_view device = reader.get_text();
    SparkplugBirth birth;
    if (node.births_.contains(device) || !birth.restore(reader)) return false;
    charge(node, birth_bytes(device, birth));
    node.births_.emplace(device, std::move(birth));
  }
  const auto unborn = version == version_of_births_alone ? 0 : reader.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < unborn && reader.ok(); ++i) {
    const std::string_view device = reader.get_text();
    if (node.births_.contains(device) || !node.unborn_.emplace(device).second) return false;
    charge(node, unborn_bytes(device));
  }
  return reader.ok();
}

}  // namespace senne::decode
