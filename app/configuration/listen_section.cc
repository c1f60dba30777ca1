#include "app/configuration/sections.h"

namespace senne::app {

using monitor::ListenAddress;

Type<ListenAddress> listen_type() {
  Type<ListenAddress> type;
  type.words = "host:port, an IPv6 address in brackets";
  type.read = [words = type.words](const Surroundings&, const Node& node,
                                   const std::string& path) -> Result<ListenAddress> {
    const auto address =
        node.kind == Node::Kind::scalar ? monitor::parse_listen_address(node.text) : std::nullopt;
    if (!address) return expected(node, path, words);
    return *address;
  };
  type.write = [](const ListenAddress& address, Secrets) { return text_node(address.text()); };
  return type;
}

}  // namespace senne::app
