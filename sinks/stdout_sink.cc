#include "sinks/stdout_sink.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sinks/record_json.h"

namespace senne::sinks {

StdoutSink::StdoutSink(std::FILE* stream, std::array<std::string, topic_count> topic_names)
    : stream_(stream), topic_names_(std::move(topic_names)) {}

std::size_t StdoutSink::size_limit(Topic) const {
  return 1'048'588;  // Kafka's own default, so that what is shown is what would be sent
}

SinkResult<void> StdoutSink::begin() {
  lines_.clear();
  return {};
}

SinkResult<void> StdoutSink::emit(Topic topic, std::string_view key, std::string_view value,
                                  std::span<const Header> headers) {
  append_record_json(lines_, topic_names_[static_cast<std::size_t>(topic)], key, headers, value);
  lines_.push_back('\n');
  return {};
}

SinkResult<void> StdoutSink::commit(Position position, const CommitMetadata& metadata) {
  const bool written = std::fwrite(lines_.data(), 1, lines_.size(), stream_) == lines_.size();
  if (!written || std::fflush(stream_) != 0) {
    return tl::unexpected(SinkError{SinkError::Kind::fatal,
                                    fmt::format("standard output: {}", std::strerror(errno))});
  }
  lines_.clear();
  committed_ = Committed{position, metadata};
  return {};
}

}  // namespace senne::sinks
