# The three kinds of target in this tree. All headers are named from the top of the tree: #include "core/log.h".

# The precompiled header of all libraries; see senne_toolchain.cmake. Not of the tests: GCC 12 then warns of its own
# std::string.
if(SENNE_PRECOMPILE)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
  add_library(senne_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(senne_precompiled PRIVATE
    absl::flat_hash_map fmt::fmt protobuf::libprotobuf tl::expected senne_warnings)
  target_compile_options(senne_precompiled PRIVATE -fpch-preprocess)
  target_precompile_headers(senne_precompiled PRIVATE
    <algorithm> <array> <atomic> <chrono> <cstdint> <cstring> <functional> <map> <memory> <mutex> <optional> <set> <span>
    <string> <string_view> <thread> <utility> <variant> <vector> <absl/container/flat_hash_map.h> <fmt/format.h>
    <google/protobuf/map.h> <google/protobuf/message.h> <google/protobuf/timestamp.pb.h> <tl/expected.hpp>)
endif()

# senne_library(NAME SOURCES a.cc ... [DEPS targets ...])
function(senne_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE senne_warnings)
    if(SENNE_PRECOMPILE)
      target_precompile_headers(${name} REUSE_FROM senne_precompiled)
      target_compile_options(${name} PRIVATE -fpch-preprocess)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${ARG_DEPS})
  endif()
endfunction()

# senne_executable(NAME SOURCES a.cc ... [DEPS targets ...])
function(senne_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} senne_warnings)
endfunction()

# senne_test(NAME SOURCES a_test.cc ... [DEPS targets ...] [LABELS unit|threads|integration ...] [TIMEOUT seconds])
#
# One GoogleTest program and one CTest entry. Label `unit` is the default: hermetic and quick, run in release and under
# AddressSanitizer. `threads` runs under ThreadSanitizer as well. `integration` starts real servers and runs in release.
# The target <label>_tests builds all programs of a label.
function(senne_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  senne_executable(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE SENNE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(SENNE_SANITIZE)
    # The code under test is optimised; optimising the tests themselves costs more than it saves.
    target_compile_options(${name} PRIVATE -O0)
    math(EXPR ARG_TIMEOUT "3 * ${ARG_TIMEOUT}")
  endif()
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  foreach(label ${ARG_LABELS})
    if(NOT TARGET ${label}_tests)
      add_custom_target(${label}_tests)
    endif()
    add_dependencies(${label}_tests ${name})
  endforeach()
endfunction()

# senne_fuzzer(NAME SOURCES a_fuzz.cc ... [DEPS targets ...] [SEEDS paths ...])
#
# One libFuzzer program and one CTest entry with the label `fuzz`: tests/fuzz/run.sh runs it for SENNE_FUZZ_SECONDS from
# what earlier runs found, from the seeds that `fuzz_seeds` writes for it, and from SEEDS: files or folders, relative to
# the top of the tree. The target fuzz_tests builds all of them.
function(senne_fuzzer name)
  if(NOT SENNE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;SEEDS" ${ARGN})
  senne_executable(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzz_tests)
    add_custom_target(fuzz_tests)
  endif()
  add_dependencies(fuzz_tests ${name})
  list(TRANSFORM ARG_SEEDS PREPEND ${PROJECT_SOURCE_DIR}/)
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/fuzz/run.sh
    $<TARGET_FILE:${name}> ${PROJECT_BINARY_DIR}/corpus/${name} ${ARG_SEEDS})
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 7200 FIXTURES_REQUIRED fuzz_seeds)
endfunction()
