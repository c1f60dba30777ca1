// How an input of a decoder's fuzzer is a message: its bytes are the payload, to the fixture's
// topic; unless the last byte is 0x80 and more, which says how many bytes before it are the topic.
// A file of text, then, is a payload as it stands.
#pragma once

#include <string>
#include <string_view>

namespace senne::decode {

struct DecodeInput {
  std::string_view payload;
  std::string_view topic;  // empty: the fixture's
};

inline constexpr unsigned topic_mark = 0x80;
inline constexpr unsigned topic_bytes_max = 0x7f;

inline DecodeInput input_of(std::string_view bytes) {
  if (bytes.empty()) return {bytes, {}};
  const unsigned last = static_cast<unsigned char>(bytes.back());
  const std::size_t topic = last & topic_bytes_max;
  if (last < topic_mark || topic > bytes.size() - 1) return {bytes, {}};
  bytes.remove_suffix(1);
  return {bytes.substr(0, bytes.size() - topic), bytes.substr(bytes.size() - topic)};
}

// The other way; a topic that is too long is left out.
inline std::string input_for(std::string_view payload, std::string_view topic) {
  std::string bytes(payload);
  if (topic.size() > topic_bytes_max) return bytes;
  bytes += topic;
  bytes += static_cast<char>(topic_mark | topic.size());
  return bytes;
}

}  // namespace senne::decode
