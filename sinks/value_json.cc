#include "sinks/value_json.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

#include "core/check.h"

namespace senne::sinks {

void append_protobuf(const google::protobuf::Message& value, std::string& bytes) {
  const std::size_t size = value.ByteSizeLong();
  const std::size_t begin = bytes.size();
  bytes.resize(begin + size);
  google::protobuf::io::ArrayOutputStream output(bytes.data() + begin, static_cast<int>(size));
  google::protobuf::io::CodedOutputStream coded(&output);
  coded.SetSerializationDeterministic(true);
  value.SerializeWithCachedSizes(&coded);
}

void to_json(const google::protobuf::Message& value, std::string& scratch, std::string& json) {
  static constexpr char prefix[] = "type.googleapis.com";
  // Immutable and costly to make: it is built from the descriptors once.
  static const std::unique_ptr<google::protobuf::util::TypeResolver> resolver{
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          prefix, google::protobuf::DescriptorPool::generated_pool())};
  scratch.clear();
  append_protobuf(value, scratch);
  json.clear();
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver.get(), fmt::format("{}/{}", prefix, value.GetDescriptor()->full_name()), scratch,
      &json);
  SENNE_CHECK(status.ok());  // the bytes were a message a moment ago
}

}  // namespace senne::sinks
