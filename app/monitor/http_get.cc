#include "app/monitor/http_get.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "app/monitor/http_message.h"
#include "app/monitor/listen_address.h"
#include "app/monitor/sockets.h"

namespace senne::monitor {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 5s;
constexpr std::string_view scheme = "http://";

}  // namespace

Result<std::string> http_get(const std::string& url, const std::string& path) {
  const auto failed = [&](std::string_view why) {
    return fail(ErrorKind::failed, fmt::format("{}{}: {}", url, path, why));
  };
  std::string_view place = url;
  if (place.starts_with(scheme)) place.remove_prefix(scheme.size());
  const auto address = parse_listen_address(place);
  if (!address) return failed("expected http://host:port");
  const auto socket = connect_to(*address, patience);
  if (!socket) return failed(socket.error().message);
  const std::string request =
      fmt::format("GET {} HTTP/1.0\r\nHost: {}\r\n\r\n", path, address->text());
  if (send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return failed(std::strerror(errno));
  }
  std::string answer;
  std::array<char, 4096> bytes;
  ssize_t got = 0;
  while ((got = recv(socket->get(), bytes.data(), bytes.size(), 0)) > 0) {
    answer.append(bytes.data(), static_cast<std::size_t>(got));
  }
  if (got < 0) return failed(std::strerror(errno));
  const std::string_view status_line =
      std::string_view(answer).substr(0, answer.find_first_of("\r\n"));
  const std::size_t head = head_size(answer);
  if (head == 0 || status_line.find(" 200 ") == std::string_view::npos) return failed(status_line);
  return answer.substr(head);
}

}  // namespace senne::monitor
