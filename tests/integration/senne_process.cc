#include "tests/integration/senne_process.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/check.h"

namespace senne::test {

using namespace std::chrono_literals;

bool is_one_line(std::string_view text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

SenneProcess::SenneProcess(const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) put(name, text);
}

void SenneProcess::put(const std::string& name, std::string text) const {
  const std::string mark = "{data_dir}";
  if (const auto at = text.find(mark); at != std::string::npos) {
    text.replace(at, mark.size(), folder_.file("data"));
  }
  folder_.write(name, text);
}

Ended SenneProcess::command(const std::vector<std::string>& arguments, std::string_view input,
                            const std::string& output) const {
  folder_.write("command.in", input);
  folder_.write("command.out", {});
  const std::string shell = fmt::format("cd \"$0\" && exec \"$@\" <command.in >{} 2>command.err",
                                        output.empty() ? "command.out" : output);
  std::vector<std::string> line = {"sh", "-c", shell, folder(), SENNE_BINARY};
  line.insert(line.end(), arguments.begin(), arguments.end());
  auto started = ChildProcess::start(line, folder_.file("command.shell"));
  SENNE_CHECK(started);
  Ended ended;
  if (const auto status = started->wait(90s)) {
    ended.status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
  }
  ended.out = read_file(folder_.file("command.out"));
  ended.err = read_file(folder_.file("command.err"));
  return ended;
}

void SenneProcess::start() {
  std::filesystem::remove(folder_.file("data/http"));
  auto started = ChildProcess::start({SENNE_BINARY, "run", "-c", folder_.file("senne.yaml")},
                                     folder_.file("senne.log"), environment_);
  SENNE_CHECK(started);
  process_ = std::move(*started);
  pid_.store(process_->pid());
}

bool SenneProcess::wait_ready(Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until && running()) {
    if (get("/readyz").find(" 200 ") != std::string::npos) return true;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

void SenneProcess::kill() {
  process_->signal(SIGKILL);
  SENNE_CHECK(process_->wait(30s));
}

int SenneProcess::stop() {
  process_->signal(SIGTERM);
  const auto status = process_->wait(60s);
  return status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

std::uint64_t SenneProcess::rss_anon_kib() const {
  std::ifstream status(fmt::format("/proc/{}/status", pid()));
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8));
  }
  return 0;
}

std::string SenneProcess::get(const std::string& path) const {
  const std::string url = read_file(folder_.file("data/http"));
  const auto colon = url.rfind(':');
  if (colon == std::string::npos) return {};
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(url.c_str() + colon + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string response;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = fmt::format("GET {} HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    if (write(connection, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      char part[8192];
      for (ssize_t got = read(connection, part, sizeof part); got > 0;
           got = read(connection, part, sizeof part)) {
        response.append(part, static_cast<std::size_t>(got));
      }
    }
  }
  close(connection);
  return response;
}

double SenneProcess::metric(const std::string& series) const {
  const std::string text = get("/metrics");
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size() + 2));
}

std::string SenneProcess::log() const { return read_file(folder_.file("senne.log")); }

}  // namespace senne::test
