// The codec tables that come with the program, as they are written: <maker>[/<model>].yaml in this
// folder, put into the program when it is built.
#pragma once

#include <span>
#include <string_view>

namespace senne::codecs {

struct BuiltIn {
  std::string_view name;  // the file's, without its ending
  std::string_view yaml;
};

// In the order of their names.
std::span<const BuiltIn> built_in();

}  // namespace senne::codecs
