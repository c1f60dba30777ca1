#include "tests/support/mosquitto_server.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace senne::testing {
namespace {

constexpr Duration patience = std::chrono::seconds{10};
constexpr std::chrono::milliseconds poll_interval{2};

Result<void> run(const std::vector<std::string>& arguments, const std::string& directory) {
  Result<ChildProcess> process = ChildProcess::start(arguments, directory + "/tools.log");
  if (!process) return tl::unexpected<Error>(process.error());
  const std::optional<int> status = process->wait(patience);
  if (!status || *status != 0) {
    return fail(ErrorKind::failed,
                fmt::format("{} failed, see {}/tools.log", arguments[0], directory));
  }
  return {};
}

Result<void> make_certificates(const std::string& directory) {
  const std::string ca = directory + "/ca";
  const std::string server = directory + "/server";
  std::ofstream(server + ".ext") << "subjectAltName=DNS:localhost\n";
  const std::vector<std::vector<std::string>> steps = {
      {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
       "-nodes", "-days", "2", "-subj", "/CN=Senne test CA", "-keyout", ca + ".key", "-out",
       ca + ".pem"},
      {"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
       "-subj", "/CN=localhost", "-keyout", server + ".key", "-out", server + ".csr"},
      {"openssl", "x509", "-req", "-in", server + ".csr", "-CA", ca + ".pem", "-CAkey", ca + ".key",
       "-CAcreateserial", "-days", "2", "-extfile", server + ".ext", "-out", server + ".pem"},
  };
  for (const std::vector<std::string>& step : steps) {
    if (Result<void> done = run(step, directory); !done) return done;
  }
  return {};
}

std::string with_directory(std::string line, const std::string& directory) {
  constexpr std::string_view placeholder = "DIRECTORY";
  if (const std::size_t at = line.find(placeholder); at != std::string::npos) {
    line.replace(at, placeholder.size(), directory);
  }
  return line;
}

}  // namespace

std::optional<std::string> MosquittoServer::program() {
  for (const char* const path : {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto",
                                 "/usr/bin/mosquitto", "/usr/local/bin/mosquitto"}) {
    if (access(path, X_OK) == 0) return path;
  }
  return std::nullopt;
}

Result<MosquittoServer> MosquittoServer::start(const MosquittoOptions& options) {
  MosquittoServer server;
  const std::string& directory = server.folder_.path();
  server.port_ = free_port();

  std::ofstream configuration(directory + "/mosquitto.conf");
  configuration << fmt::format("listener {} 127.0.0.1\n", server.port_);
  if (geteuid() == 0) configuration << "user root\n";
  if (options.tls) {
    if (Result<void> made = make_certificates(directory); !made) {
      return tl::unexpected<Error>(made.error());
    }
    configuration << fmt::format("certfile {0}/server.pem\nkeyfile {0}/server.key\n", directory);
  }
  if (options.username.empty()) {
    configuration << "allow_anonymous true\n";
  } else {
    configuration << fmt::format("allow_anonymous false\npassword_file {}/passwords\n", directory);
    if (Result<void> made = run({"mosquitto_passwd", "-b", "-c", directory + "/passwords",
                                 options.username, options.password},
                                directory);
        !made) {
      return tl::unexpected<Error>(made.error());
    }
  }
  configuration << fmt::format(
      "persistence true\npersistence_location {}/\nautosave_interval 0\n"
      "max_inflight_messages 1000\nmax_queued_messages 0\nset_tcp_nodelay true\n",
      directory);
  for (const std::string& line : options.lines) {
    configuration << with_directory(line, directory) << '\n';
  }
  configuration.close();
  if (Result<void> launched = server.launch(); !launched) {
    return tl::unexpected<Error>(launched.error());
  }
  return server;
}

Result<void> MosquittoServer::launch() {
  Result<ChildProcess> process =
      ChildProcess::start({*program(), "-c", folder_.file("mosquitto.conf")}, folder_.file("log"));
  if (!process) return tl::unexpected<Error>(process.error());
  process_.emplace(std::move(*process));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!port_open(port_)) {
    if (!process_->running() || std::chrono::steady_clock::now() > until) {
      return fail(ErrorKind::failed, "mosquitto does not start: " + log());
    }
    std::this_thread::sleep_for(poll_interval);
  }
  return {};
}

void MosquittoServer::stop() {
  if (process_) process_->stop(patience);
  process_.reset();
}

void MosquittoServer::kill() {
  if (process_) process_->stop(Duration::zero());
  process_.reset();
}

Result<void> MosquittoServer::start_again() { return launch(); }

void MosquittoServer::forget_everything() { std::filesystem::remove(folder_.file("mosquitto.db")); }

}  // namespace senne::testing
