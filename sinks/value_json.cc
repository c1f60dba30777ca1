#include "sinks/value_json.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <memory>

namespace senne::sinks {

void append_protobuf(const google::protobuf::Message& value, std::string& bytes) {
  google::protobuf::io::StringOutputStream output(&bytes);
  google::protobuf::io::CodedOutputStream coded(&output);
  coded.SetSerializationDeterministic(true);
  value.SerializeToCodedStream(&coded);
}

Result<void> protobuf_to_json(std::string_view type, const std::string& bytes, std::string& json) {
  static constexpr char prefix[] = "type.googleapis.com";
  // Immutable and costly to make: it is built from the descriptors once.
  static const std::unique_ptr<google::protobuf::util::TypeResolver> resolver{
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          prefix, google::protobuf::DescriptorPool::generated_pool())};
  json.clear();
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver.get(), fmt::format("{}/{}", prefix, type), bytes, &json);
  if (!status.ok()) {
    return fail(ErrorKind::damage,
                fmt::format("value is not a {}: {}", type, std::string(status.message())));
  }
  return {};
}

}  // namespace senne::sinks
