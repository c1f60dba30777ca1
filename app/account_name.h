// What the account of a route is called, in the ledger and in the metrics.
#pragma once

#include <string>

#include "ingest/receiver.h"
#include "pipeline/ledger.h"

namespace senne::app {

// The route's name; messages that no route takes have an account of their own.
inline std::string account_name(const pipeline::RouteAccount& account) {
  return account.route.empty() ? std::string(ingest::no_route_name) : account.route;
}

}  // namespace senne::app
