#include "core/child_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <random>
#include <thread>
#include <utility>

#include "core/check.h"

extern char** environ;

namespace senne {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments,
                                         const std::string& output_file,
                                         const std::vector<std::string>& environment) {
  // Everything that allocates happens before the fork: the child of a threaded process may only
  // make system calls.
  std::vector<std::string> argument_texts = arguments;
  std::vector<std::string> environment_texts = environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment_texts.emplace_back(*entry);
  const std::vector<char*> argv = pointers(argument_texts);
  const std::vector<char*> envp = pointers(environment_texts);

  const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (output < 0) {
    return fail(ErrorKind::failed, fmt::format("{}: {}", output_file, std::strerror(errno)));
  }
  int report[2];  // carries errno of a failed exec; closes by itself when exec succeeds
  SENNE_CHECK(pipe2(report, O_CLOEXEC) == 0);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    setpgid(0, 0);  // a Ctrl-C in the terminal is ours to pass on
    // What we block or ignore is ours alone: a child that cannot hear SIGTERM would never end.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvpe(argv[0], argv.data(), envp.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t written = write(report[1], &error, sizeof error);
    _exit(127);
  }
  close(output);
  close(report[1]);
  if (pid < 0) {
    close(report[0]);
    return fail(ErrorKind::failed, fmt::format("fork: {}", std::strerror(errno)));
  }
  int error = 0;
  const ssize_t got = read(report[0], &error, sizeof error);
  close(report[0]);
  if (got == static_cast<ssize_t>(sizeof error)) {
    waitpid(pid, nullptr, 0);
    return fail(ErrorKind::failed,
                fmt::format("cannot start {}: {}", arguments[0], std::strerror(error)));
  }
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(status_, other.status_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0 || !running()) return;
  signal(SIGKILL);
  wait(std::chrono::seconds{10});
}

bool ChildProcess::running() { return pid_ > 0 && !wait(Duration::zero()); }

void ChildProcess::signal(int number) const {
  if (pid_ > 0 && !status_) kill(pid_, number);
}

std::optional<int> ChildProcess::wait(Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!status_) {
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, WNOHANG);
    if (ended == pid_) status_ = status;
    if (ended < 0) status_ = 0;
    if (status_ || std::chrono::steady_clock::now() >= until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return status_;
}

void ChildProcess::stop(Duration patience) {
  signal(SIGTERM);
  if (wait(patience)) return;
  signal(SIGKILL);
  wait(std::chrono::seconds{10});
}

int free_port() {
  // Below the ports that the kernel gives to outgoing connections, one of which could take it
  // before whoever asked listens there.
  std::random_device random;
  std::uniform_int_distribution<int> ports(20'000, 32'000);
  while (true) {
    const int port = ports(random);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    SENNE_CHECK(listener >= 0);
    const sockaddr_in address = loopback(port);
    const bool free =
        bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(listener);
    if (free) return port;
  }
}

bool port_open(int port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return false;
  const sockaddr_in address = loopback(port);
  const bool open =
      connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(connection);
  return open;
}

}  // namespace senne
