#include "pipeline/decode/sparkplug_b.h"

#include <fmt/format.h>

#include <array>

#include "core/ids.h"
#include "pipeline/decode/json.h"
#include "pipeline/decode/lorawan.h"

namespace senne::decode {
namespace {

using Kind = WireField::Kind;
using Type = SparkplugType;

constexpr std::size_t id_bytes_max = 256;  // as every device id
constexpr std::string_view bd_seq_name = "bdSeq";

bool is_birth(Type type) { return type == Type::nbirth || type == Type::dbirth; }

// What says how the node is spoken to, and of its session: no readings.
bool is_control(std::string_view name) {
  return name == bd_seq_name || name.starts_with("Node Control/") ||
         name.starts_with("Device Control/");
}

std::optional<std::uint64_t> bd_seq_of(const SparkplugMetric& metric) {
  const auto kind = metric.value.kind;
  const bool integer =
      kind == SparkplugValue::Kind::integer || kind == SparkplugValue::Kind::long_integer;
  if (metric.name != bd_seq_name || metric.null || !integer) return std::nullopt;
  return metric.value.bits;
}

auto malformed() {
  return rejected(DeadLetterReason::malformed, "expected a Sparkplug B payload in protobuf");
}

}  // namespace

SparkplugBDecoder::SparkplugBDecoder(const Route& route, SparkplugNodes* nodes)
    : route_(route.name),
      readings_limit_(route.limits.readings_per_message),
      depth_max_(route.limits.depth),
      rebirth_requests_(route.rebirth_requests),
      own_nodes_(nodes == nullptr ? std::make_unique<SparkplugNodes>() : nullptr),
      nodes_(nodes == nullptr ? *own_nodes_ : *nodes),
      readings_(readings_limit_, depth_max_) {}

DecodeResult SparkplugBDecoder::decode(const Message& message, Instant receive_time, Decoded& out) {
  const auto topic = parse_sparkplug_topic(message.topic);
  if (!topic) {
    return rejected(DeadLetterReason::malformed,
                    "expected a topic spBv1.0/{group}/{type}/{node}, with /{device} behind it for "
                    "the messages of a device");
  }
  if (topic->type == Type::state) return suppressed(SuppressedReason::status);
  if (topic->type == Type::ncmd || topic->type == Type::dcmd) {
    return suppressed(SuppressedReason::command);
  }
  name(*topic);
  if (id_.size() > id_bytes_max) {
    return rejected(DeadLetterReason::limit,
                    fmt::format("group, node and device: expected at most {} bytes", id_bytes_max));
  }
  Said said{message, *topic, {}, {}, receive_time};
  if (!read_payload(message.payload, said.payload)) {
    if (is_birth(topic->type)) forget(*topic);
    return malformed();
  }
  said.time = sparkplug_time(said.payload.timestamp);
  if (topic->type == Type::ndeath || topic->type == Type::ddeath) {
    return decode_death(said, out);
  }
  said.node = nodes_.admit(descriptor(), receive_time);
  if (said.node == nullptr) {
    return rejected(DeadLetterReason::limit, "more Sparkplug B nodes than are remembered");
  }
  return is_birth(topic->type) ? decode_birth(said, out) : decode_data(said, out);
}

void SparkplugBDecoder::pass_over(const Message& message) {
  const auto topic = parse_sparkplug_topic(message.topic);
  if (!topic || !is_birth(topic->type)) return;
  name(*topic);
  forget(*topic);
}

void SparkplugBDecoder::name(const SparkplugTopic& topic) {
  id_.assign(topic.group).append("/").append(topic.node);
  descriptor_size_ = id_.size();
  if (!topic.device.empty()) id_.append("/").append(topic.device);
}

void SparkplugBDecoder::forget(const SparkplugTopic& topic) {
  SparkplugNode* const node = nodes_.find(descriptor());
  if (node == nullptr) return;
  if (topic.device.empty()) {
    nodes_.node_died(*node);
  } else {
    nodes_.device_died(*node, topic.device);
  }
}

DecodeResult SparkplugBDecoder::decode_death(Said& said, Decoded& out) {
  std::optional<std::uint64_t> bd_seq;
  const Result read = read_death(said.message.payload, bd_seq);
  if (read != Result::done) return refuse(read);
  said.node = nodes_.find(descriptor());
  if (said.topic.type == Type::ddeath) {
    if (said.node != nullptr) {
      follow(said);
      nodes_.device_died(*said.node, said.topic.device);
    }
    add_sign(said.topic.device, true, out);
  } else if (said.node == nullptr) {
    add_sign({}, true, out);
  } else if (said.node->dies_by(bd_seq)) {
    add_sign({}, true, out);
    lose_devices(*said.node, false, out);
    nodes_.node_died(*said.node);
  }
  return suppressed(SuppressedReason::status);
}

void SparkplugBDecoder::lose_devices(const SparkplugNode& node, bool unborn, Decoded& out) {
  for (const auto& [device, birth] : node.births()) {
    if (!device.empty()) add_sign(device, true, out).unborn = unborn;
  }
  for (const auto& device : node.unborn()) add_sign(device, true, out).unborn = unborn;
}

Sign& SparkplugBDecoder::add_sign(std::string_view device, bool gone, Decoded& out) {
  Sign& sign = out.signs.emplace_back();
  sign.gone = gone;
  id_.resize(descriptor_size_);
  if (!device.empty()) id_.append("/").append(device);
  sign.device = out.keep(id_);
  sign.other_device = out.keep(device);
  return sign;
}

SparkplugBDecoder::Result SparkplugBDecoder::read_death(
    std::string_view payload, std::optional<std::uint64_t>& bd_seq) const {
  std::size_t metrics = 0;
  WireFields fields(payload);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(payload_metrics, Kind::bytes)) continue;
    if (++metrics > readings_limit_) return Result::too_many;
    SparkplugMetric metric;
    if (!read_metric(field.bytes, metric)) return Result::broken;
    if (const auto number = bd_seq_of(metric)) bd_seq = number;
  }
  return Result::done;
}

DecodeResult SparkplugBDecoder::decode_birth(Said& said, Decoded& out) {
  std::optional<std::uint64_t> bd_seq;
  const bool nbirth = said.topic.type == Type::nbirth;
  if (const Result read = read_birth(said.message.payload, bd_seq); read != Result::done) {
    forget(said.topic);
    return refuse(read);
  }
  if (nbirth && said.payload.sequence.value_or(0) != 0) {
    forget(said.topic);
    return rejected(DeadLetterReason::malformed, "expected 0 as seq of an NBIRTH");
  }
  const Result result = append_metrics(said, nullptr, out);
  if (result == Result::broken) {
    forget(said.topic);
    return malformed();
  }
  const std::uint64_t fingerprint = nbirth ? content_hash(said.message.payload).low : 0;
  // The same message again would end what the births of its devices have said since.
  const bool again = nbirth && said.node->born_by(fingerprint);
  if (nbirth && !again) {
    // They are stale until their own births come (Sparkplug 3.0, section 4, NBIRTH).
    lose_devices(*said.node, true, out);
    name(said.topic);
  }
  if (!again && !install(said, bd_seq, fingerprint)) {
    return rejected(DeadLetterReason::limit,
                    "the birth has more metrics than there is room to remember");
  }
  return finish(said, result, out);
}

bool SparkplugBDecoder::install(const Said& said, std::optional<std::uint64_t> bd_seq,
                                std::uint64_t fingerprint) {
  if (said.topic.type == Type::dbirth) {
    return nodes_.device_born(*said.node, said.topic.device, birth_);
  }
  return nodes_.node_born(*said.node, {bd_seq, said.payload.sequence, fingerprint}, birth_);
}

SparkplugBDecoder::Result SparkplugBDecoder::read_birth(std::string_view payload,
                                                        std::optional<std::uint64_t>& bd_seq) {
  birth_.clear();
  std::size_t metrics = 0;
  WireFields fields(payload);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(payload_metrics, Kind::bytes)) continue;
    if (++metrics > readings_limit_) return Result::too_many;
    SparkplugMetric metric;
    SparkplugProperties properties;
    if (!read_metric(field.bytes, metric) || !read_properties(metric.properties, properties)) {
      return Result::broken;
    }
    if (const auto number = bd_seq_of(metric)) bd_seq = number;
    if (!metric.name.empty()) birth_.add(metric, properties.unit);
  }
  birth_.seal();
  return Result::done;
}

DecodeResult SparkplugBDecoder::decode_data(Said& said, Decoded& out) {
  const SparkplugBirth* const known = said.node->birth_of(said.topic.device);
  said.rebirth = known == nullptr;
  if (known == nullptr && !said.topic.device.empty()) {
    nodes_.device_heard(*said.node, said.topic.device);
  }
  const Result result = append_metrics(said, known, out);
  if (result == Result::broken) return malformed();
  return finish(said, result, out);
}

SparkplugBDecoder::Result SparkplugBDecoder::append_metrics(Said& said, const SparkplugBirth* known,
                                                            Decoded& out) {
  std::size_t metrics = 0;
  WireFields fields(said.message.payload);
  WireField field;
  while (fields.next(field)) {
    if (!field.is(payload_metrics, Kind::bytes)) continue;
    if (++metrics > readings_limit_) return Result::too_many;
    SparkplugMetric metric;
    if (!read_metric(field.bytes, metric)) return Result::broken;
    if (!metric.timestamp && !said.time.start) said.untimed = true;
    const Result result = append_metric(said, metric, known, out);
    if (result != Result::done) return result;
  }
  return Result::done;
}

// `known`: what the last birth said; of a birth nothing, as it says all itself.
SparkplugBDecoder::Result SparkplugBDecoder::append_metric(Said& said, SparkplugMetric metric,
                                                           const SparkplugBirth* known,
                                                           Decoded& out) {
  const auto bad = [&](std::string_view as, DeadLetterReason reason) {
    if (metric.null || metric.value.kind == SparkplugValue::Kind::none) return Result::done;
    const SentTime time = metric.timestamp ? sparkplug_time(metric.timestamp) : said.time;
    return readings_.append_bad(as, reason, time, out);
  };
  std::optional<SparkplugMeaning> meaning;
  if (known != nullptr) {
    if (!metric.name.empty()) meaning = known->find(metric.name);
    if (metric.name.empty() && metric.alias) meaning = known->find(*metric.alias);
  }
  if (metric.name.empty() && !meaning) {
    if (!metric.alias) return bad("", DeadLetterReason::malformed);
    said.rebirth = true;
    std::array<char, 32> text{};
    const auto end = fmt::format_to_n(text.data(), text.size(), "alias {}", *metric.alias).out;
    const auto size = static_cast<std::size_t>(end - text.data());
    return bad({text.data(), size}, DeadLetterReason::no_codec);
  }
  std::string_view unit;
  if (meaning) {
    metric.name = meaning->name;
    unit = meaning->unit;
    if (metric.datatype == SparkplugDatatype::unknown) metric.datatype = meaning->datatype;
  }
  if (is_control(metric.name)) return Result::done;
  return readings_.append(metric, unit, said.time, out);
}

void SparkplugBDecoder::follow(Said& said) {
  if (!said.payload.sequence) return;
  if (said.node->follow(*said.payload.sequence, said.message.duplicate)) return;
  nodes_.count_gap(route_);
  said.rebirth = true;
}

DecodeResult SparkplugBDecoder::refuse(Result result) const {
  if (result == Result::too_many) return too_many_readings(readings_limit_);
  if (result == Result::broken) return malformed();
  return rejected(DeadLetterReason::too_deep,
                  fmt::format("expected at most {} levels of nesting", depth_max_));
}

// All but a broken message has been said, also where it is over a limit.
DecodeResult SparkplugBDecoder::finish(Said& said, Result result, Decoded& out) {
  if (said.topic.type != Type::nbirth) {
    follow(said);
    if (!said.node->alive()) said.rebirth = true;
  }
  if (said.rebirth && rebirth_requests_) {
    nodes_.ask_rebirth(*said.node, descriptor(), route_, said.receive_time);
  }
  if (result != Result::done) return refuse(result);
  if (out.readings.empty()) {
    add_sign(said.topic.device, false, out);
    return suppressed(SuppressedReason::status);
  }
  Report report;
  report.device = out.keep(id_);
  report.other_device = said.topic.device;
  report.time = said.time;
  // It wraps soon: without a time two readings of one value would be taken for one.
  if (said.payload.sequence && !said.untimed) {
    report.sequence = keep_integer(*said.payload.sequence, out);
  }
  add_report(report, 0, out);
  return {};
}

}  // namespace senne::decode
