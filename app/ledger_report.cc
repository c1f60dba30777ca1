#include "app/ledger_report.h"

#include <fmt/format.h>

#include <utility>

#include "app/account_name.h"
#include "app/json_text.h"

namespace senne::app {
namespace {

template <class Counts, class Names>
std::string by_reason(const Counts& counts, const Names& names) {
  std::string json = "{";
  const char* separator = "";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    json += fmt::format(R"({}"{}":{})", std::exchange(separator, ","), names[i], counts[i]);
  }
  return json + "}";
}

std::string route_json(const std::string& name, std::uint64_t received,
                       const pipeline::RouteAccount& account) {
  const std::uint64_t settled = account.messages();
  const bool messages_balance = received >= settled;
  const bool readings_balance = account.readings == account.observations + account.duplicates +
                                                        account.readings_dead_lettered +
                                                        account.readings_suppressed;
  std::string json = fmt::format(
      R"({{"route":{},"messages":{{"received":{},"decoded":{},"dead_lettered":{},"suppressed":{},"in_journal":{}}})",
      json_string(name), received, account.decoded, account.messages_dead_lettered(),
      account.messages_suppressed(), received > settled ? received - settled : 0);
  json += fmt::format(R"(,"dead_letters":{},"partly_bad":{},"suppressed":{})",
                      by_reason(account.dead_lettered, dead_letter_reason_names),
                      by_reason(account.partly, dead_letter_reason_names),
                      by_reason(account.suppressed, suppressed_reason_names));
  json += fmt::format(
      R"(,"readings":{{"readings":{},"observations":{},"duplicates":{},"dead_lettered":{},"suppressed":{}}})",
      account.readings, account.observations, account.duplicates, account.readings_dead_lettered,
      account.readings_suppressed);
  json += fmt::format(R"(,"balances":{}}})", messages_balance && readings_balance);
  return json;
}

// How every line begins.
std::string opening(std::string_view instance) {
  return fmt::format(R"({{"instance":{},)", json_string(instance));
}

}  // namespace

bool is_ledger_of(std::string_view json, std::string_view instance) {
  return json.starts_with(opening(instance));
}

std::string ledger_json(std::string_view instance, std::string_view source,
                        const std::map<std::string, ingest::RouteCounts>& received,
                        const pipeline::PipelineFigures& figures) {
  std::map<std::string, pipeline::RouteAccount> accounts;
  for (const auto& [name, counts] : received) accounts[name];
  for (const pipeline::RouteAccount& account : figures.routes) {
    accounts[account_name(account)] = account;
  }
  std::string json =
      opening(instance) + fmt::format(R"("source":{},"last_sequence":{},"routes":[)",
                                      json_string(source), figures.last_sequence.value);
  const char* separator = "";
  for (const auto& [name, account] : accounts) {
    const auto counts = received.find(name);
    const std::uint64_t messages =
        counts == received.end() ? account.messages() : counts->second.messages;
    json += std::exchange(separator, ",") + route_json(name, messages, account);
  }
  json += R"(],"windows":[)";
  separator = "";
  for (const pipeline::WindowFigures& window : figures.windows) {
    json +=
        fmt::format(R"({}{{"window":{},"offered":{},"accumulated":{},"missed":{}}})",
                    std::exchange(separator, ","), json_string(window.window),
                    window.counters.offered, window.counters.accumulated, window.counters.missed);
  }
  return json + "]}";
}

}  // namespace senne::app
