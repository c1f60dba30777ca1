// `${VAR}`, `${VAR:-default}` and `${file:/path}` inside scalars, and `$${` for a plain `${`. What
// is put in is text: it is never read as YAML, so it can neither add keys nor change types.
//
// FAILS  ErrorKind::configuration at the scalar, naming the variable or file, never its content.
#pragma once

#include <string>

#include "app/configuration/configuration.h"
#include "app/configuration/node.h"

namespace senne::app {

// Of a file that is put in, in bytes.
inline constexpr std::size_t substituted_file_bytes_max = 1u << 20;

// Replaces them in all values below `node`, keys excepted. Relative paths begin at `base_dir`; the
// line end at the end of a file is left out.
Result<void> substitute(Node& node, const Environment& environment, const std::string& base_dir);

// The whole file, at most `bytes_max`. The error's text is what is wrong with it, without its name.
Result<std::string> read_text_file(const std::string& path, std::size_t bytes_max);

// `path` as seen from `base_dir`.
std::string resolved_path(const std::string& base_dir, const std::string& path);

}  // namespace senne::app
