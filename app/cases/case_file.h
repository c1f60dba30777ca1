// Files of cases as the operator writes them: YAML, as strict as the configuration.
//
// FAILS   ErrorKind::configuration with one line, `file:line:column: what, where, what was
//         expected`, for the first error.
#pragma once

#include <string>
#include <vector>

#include "app/cases/case.h"
#include "app/cases/record_fields.h"
#include "core/result.h"

namespace senne::app {

// When a message is received of which the file does not say when: 2026-01-01T00:00:00Z.
inline constexpr Instant case_time = instant_from_nanos(1'767'225'600'000'000'000);

// Paths within the file are taken from its folder.
Result<std::vector<Case>> read_cases(const std::string& path, const TopicNames& topics);

// The files that are meant: of a folder all `*.yaml` in it and below, in the order of their names.
Result<std::vector<std::string>> case_files(const std::vector<std::string>& paths);

}  // namespace senne::app
