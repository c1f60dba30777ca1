// A real mosquitto on a free loopback port, with its files in a temporary directory of its own.
//
// THREAD  one.
// OWNS    the process and the directory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/child_process.h"
#include "core/result.h"
#include "tests/support/temporary_folder.h"

namespace senne::testing {

struct MosquittoOptions {
  // Lines put into mosquitto.conf after our own, which set listener, queues and persistence.
  // "DIRECTORY" in them stands for the server's directory.
  std::vector<std::string> lines{};
  // Made with the server: allows only this pair.
  std::string username{};
  std::string password{};
  // Makes a CA, and a server certificate for `localhost` alone; the listener is TLS then.
  bool tls = false;
};

class MosquittoServer {
 public:
  // Where the program is; nothing when it is not installed.
  static std::optional<std::string> program();

  // Returns once it accepts connections.
  static Result<MosquittoServer> start(const MosquittoOptions& options = {});

  int port() const { return port_; }
  std::string ca_file() const { return folder_.file("ca.pem"); }
  std::string log() const { return test::read_file(folder_.file("log")); }

  // Writes its sessions to disk and ends.
  void stop();
  // SIGKILL: what it did not write to disk is gone.
  void kill();
  // On the same port.
  Result<void> start_again();
  // While stopped: all sessions, queues and retained messages are gone.
  void forget_everything();

 private:
  MosquittoServer() = default;
  Result<void> launch();

  test::TemporaryFolder folder_;
  int port_ = 0;
  std::optional<ChildProcess> process_;
};

}  // namespace senne::testing

// Skips the test where mosquitto is not installed, or fails it with SENNE_REQUIRE_SERVERS=1.
#define SENNE_NEEDS_MOSQUITTO()                                       \
  do {                                                                \
    if (!::senne::testing::MosquittoServer::program()) {              \
      const char* required = std::getenv("SENNE_REQUIRE_SERVERS");    \
      if (required != nullptr && std::string_view(required) == "1") { \
        FAIL() << "mosquitto is not installed";                       \
      }                                                               \
      GTEST_SKIP() << "mosquitto is not installed";                   \
    }                                                                 \
  } while (false)
