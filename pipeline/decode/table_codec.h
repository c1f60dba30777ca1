// A codec table at work: what it says of the bytes of one message, as readings.
//
// docs/codecs.md says what comes out. A number without scaling stays an integer; a scaled one is
// rounded once. What is unknown or cut off ends the reading of a message with one bad reading,
// since the length of the rest is not known.
//
// THREAD  one.
// OWNS    its share of the table. Texts of readings point into the table or into `Decoded`.
// FAILS   as PayloadCodec says.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/codec_table.h"
#include "core/result.h"
#include "pipeline/decode/formula.h"
#include "pipeline/decode/payload_codec.h"

namespace senne::decode {

// What is wrong with the fields of one block, and which one; nothing when they can be compiled.
struct FieldFault {
  std::size_t field;
  std::string key;  // of the field; empty: the field as a whole
  std::string message;
};
std::optional<FieldFault> check_fields(const std::vector<CodecField>& fields);

// Whether each of these tags, with a space between two, is well formed: whole bytes of hexadecimal
// digits, `..` and at most one `**`.
bool is_tag(std::string_view tag);

// Shared by the parts of a codec while it reads one message.
struct CodecReading;

// Fields whose places are known.
class CodecBlock {
 public:
  // Of fields that pass `check_fields`.
  explicit CodecBlock(const std::vector<CodecField>& fields);

  std::size_t size() const { return size_; }
  bool has_time() const { return has_time_; }

  // Appends what the fields that lie within `bytes` say; false when there are too many readings.
  // `time` and `channel` are set by the fields that give them.
  bool read(CodecReading& reading, std::string_view bytes, std::string_view channel,
            SentTime& time);
  // The name of the first reading that does not lie within so many bytes.
  std::string_view first_beyond(std::size_t bytes) const;

 private:
  struct Place {
    const CodecField* field;
    std::size_t at;
    std::size_t size;
    std::optional<Formula> formula;
    bool raw;  // the property is none of the vocabulary
  };
  std::optional<DeadLetterReason> value_of(CodecReading& reading, const Place& place,
                                           std::string_view bytes, std::int64_t number,
                                           Value& value) const;

  std::vector<Place> places_;
  std::size_t size_ = 0;
  bool has_time_ = false;
  std::vector<double> numbers_;  // of this message, for formulas
};

class TableCodec final : public PayloadCodec {
 public:
  // Of a table that was checked when it was read.
  explicit TableCodec(std::shared_ptr<const CodecTable> table);

  DecodeResult decode(const DevicePayload& payload, const Report& as, Decoded& out) override;

  // The same, and how much of what the table describes the message is: `no` where it fails, where
  // something cannot be read, or where bytes are left over; `part` where flags are not set.
  enum class Takes { no, part, all };
  Takes decode_whole(const DevicePayload& payload, const Report& as, Decoded& out);

 private:
  struct Entry {
    const CodecEntry* entry;
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint8_t> masks;
    std::optional<std::size_t> channel;  // which byte of the tag
    CodecBlock block;
  };
  struct Layout {
    const CodecLayout* layout;
    CodecBlock block;
    std::vector<Entry> entries;
    std::size_t tag_bytes = 0;  // the shortest
    std::array<std::optional<CodecBlock>, 16> groups;
  };
  enum class Pass { now, earlier };

  static Entry compile(const CodecEntry& entry, std::string_view tag);
  Layout* layout_for(const DevicePayload& payload);
  Entry* entry_for(Layout& layout, std::string_view rest) const;
  bool read_now(CodecReading& reading, Layout& layout, SentTime& time);
  bool read_entries(CodecReading& reading, Layout& layout, Pass pass);
  bool read_earlier(CodecReading& reading, Entry& entry, std::string_view bytes,
                    std::string_view channel);
  bool read_groups(CodecReading& reading, Layout& layout, SentTime& time);

  std::shared_ptr<const CodecTable> table_;
  std::vector<Layout> layouts_;
  // Of the last message: the bytes that its layout spoke of, and whether all of its groups came.
  std::size_t taken_ = 0;
  bool has_all_groups_ = true;
};

}  // namespace senne::decode
