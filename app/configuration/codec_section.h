// A codec table as it is written: docs/codecs.md has the language.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/configuration/type.h"
#include "core/codec_table.h"

namespace senne::app {

// A table, with what it extends put in.
Type<std::shared_ptr<const CodecTable>> codec_table_type();

// The built-in table of that name; null when there is none. Parsed each time.
std::shared_ptr<const CodecTable> built_in_codec(std::string_view name);

// Those of that maker, `<maker>/<model>`, in the order of their names.
std::vector<std::shared_ptr<const CodecTable>> built_in_codecs_of(std::string_view maker);

}  // namespace senne::app
