// The account that a running senne gives of every message, as tests ask for it.
//
// THREAD  one.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "core/time.h"
#include "tests/integration/senne_process.h"

namespace senne::test {

// What /ledger says; null while nobody answers.
nlohmann::json account_of(const SenneProcess& senne);

// Until `messages` or more have come in and none is left in the journal; false when that does not
// happen within `patience`.
bool wait_settled(const SenneProcess& senne, std::uint64_t messages, Duration patience);

}  // namespace senne::test
