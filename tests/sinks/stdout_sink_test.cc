#include "sinks/stdout_sink.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

namespace senne::sinks {
namespace {

const std::array<std::string, topic_count> names = {"o", "a", "d", "x"};

// A stream into memory.
struct Stream {
  Stream() : file(open_memstream(&text, &size)) {}
  ~Stream() {
    std::fclose(file);
    std::free(text);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file;
};

TEST(StdoutSink, writes_a_batch_when_it_is_committed) {
  Stream stream;
  StdoutSink sink(stream.file, names);
  EXPECT_FALSE(sink.committed()->has_value());
  ASSERT_TRUE(sink.claim() && sink.begin());
  const std::vector<Header> headers = {{"content-type", "application/json"}};
  ASSERT_TRUE(sink.emit(Topic::aggregates, "k", "{}", headers));
  ASSERT_TRUE(sink.emit(Topic::observations, "k", "[]", headers));
  std::fflush(stream.file);
  EXPECT_EQ(stream.size, 0U);
  ASSERT_TRUE(sink.commit({7}, {}));
  EXPECT_EQ(std::string(stream.text, stream.size),
            "{\"topic\":\"a\",\"key\":\"k\",\"headers\":{\"content-type\":\"application/"
            "json\"},\"value\":{}}\n"
            "{\"topic\":\"o\",\"key\":\"k\",\"headers\":{\"content-type\":\"application/"
            "json\"},\"value\":[]}\n");
  EXPECT_EQ((*sink.committed())->position, Position{7});
}

TEST(StdoutSink, a_stream_that_cannot_be_written_is_fatal) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> full(std::fopen("/dev/full", "w"),
                                                             &std::fclose);
  ASSERT_NE(full, nullptr);
  StdoutSink sink(full.get(), names);
  ASSERT_TRUE(sink.begin());
  ASSERT_TRUE(sink.emit(Topic::aggregates, "k", "{}", {}));
  const auto committed = sink.commit({7}, {});
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, SinkError::Kind::fatal);
}

}  // namespace
}  // namespace senne::sinks
