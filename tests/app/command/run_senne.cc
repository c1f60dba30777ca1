#include "tests/app/command/run_senne.h"

#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <sstream>

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

Ended run_senne(const SenneProcess& place, const std::vector<std::string>& arguments,
                std::string_view input) {
  const std::string base = place.folder() + "/command";
  std::ofstream(base + ".in", std::ios::binary) << input;
  std::vector<std::string> line = {
      "sh", "-c", "cd \"$0\" && exec \"$@\" <command.in >command.out 2>command.err", place.folder(),
      SENNE_BINARY};
  line.insert(line.end(), arguments.begin(), arguments.end());
  auto started = ChildProcess::start(line, base + ".shell");
  SENNE_CHECK(started);
  Ended ended;
  if (const auto status = started->wait(90s)) {
    ended.status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
  }
  ended.out = read_file(base + ".out");
  ended.err = read_file(base + ".err");
  return ended;
}

void put_file(const SenneProcess& place, const std::string& name, std::string text) {
  const std::string mark = "{data_dir}";
  if (const auto at = text.find(mark); at != std::string::npos) {
    text.replace(at, mark.size(), place.folder() + "/data");
  }
  std::ofstream(place.folder() + "/" + name, std::ios::binary) << text;
}

bool is_one_line(std::string_view text) {
  return !text.empty() && text.find('\n') == text.size() - 1;
}

std::string configuration_without_servers() {
  // Port 1 is reserved (tcpmux) and free on any machine of today.
  return R"(instance: here
data_dir: "{data_dir}"
shutdown_timeout: 2s
mqtt: {url: "mqtt://127.0.0.1:1", username: u, password: "brokersecret"}
journal: {max_bytes: 256MiB}
kafka: {bootstrap_servers: "127.0.0.1:1", properties: {sasl.password: "clustersecret"}}
routes:
  - {name: lora, topic: v3/+/devices/+/#, format: tts-v3}
  - {name: senml, topic: senml/#, format: senml-json}
http: {listen: "127.0.0.1:0"}
)";
}

}  // namespace senne::test
