#include "app/ledger_report.h"

#include <nlohmann/json.hpp>

namespace senne::app {
namespace {

using Json = nlohmann::ordered_json;

template <class Counts, class Names>
Json by_reason(const Counts& counts, const Names& names) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) json[std::string(names[i])] = counts[i];
  }
  return json;
}

Json route_json(const std::string& name, std::uint64_t received,
                const pipeline::RouteAccount& account) {
  const std::uint64_t settled = account.messages();
  Json json;
  json["route"] = name;
  json["messages"] = {
      {"received", received},
      {"decoded", account.decoded},
      {"dead_lettered", account.messages_dead_lettered()},
      {"suppressed", account.messages_suppressed()},
      {"in_journal", received > settled ? received - settled : 0},
  };
  json["dead_letters"] = by_reason(account.dead_lettered, dead_letter_reason_names);
  json["partly_bad"] = by_reason(account.partly, dead_letter_reason_names);
  json["suppressed"] = by_reason(account.suppressed, suppressed_reason_names);
  json["readings"] = {
      {"readings", account.readings},
      {"observations", account.observations},
      {"duplicates", account.duplicates},
      {"dead_lettered", account.readings_dead_lettered},
      {"suppressed", account.readings_suppressed},
  };
  const bool messages_balance = received >= settled;
  const bool readings_balance = account.readings == account.observations + account.duplicates +
                                                        account.readings_dead_lettered +
                                                        account.readings_suppressed;
  json["balances"] = messages_balance && readings_balance;
  return json;
}

}  // namespace

std::string account_name(const pipeline::RouteAccount& account) {
  return account.route.empty() ? std::string(ingest::no_route_name) : account.route;
}

std::string ledger_json(std::string_view instance, std::string_view source,
                        const std::map<std::string, ingest::RouteCounts>& received,
                        const pipeline::PipelineFigures& figures) {
  Json json;
  json["instance"] = instance;
  json["source"] = source;
  json["last_sequence"] = figures.last_sequence.value;
  std::map<std::string, pipeline::RouteAccount> accounts;
  for (const auto& [name, counts] : received) accounts[name];
  for (const pipeline::RouteAccount& account : figures.routes)
    accounts[account_name(account)] = account;
  json["routes"] = Json::array();
  for (const auto& [name, account] : accounts) {
    const auto counts = received.find(name);
    const std::uint64_t messages =
        counts == received.end() ? account.messages() : counts->second.messages;
    json["routes"].push_back(route_json(name, messages, account));
  }
  json["windows"] = Json::array();
  for (const pipeline::WindowFigures& window : figures.windows) {
    json["windows"].push_back({{"window", window.window},
                               {"offered", window.counters.offered},
                               {"accumulated", window.counters.accumulated},
                               {"missed", window.counters.missed}});
  }
  return json.dump();
}

}  // namespace senne::app
