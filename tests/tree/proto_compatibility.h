// What a consumer compiled against an older descriptor set would trip over in a newer one.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

namespace senne {

// One sentence for each incompatible change between the two, the well-known types aside; empty when
// the newer one may be published. proto/README.md has the rules.
std::vector<std::string> incompatible_changes(const google::protobuf::FileDescriptorSet& older,
                                              const google::protobuf::FileDescriptorSet& newer);

}  // namespace senne
