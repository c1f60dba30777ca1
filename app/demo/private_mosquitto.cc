#include "app/demo/private_mosquitto.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace senne::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration start_patience = seconds{10};
constexpr int attempts = 5;  // somebody may take the free port before mosquitto does

// Debian puts daemons where the PATH of ordinary users does not look.
std::optional<std::string> find_mosquitto() {
  const char* const path = std::getenv("PATH");
  std::string folders = path == nullptr ? "" : path;
  folders += ":/usr/sbin:/usr/local/sbin";
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const std::string candidate = folders.substr(begin, end - begin) + "/mosquitto";
    if (end > begin && access(candidate.c_str(), X_OK) == 0) return candidate;
    begin = end + 1;
  }
  return std::nullopt;
}

Result<std::string> make_directory(const std::string& parent) {
  std::string base = parent;
  if (base.empty()) {
    const char* const tmpdir = std::getenv("TMPDIR");
    base = tmpdir == nullptr || *tmpdir == '\0' ? "/tmp" : tmpdir;
  }
  std::string name = base + "/senne-mosquitto-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    return fail(ErrorKind::failed, fmt::format("{}: {}", name, std::strerror(errno)));
  }
  return name;
}

void remove_directory(const std::string& directory) {
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
}

// Started as root, mosquitto would become the user `mosquitto`: that user could not enter the
// directory, and the kernel forgets at a change of user that the process is to die with us.
std::string configuration(int port, const std::string& directory) {
  return fmt::format(
      "listener {} 127.0.0.1\n"
      "allow_anonymous true\n"
      "persistence true\n"
      "persistence_location {}/\n"
      "max_inflight_messages 1000\n"
      "max_queued_messages 1000000\n"
      "max_queued_bytes 0\n"
      "set_tcp_nodelay true\n"
      "log_dest stderr\n"
      "log_type error\n"
      "log_type warning\n"
      "{}",
      port, directory, geteuid() == 0 ? "user root\n" : "");
}

std::string last_lines(const std::string& file) {
  constexpr std::size_t most = 500;
  std::ifstream stream(file);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.size() > most ? text.substr(text.size() - most) : text;
}

// Whether it came up: it is still running and accepts connections.
bool comes_up(ChildProcess& process, int port) {
  const auto until = std::chrono::steady_clock::now() + start_patience;
  while (std::chrono::steady_clock::now() < until && process.running()) {
    if (port_open(port)) return process.running();
    std::this_thread::sleep_for(milliseconds{5});
  }
  return false;
}

}  // namespace

Result<PrivateMosquitto> PrivateMosquitto::start(const std::string& parent) {
  const std::optional<std::string> program = find_mosquitto();
  if (!program) {
    return fail(ErrorKind::failed,
                "mosquitto: not found in PATH, /usr/sbin or /usr/local/sbin; on Debian: "
                "apt install mosquitto");
  }
  const Result<std::string> directory = make_directory(parent);
  if (!directory) return tl::unexpected(directory.error());
  const std::string configuration_file = *directory + "/mosquitto.conf";
  const std::string log_file = *directory + "/mosquitto.log";
  std::string why;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const int port = free_port();
    std::ofstream(configuration_file) << configuration(port, *directory);
    auto process = ChildProcess::start({*program, "-c", configuration_file}, log_file);
    if (!process) {
      why = process.error().message;
      break;
    }
    if (comes_up(*process, port)) return PrivateMosquitto(std::move(*process), *directory, port);
    process->stop(seconds{1});
    why = last_lines(log_file);
  }
  remove_directory(*directory);
  return fail(ErrorKind::failed, fmt::format("{} did not start: {}", *program, why));
}

PrivateMosquitto::PrivateMosquitto(ChildProcess process, std::string directory, int port)
    : process_(std::move(process)), directory_(std::move(directory)), port_(port) {}

PrivateMosquitto::PrivateMosquitto(PrivateMosquitto&& other) noexcept
    : process_(std::move(other.process_)),
      directory_(std::exchange(other.directory_, {})),
      port_(other.port_) {}

PrivateMosquitto& PrivateMosquitto::operator=(PrivateMosquitto&& other) noexcept {
  std::swap(process_, other.process_);
  std::swap(directory_, other.directory_);
  std::swap(port_, other.port_);
  return *this;
}

PrivateMosquitto::~PrivateMosquitto() {
  if (directory_.empty()) return;
  process_.stop(seconds{5});
  remove_directory(directory_);
}

std::string PrivateMosquitto::url() const { return fmt::format("mqtt://127.0.0.1:{}", port_); }

}  // namespace senne::demo
