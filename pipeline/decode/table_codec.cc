#include "pipeline/decode/table_codec.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "pipeline/decode/codec_reading.h"
#include "pipeline/decode/json.h"

namespace senne::decode {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

bool holds(const std::vector<CodecCondition>& when, std::string_view bytes) {
  return std::all_of(when.begin(), when.end(), [bytes](const CodecCondition& one) {
    const auto size = static_cast<std::ptrdiff_t>(bytes.size());
    const std::ptrdiff_t at = one.at < 0 ? size + one.at : one.at;
    if (at < 0 || at >= size) return false;
    return (byte_at(bytes, static_cast<std::size_t>(at)) & one.mask) == one.is;
  });
}

// Of one tag, or of several with a space between two.
template <class See>
void each_tag(std::string_view tags, const See& see) {
  for (std::size_t space = tags.find(' '); space != tags.npos; space = tags.find(' ')) {
    see(tags.substr(0, space));
    tags.remove_prefix(space + 1);
  }
  see(tags);
}

bool has_port(const CodecLayout& layout, int port) {
  return layout.ports.empty() ||
         std::find(layout.ports.begin(), layout.ports.end(), port) != layout.ports.end();
}

// `channel_ff_type_01`, `type_3e`, `tag_410005`: what stands where a tag was expected.
std::string_view name_of_tag(std::string_view rest, std::size_t bytes, Decoded& out) {
  const std::string_view tag = rest.substr(0, std::min(bytes, rest.size()));
  char name[64];
  char* end = name;
  if (tag.size() == 2) {
    end = fmt::format_to(end, "channel_{:02x}_type_{:02x}", byte_at(tag, 0), byte_at(tag, 1));
  } else if (tag.size() == 1 && bytes == 1) {
    end = fmt::format_to(end, "type_{:02x}", byte_at(tag, 0));
  } else if (tag.size() == 1 && bytes == 2) {
    end = fmt::format_to(end, "channel_{:02x}", byte_at(tag, 0));
  } else {
    end = fmt::format_to(end, "tag_");
    for (std::size_t i = 0; i < std::min<std::size_t>(tag.size(), 8); ++i) {
      end = fmt::format_to(end, "{:02x}", byte_at(tag, i));
    }
  }
  return out.keep({name, static_cast<std::size_t>(end - name)});
}

// Makes a report of the readings from `first` on; none, when there are none.
void add_report(CodecReading& reading, std::size_t first, const SentTime& time, bool historical) {
  if (reading.out.readings.size() == first) return;
  Report report = reading.as;
  report.first_reading = first;
  report.reading_count = reading.out.readings.size() - first;
  report.historical = reading.as.historical || historical;
  if (time.start) {
    report.time = time;
    report.time.from = "the payload's bytes";
  }
  reading.out.reports.push_back(report);
}

bool is_one_tag(std::string_view tag) {
  if (tag.empty() || tag.size() % 2 != 0 || tag.size() > 16) return false;
  std::size_t channels = 0;
  for (std::size_t i = 0; i < tag.size(); i += 2) {
    const std::string_view two = tag.substr(i, 2);
    if (two == "**") ++channels;
    if (two == "**" || two == "..") continue;
    if (digit(two[0]) < 0 || digit(two[1]) < 0) return false;
  }
  return channels <= 1;
}

}  // namespace

bool is_tag(std::string_view tag) {
  bool sound = true;
  each_tag(tag, [&sound](std::string_view one) { sound = sound && is_one_tag(one); });
  return sound;
}

TableCodec::TableCodec(std::shared_ptr<const CodecTable> table) : table_(std::move(table)) {
  for (const CodecLayout& from : table_->layouts) {
    Layout layout{&from, CodecBlock(from.fields), {}, 0, {}};
    for (const CodecEntry& entry : from.entries) {
      each_tag(entry.tag, [&layout, &entry](std::string_view tag) {
        layout.entries.push_back(compile(entry, tag));
        const std::size_t size = tag.size() / 2;
        const bool first = layout.entries.size() == 1;
        layout.tag_bytes = first ? size : std::min(layout.tag_bytes, size);
      });
    }
    for (const CodecGroup& group : from.groups) {
      SENNE_CHECK(group.bit < layout.groups.size());
      layout.groups[group.bit].emplace(group.fields);
    }
    layouts_.push_back(std::move(layout));
  }
}

TableCodec::Entry TableCodec::compile(const CodecEntry& entry, std::string_view tag) {
  Entry compiled{&entry, {}, {}, std::nullopt, CodecBlock(entry.fields)};
  for (std::size_t i = 0; i < tag.size(); i += 2) {
    const bool any = digit(tag[i]) < 0;
    if (tag[i] == '*') compiled.channel = i / 2;
    compiled.masks.push_back(any ? 0 : 0xFF);
    const int byte = any ? 0 : 16 * digit(tag[i]) + digit(tag[i + 1]);
    compiled.bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  return compiled;
}

DecodeResult TableCodec::decode(const DevicePayload& payload, const Report& as, Decoded& out) {
  CodecReading reading{payload, as, out};
  const auto too_many = [&] {
    return rejected(DeadLetterReason::limit,
                    fmt::format("expected at most {} readings", payload.readings_limit));
  };
  if (payload.bytes.empty()) return suppressed(SuppressedReason::status);
  Layout* const layout = layout_for(payload);
  if (layout == nullptr) {
    return rejected(DeadLetterReason::malformed,
                    fmt::format("expected a payload of `{}`, found {} bytes on port {} that fit no "
                                "layout of it",
                                table_->name, payload.bytes.size(), payload.port));
  }
  const std::size_t first = out.readings.size();
  SentTime time;
  if (!read_now(reading, *layout, time)) return too_many();
  add_report(reading, first, time, false);
  const bool earlier = std::any_of(layout->entries.begin(), layout->entries.end(),
                                   [](const Entry& entry) { return entry.block.has_time(); });
  if (earlier && !read_entries(reading, *layout, Pass::earlier)) return too_many();
  if (out.readings.size() > first) return {};
  return suppressed(SuppressedReason::status);
}

TableCodec::Takes TableCodec::decode_whole(const DevicePayload& payload, const Report& as,
                                           Decoded& out) {
  if (layout_for(payload) == nullptr) return Takes::no;
  const std::size_t first = out.readings.size();
  has_all_groups_ = true;
  if (!decode(payload, as, out) || taken_ != payload.bytes.size()) return Takes::no;
  for (std::size_t i = first; i < out.readings.size(); ++i) {
    if (out.readings[i].bad) return Takes::no;
  }
  return has_all_groups_ ? Takes::all : Takes::part;
}

TableCodec::Layout* TableCodec::layout_for(const DevicePayload& payload) {
  for (Layout& one : layouts_) {
    if (!has_port(*one.layout, payload.port)) continue;
    if (one.layout->length && *one.layout->length != payload.bytes.size()) continue;
    if (holds(one.layout->when, payload.bytes)) return &one;
  }
  return nullptr;
}

TableCodec::Entry* TableCodec::entry_for(Layout& layout, std::string_view rest) const {
  for (Entry& one : layout.entries) {
    const std::size_t size = one.bytes.size();
    if (size > rest.size()) continue;
    bool same = true;
    for (std::size_t i = 0; same && i < size; ++i) {
      same = (byte_at(rest, i) & one.masks[i]) == one.bytes[i];
    }
    if (same && holds(one.entry->when, rest.substr(size))) return &one;
  }
  return nullptr;
}

bool TableCodec::read_now(CodecReading& reading, Layout& layout, SentTime& time) {
  const std::string_view bytes = reading.payload.bytes;
  const std::size_t size = layout.block.size();
  taken_ = size;
  if (!layout.block.read(reading, bytes.substr(0, size), {}, time)) return false;
  if (size > bytes.size()) return reading.append_bad(layout.block.first_beyond(bytes.size()));
  if (!layout.layout->groups.empty()) return read_groups(reading, layout, time);
  if (!layout.layout->entries.empty()) return read_entries(reading, layout, Pass::now);
  return true;
}

bool TableCodec::read_entries(CodecReading& reading, Layout& layout, Pass pass) {
  const std::string_view all = reading.payload.bytes;
  std::size_t at = layout.block.size();
  while (at < all.size()) {
    const std::string_view rest = all.substr(at);
    Entry* const entry = entry_for(layout, rest);
    const std::size_t tag = entry == nullptr ? layout.tag_bytes : entry->bytes.size();
    if (entry == nullptr || tag + entry->block.size() > rest.size()) {
      if (pass == Pass::earlier) return true;
      if (tag > 0) return reading.append_bad(name_of_tag(rest, tag, reading.out));
      return reading.append_bad(entry == nullptr ? "record"
                                                 : entry->block.first_beyond(rest.size()));
    }
    const std::string_view bytes = rest.substr(tag, entry->block.size());
    at += tag + bytes.size();
    if (entry->block.has_time() != (pass == Pass::earlier)) continue;
    std::string_view channel;
    if (entry->channel) {
      channel = reading.out.keep(
          std::string_view(fmt::format_int(byte_at(rest, *entry->channel)).c_str()));
    }
    SentTime time;
    const bool room = pass == Pass::earlier ? read_earlier(reading, *entry, bytes, channel)
                                            : entry->block.read(reading, bytes, channel, time);
    if (!room) return false;
  }
  taken_ = at;
  return true;
}

bool TableCodec::read_earlier(CodecReading& reading, Entry& entry, std::string_view bytes,
                              std::string_view channel) {
  const std::size_t first = reading.out.readings.size();
  SentTime time;
  if (!entry.block.read(reading, bytes, channel, time)) return false;
  add_report(reading, first, time, true);
  return true;
}

bool TableCodec::read_groups(CodecReading& reading, Layout& layout, SentTime& time) {
  const std::string_view all = reading.payload.bytes;
  std::size_t at = layout.block.size();
  if (at + 2 > all.size()) return reading.append_bad("flags");
  const unsigned flags = 256U * byte_at(all, at) + byte_at(all, at + 1);
  at += 2;
  for (std::size_t bit = 0; bit < layout.groups.size(); ++bit) {
    std::optional<CodecBlock>& group = layout.groups[bit];
    if ((flags >> bit & 1U) == 0) {
      if (group) has_all_groups_ = false;
      continue;
    }
    if (!group || at + group->size() > all.size()) {
      char name[16];
      const char* const end = fmt::format_to(name, "flag_{}", bit);
      return reading.append_bad({name, static_cast<std::size_t>(end - name)});
    }
    if (!group->read(reading, all.substr(at, group->size()), {}, time)) return false;
    at += group->size();
  }
  taken_ = at;
  return true;
}

}  // namespace senne::decode
