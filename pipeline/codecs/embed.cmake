# Writes OUTPUT, which defines built_in.h: each of TABLES, a path in FOLDER, as a raw string.
set(items "")
foreach(table ${TABLES})
  file(READ ${FOLDER}/${table} yaml)
  string(REGEX REPLACE "[.]yaml$" "" name ${table})
  string(APPEND items "    {\"${name}\", R\"yaml(${yaml})yaml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"pipeline/codecs/built_in.h\"

namespace senne::codecs {
namespace {

constexpr BuiltIn all[] = {
${items}};

}  // namespace

std::span<const BuiltIn> built_in() { return all; }

}  // namespace senne::codecs
")
