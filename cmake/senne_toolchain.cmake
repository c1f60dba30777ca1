# Language level, warnings, sanitizers and the tools that make a build faster where they are present.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(SENNE_SANITIZE "" CACHE STRING "Value of -fsanitize= for our code and its tests")
option(SENNE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(SENNE_COVERAGE "Instrument for coverage" OFF)

# RelWithDebInfo of CMake is -O2 -g -DNDEBUG; our CHECKs do not depend on NDEBUG.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

if(SENNE_SANITIZE)
  # Half the time to compile, and better reports.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
  add_compile_options(-fsanitize=${SENNE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SENNE_SANITIZE})
  if(SENNE_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(SENNE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SENNE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

# GCC reads what nearly every file includes from one precompiled header: reading it is most of what a build takes. Clang
# builds without, and finds an include that is missing.
set(SENNE_PRECOMPILE OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT SENNE_COVERAGE)
  set(SENNE_PRECOMPILE ON)
endif()

find_program(SENNE_CCACHE ccache)
if(SENNE_CCACHE)
  # As ccache asks for it where headers are precompiled; nothing here depends on the time of a build.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SENNE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
find_program(SENNE_LLD ld.lld)
if(SENNE_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(senne_warnings INTERFACE)
target_compile_options(senne_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
