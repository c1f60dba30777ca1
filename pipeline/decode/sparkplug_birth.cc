#include "pipeline/decode/sparkplug_birth.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <type_traits>

#include "core/decoder.h"
#include "core/ids.h"

namespace senne::decode {
namespace {

constexpr std::size_t longest = RawReading::name_bytes_max;

std::uint64_t hash_of(std::string_view name) { return content_hash(name).low; }

}  // namespace

void SparkplugBirth::clear() {
  metrics_.clear();
  by_name_.clear();
  with_alias_ = 0;
  texts_.clear();
}

void SparkplugBirth::add(const SparkplugMetric& metric, std::string_view unit) {
  // One byte more, so that it is still seen to be too long.
  const std::string_view name = metric.name.substr(0, longest + 1);
  if (unit.size() > longest) unit = {};
  Metric added;
  added.alias = metric.alias.value_or(0);
  added.has_alias = metric.alias ? 1 : 0;
  added.text = static_cast<std::uint32_t>(texts_.size());
  added.datatype = static_cast<std::uint32_t>(metric.datatype);
  added.name_bytes = static_cast<std::uint16_t>(name.size());
  added.unit_bytes = static_cast<std::uint16_t>(unit.size());
  metrics_.push_back(added);
  texts_.append(name).append(unit);
}

void SparkplugBirth::seal() {
  std::sort(metrics_.begin(), metrics_.end(), [](const Metric& a, const Metric& b) {
    return std::tuple(b.has_alias, a.alias, a.text) < std::tuple(a.has_alias, b.alias, b.text);
  });
  index();
}

void SparkplugBirth::index() {
  by_name_.clear();
  with_alias_ = 0;
  by_name_.reserve(metrics_.size());
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    by_name_.push_back({hash_of(name_of(metrics_[i])), i});
    with_alias_ += metrics_[i].has_alias;
  }
  std::sort(by_name_.begin(), by_name_.end(),
            [](const Named& a, const Named& b) { return a.hash < b.hash; });
}

std::string_view SparkplugBirth::name_of(const Metric& metric) const {
  return std::string_view(texts_).substr(metric.text, metric.name_bytes);
}

SparkplugMeaning SparkplugBirth::meaning_of(const Metric& metric) const {
  const std::size_t unit = std::size_t{metric.text} + metric.name_bytes;
  return {name_of(metric), std::string_view(texts_).substr(unit, metric.unit_bytes),
          static_cast<SparkplugDatatype>(metric.datatype)};
}

std::optional<SparkplugMeaning> SparkplugBirth::find(std::uint64_t alias) const {
  const auto end = metrics_.begin() + static_cast<std::ptrdiff_t>(with_alias_);
  const auto found =
      std::lower_bound(metrics_.begin(), end, alias,
                       [](const Metric& metric, std::uint64_t a) { return metric.alias < a; });
  if (found == end || found->alias != alias) return std::nullopt;
  if (found + 1 != end && found[1].alias == alias) return std::nullopt;
  return meaning_of(*found);
}

std::optional<SparkplugMeaning> SparkplugBirth::find(std::string_view name) const {
  const std::uint64_t hash = hash_of(name);
  auto at = std::lower_bound(by_name_.begin(), by_name_.end(), hash,
                             [](const Named& named, std::uint64_t h) { return named.hash < h; });
  const Metric* found = nullptr;
  for (; at != by_name_.end() && at->hash == hash; ++at) {
    const Metric& metric = metrics_[at->metric];
    if (name_of(metric) != name) continue;
    if (found != nullptr) return std::nullopt;
    found = &metric;
  }
  if (found == nullptr) return std::nullopt;
  return meaning_of(*found);
}

std::size_t SparkplugBirth::bytes() const {
  return metrics_.size() * (sizeof(Metric) + sizeof(Named)) + texts_.size();
}

void SparkplugBirth::snapshot(ByteWriter& writer) const {
  static_assert(std::has_unique_object_representations_v<Metric>);
  writer.put_slab(std::span<const Metric>(metrics_));
  writer.put_text(texts_);
}

bool SparkplugBirth::restore(ByteReader& reader) {
  clear();
  reader.get_slab(metrics_);
  texts_ = reader.get_text();
  if (!reader.ok()) return false;
  std::size_t aliases_end = 0;
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const Metric& metric = metrics_[i];
    const std::size_t end = std::size_t{metric.text} + metric.name_bytes + metric.unit_bytes;
    if (end > texts_.size() || metric.name_bytes > longest + 1 || metric.unit_bytes > longest) {
      return false;
    }
    if (metric.has_alias > 1) return false;
    if (metric.has_alias == 0) continue;
    // Those with an alias stand in front, in its order.
    if (i != aliases_end++ || (i > 0 && metrics_[i - 1].alias > metric.alias)) return false;
  }
  index();
  return true;
}

}  // namespace senne::decode
