#include "tests/integration/ledger.h"

#include <nlohmann/json.hpp>

#include "tests/support/eventually.h"

namespace senne::test {

nlohmann::json account_of(const SenneProcess& senne) {
  const std::string response = senne.get("/ledger");
  const auto body = response.find("\r\n\r\n");
  if (body == std::string::npos) return {};
  const auto account = nlohmann::json::parse(response.substr(body + 4), nullptr, false);
  return account.is_object() ? account : nlohmann::json();
}

bool wait_settled(const SenneProcess& senne, std::uint64_t messages, Duration patience) {
  return eventually(
      [&] {
        const nlohmann::json account = account_of(senne);
        if (account.is_null()) return false;
        std::uint64_t received = 0;
        std::uint64_t waiting = 0;
        for (const auto& route : account["routes"]) {
          received += route["messages"]["received"].get<std::uint64_t>();
          waiting += route["messages"]["in_journal"].get<std::uint64_t>();
        }
        return waiting == 0 && received >= messages;
      },
      patience);
}

}  // namespace senne::test
