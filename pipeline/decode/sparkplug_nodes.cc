#include "pipeline/decode/sparkplug_nodes.h"

#include <algorithm>

namespace senne::decode {
namespace {

constexpr Duration sweep_interval = std::chrono::hours{1};
constexpr std::uint64_t sequences = 256;  // it wraps (Sparkplug 3.0, section 6.4)

// About what a map's entry takes besides its content.
constexpr std::size_t entry_bytes = 64;

}  // namespace

const SparkplugBirth* SparkplugNode::birth_of(std::string_view device) const {
  const auto found = births_.find(device);
  return found == births_.end() ? nullptr : &found->second;
}

bool SparkplugNode::dies_by(std::optional<std::uint64_t> bd_seq) const {
  return !bd_seq || !bd_seq_ || *bd_seq == *bd_seq_;
}

bool SparkplugNode::follow(std::uint64_t sequence, bool delivered_again) {
  if (sequence >= sequences) return true;  // it is none
  if (!sequence_) {
    sequence_ = sequence;
    return true;
  }
  const std::uint64_t behind = (*sequence_ - sequence) % sequences;
  if (behind < late_max || (delivered_again && behind < sequences / 2)) return true;
  const bool next = behind == sequences - 1;
  sequence_ = sequence;
  return next;
}

std::size_t SparkplugNodes::node_bytes(std::string_view descriptor) {
  return entry_bytes + sizeof(SparkplugNode) + descriptor.size();
}

std::size_t SparkplugNodes::birth_bytes(std::string_view device, const SparkplugBirth& birth) {
  return entry_bytes + sizeof birth + device.size() + birth.bytes();
}

std::size_t SparkplugNodes::unborn_bytes(std::string_view device) {
  return entry_bytes + device.size();
}

SparkplugNode* SparkplugNodes::find(std::string_view descriptor) {
  const auto found = nodes_.find(content_hash(descriptor));
  return found == nodes_.end() ? nullptr : found->second.get();
}

SparkplugNode* SparkplugNodes::admit(std::string_view descriptor, Instant now) {
  SparkplugNode* node = find(descriptor);
  if (node == nullptr) {
    const std::size_t bytes = node_bytes(descriptor);
    if (nodes_.size() >= limits_.nodes || bytes_ + bytes > limits_.bytes) return nullptr;
    node = &make(descriptor);
  }
  node->heard_ = now;
  return node;
}

SparkplugNode& SparkplugNodes::make(std::string_view descriptor) {
  auto made = std::make_unique<SparkplugNode>();
  made->descriptor_ = descriptor;
  charge(*made, node_bytes(descriptor));
  return *nodes_.emplace(content_hash(descriptor), std::move(made)).first->second;
}

void SparkplugNodes::charge(SparkplugNode& node, std::size_t bytes) {
  node.bytes_ += bytes;
  bytes_ += bytes;
}

void SparkplugNodes::discharge(SparkplugNode& node, std::size_t bytes) {
  node.bytes_ -= bytes;
  bytes_ -= bytes;
}

bool SparkplugNodes::has_room(const SparkplugNode& node, std::size_t bytes) const {
  return node.bytes_ + bytes <= limits_.bytes_of_node && bytes_ + bytes <= limits_.bytes;
}

void SparkplugNodes::forget_births(SparkplugNode& node) {
  for (const auto& [device, birth] : node.births_) discharge(node, birth_bytes(device, birth));
  for (const auto& device : node.unborn_) discharge(node, unborn_bytes(device));
  node.births_.clear();
  node.unborn_.clear();
}

bool SparkplugNodes::keep(SparkplugNode& node, std::string_view device,
                          const SparkplugBirth& birth) {
  const std::size_t bytes = birth_bytes(device, birth);
  if (!has_room(node, bytes)) return false;
  node.births_.emplace(device, birth);
  charge(node, bytes);
  return true;
}

bool SparkplugNodes::node_born(SparkplugNode& node, const NodeBirth& as,
                               const SparkplugBirth& birth) {
  node_died(node);
  if (!keep(node, {}, birth)) return false;
  node.alive_ = true;
  node.bd_seq_ = as.bd_seq;
  node.sequence_ = as.sequence;
  node.birth_ = as.fingerprint;
  return true;
}

void SparkplugNodes::node_died(SparkplugNode& node) {
  forget_births(node);
  node.alive_ = false;
  node.bd_seq_.reset();
  node.sequence_.reset();
  node.birth_ = 0;
}

bool SparkplugNodes::device_born(SparkplugNode& node, std::string_view device,
                                 const SparkplugBirth& birth) {
  device_died(node, device);
  return keep(node, device, birth);
}

void SparkplugNodes::device_died(SparkplugNode& node, std::string_view device) {
  if (const auto found = node.births_.find(device); found != node.births_.end()) {
    discharge(node, birth_bytes(device, found->second));
    node.births_.erase(found);
  }
  if (const auto found = node.unborn_.find(device); found != node.unborn_.end()) {
    discharge(node, unborn_bytes(device));
    node.unborn_.erase(found);
  }
}

void SparkplugNodes::device_heard(SparkplugNode& node, std::string_view device) {
  if (node.births_.contains(device) || node.unborn_.contains(device)) return;
  const std::size_t bytes = unborn_bytes(device);
  if (!has_room(node, bytes)) return;
  node.unborn_.emplace(device);
  charge(node, bytes);
}

SparkplugAccount& SparkplugNodes::account(std::string_view route) {
  const auto at = std::lower_bound(
      accounts_.begin(), accounts_.end(), route,
      [](const SparkplugAccount& account, std::string_view name) { return account.route < name; });
  if (at != accounts_.end() && at->route == route) return *at;
  return *accounts_.insert(at, SparkplugAccount{std::string(route)});
}

void SparkplugNodes::ask_rebirth(SparkplugNode& node, std::string_view descriptor,
                                 std::string_view route, Instant now) {
  if (node.asked_ && now - *node.asked_ < rebirth_pause) return;
  node.asked_ = now;
  ++account(route).rebirth_requests;
  wish_.assign(descriptor);
  wished_ = true;
}

std::string_view SparkplugNodes::take_rebirth() {
  if (!wished_) return {};
  wished_ = false;
  return wish_;
}

void SparkplugNodes::forget_idle(Instant tick, Duration horizon) {
  if (tick < next_sweep_) return;
  next_sweep_ = tick + sweep_interval;
  absl::erase_if(nodes_, [&](const auto& entry) {
    const SparkplugNode& node = *entry.second;
    if (tick - node.heard_ <= horizon) return false;
    bytes_ -= node.bytes_;
    return true;
  });
}

void SparkplugNodes::clear() {
  nodes_.clear();
  bytes_ = 0;
  next_sweep_ = {};
  accounts_.clear();
  wished_ = false;
}

}  // namespace senne::decode
