#include "app/monitor/http_message.h"

#include <fmt/format.h>

#include <algorithm>

namespace senne::monitor {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "";
  }
}

}  // namespace

std::size_t head_size(std::string_view text) {
  std::size_t size = std::string_view::npos;
  for (const std::string_view end : {"\r\n\r\n", "\n\n"}) {
    if (const std::size_t at = text.find(end); at != std::string_view::npos) {
      size = std::min(size, at + end.size());
    }
  }
  return size == std::string_view::npos ? 0 : size;
}

std::optional<HttpRequest> parse_head(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  std::string_view target = line.substr(first + 1, last - first - 1);
  // A proxy may be told the whole address; what counts begins behind the host.
  if (const std::size_t scheme = target.find("://"); target.starts_with("http")) {
    const std::size_t path =
        scheme == std::string_view::npos ? scheme : target.find('/', scheme + 3);
    if (path != std::string_view::npos) target.remove_prefix(path);
  }
  if (!line.substr(last + 1).starts_with("HTTP/1.") || !target.starts_with('/')) {
    return std::nullopt;
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  return HttpRequest{.method = std::string(line.substr(0, first)),
                     .path = std::string(target.substr(0, mark)),
                     .query = std::string(target.substr(std::min(mark + 1, target.size())))};
}

std::string to_bytes(const HttpAnswer& answer, bool to_head) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\n{}{}{}Connection: close\r\n\r\n{}",
      answer.status, reason_phrase(answer.status), answer.type, answer.body.size(),
      answer.allow.empty() ? "" : "Allow: ", answer.allow, answer.allow.empty() ? "" : "\r\n",
      to_head ? std::string_view() : std::string_view(answer.body));
}

}  // namespace senne::monitor
