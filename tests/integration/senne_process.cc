#include "tests/integration/senne_process.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/check.h"

namespace senne::test {
namespace {

using namespace std::chrono_literals;

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

SenneProcess::SenneProcess(const std::map<std::string, std::string>& files) {
  std::string pattern = (std::filesystem::temp_directory_path() / "senne-test-XXXXXX").string();
  SENNE_CHECK(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  for (const auto& [name, content] : files) {
    std::string text = content;
    const std::string mark = "{data_dir}";
    if (const auto at = text.find(mark); at != std::string::npos) {
      text.replace(at, mark.size(), folder_ + "/data");
    }
    std::ofstream(folder_ + "/" + name) << text;
  }
}

SenneProcess::~SenneProcess() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

SenneProcess::Finished SenneProcess::command(std::vector<std::string> arguments) {
  const std::string output = fmt::format("{}/command-{}.log", folder_, runs_++);
  arguments.insert(arguments.begin(), SENNE_BINARY);
  arguments.insert(arguments.end(), {"-c", folder_ + "/senne.yaml"});
  auto started = ChildProcess::start(arguments, output);
  SENNE_CHECK(started);
  Finished finished;
  const auto status = started->wait(60s);
  if (status && WIFEXITED(*status)) finished.status = WEXITSTATUS(*status);
  finished.output = read_file(output);
  return finished;
}

void SenneProcess::start() {
  std::filesystem::remove(folder_ + "/data/http");
  auto started = ChildProcess::start({SENNE_BINARY, "run", "-c", folder_ + "/senne.yaml"},
                                     folder_ + "/senne.log");
  SENNE_CHECK(started);
  process_ = std::move(*started);
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
  const std::string url = read_file(folder_ + "/data/http");
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

std::string SenneProcess::log() const { return read_file(folder_ + "/senne.log"); }

}  // namespace senne::test
