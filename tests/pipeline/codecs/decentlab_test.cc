// The vectors of decentlab/decentlab-decoders: bytes, values and units.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/pipeline/codecs/decentlab_names.h"

namespace senne::decode {
namespace {

using DecentlabVectors = SamplePayloads;

TEST_F(DecentlabVectors, each_value_of_each_vector_is_read) {
  std::size_t files = 0;
  std::size_t vectors = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(payloads() / "lorawan-codecs" / "decentlab")) {
    const auto model = entry.path().stem().string();
    SCOPED_TRACE(model);
    const Names names = decentlab_names(model);
    ++files;
    const json file = json_of(entry.path());
    for (const json& vector : file.at("vectors")) {
      const auto hex = vector.at("payload_hex").get<std::string>();
      SCOPED_TRACE(hex);
      ++vectors;
      Compared compared(names, from_hex(hex), 1);
      for (const auto& [key, value] : vector.at("expected").items()) {
        compared.expect(key, value.is_object() ? value.at("value") : value);
      }
      compared.finish();
    }
  }
  EXPECT_EQ(files, 6U);
  EXPECT_EQ(vectors, 14U);
}

}  // namespace
}  // namespace senne::decode
