// How the binary takes its arguments: help, mistakes, what later versions will have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/command/without_servers.h"
#include "tests/integration/senne_process.h"

namespace senne::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class CommandLine : public ::testing::Test {
 protected:
  SenneProcess place_{{{"senne.yaml", configuration_without_servers()}}};
};

TEST_F(CommandLine, every_command_explains_itself) {
  const std::vector<std::vector<std::string>> commands = {
      {},
      {"run"},
      {"check"},
      {"decode"},
      {"demo"},
      {"simulate"},
      {"tail"},
      {"test"},
      {"topics"},
      {"journal"},
      {"ledger"},
      {"journal", "list"},
      {"journal", "verify"},
      {"version"},
      {"ingest"},
      {"journal", "adopt"},
      {"journal", "export"},
  };
  for (std::vector<std::string> command : commands) {
    command.push_back("--help");
    const Ended ended = place_.command(command);
    EXPECT_EQ(ended.status, 0) << command.front();
    EXPECT_THAT(ended.out, HasSubstr("Usage: senne")) << command.front();
    EXPECT_THAT(ended.err, IsEmpty()) << command.front();
  }
}

TEST_F(CommandLine, what_this_version_does_not_have_is_refused_by_name) {
  for (const std::string name :
       {"ingest", "aggregate", "replay", "tap", "catalogue", "dpia", "schema"}) {
    const Ended ended = place_.command({name, "-c", "senne.yaml", "more", "--and=more"});
    EXPECT_EQ(ended.status, 2) << name;
    EXPECT_EQ(ended.err, "senne " + name + ": not in this version\n");
    EXPECT_THAT(ended.out, IsEmpty());
  }
}

TEST_F(CommandLine, a_mistake_in_the_arguments_is_one_line_and_exit_status_2) {
  struct Mistake {
    std::vector<std::string> arguments;
    const char* says;
  };
  const std::vector<Mistake> mistakes = {
      {{}, "senne: expected a command"},
      {{"rum"}, "senne: no such command: rum"},
      {{"run"}, "senne run: --configuration is required"},
      {{"check", "-c", "senne.yaml", "--conect"}, "senne check: "},
      {{"journal", "-c", "senne.yaml"}, "senne journal: expected a command"},
      {{"journal", "-c", "senne.yaml", "lost"}, "senne journal: no such command: lost"},
      {{"journal", "-c", "senne.yaml", "adopt"},
       "senne journal adopt: expected one of --from-start, --from POSITION, --discard"},
      {{"journal", "-c", "senne.yaml", "adopt", "--discard", "--from-start"},
       "senne journal adopt: expected one of"},
      {{"journal", "-c", "senne.yaml", "adopt", "--from", "here"}, "senne journal adopt: "},
      {{"decode", "-c", "senne.yaml", "{}"}, "senne decode: --topic is required"},
      {{"decode", "-c", "senne.yaml", "--topic", "senml/1", "--user-property", "novalue", "[]"},
       "--user-property novalue: expected KEY=VALUE"},
      {{"decode", "-c", "senne.yaml", "--topic", "senml/1", "--received", "yesterday", "[]"},
       "--received yesterday: expected a time"},
      {{"tail", "urban.observations.v1"}, "which cluster? give -c FILE, or --bootstrap"},
      {{"tail", "-c", "senne.yaml", "t", "--from", "yesterday"},
       "--from yesterday: expected beginning, end or a time"},
      {{"demo", "--devices", "0"}, "senne demo: "},
      {{"run", "-c", "absent.yaml"}, "cannot read absent.yaml: No such file or directory"},
  };
  for (const Mistake& mistake : mistakes) {
    const Ended ended = place_.command(mistake.arguments);
    EXPECT_EQ(ended.status, 2) << mistake.says;
    EXPECT_THAT(ended.err, StartsWith(mistake.says));
    EXPECT_TRUE(is_one_line(ended.err)) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty()) << mistake.says;
  }
}

TEST_F(CommandLine, a_mistake_in_the_configuration_names_its_place_to_every_command) {
  const std::string good = configuration_without_servers();
  place_.put("unknown.yaml", "instanze: x\n" + good);
  place_.put("type.yaml", good + "windows: 3\n");
  const std::vector<std::vector<std::string>> commands = {
      {"run"},      {"check"},           {"decode", "--topic", "senml/1", "[]"},
      {"simulate"}, {"tail", "t"},       {"topics"},
      {"ledger"},   {"journal", "list"}, {"test", "cases.yaml"},
  };
  for (const auto& command : commands) {
    for (const auto& [file, says] : std::vector<std::pair<std::string, std::string>>{
             {"unknown.yaml", "unknown.yaml:1:1: unknown key `instanze`; did you mean `instance`?"},
             {"type.yaml", "type.yaml:11:10: windows: expected a list of maps, got `3`"}}) {
      std::vector<std::string> arguments = command;
      arguments.insert(arguments.end(), {"-c", file});
      const Ended ended = place_.command(arguments);
      EXPECT_EQ(ended.status, 2) << command.front();
      EXPECT_EQ(ended.err, says + "\n") << command.front();
      EXPECT_THAT(ended.out, IsEmpty()) << command.front();
    }
  }
}

TEST_F(CommandLine, check_prints_the_configuration_but_no_secret) {
  const Ended ended = place_.command({"check", "-c", "senne.yaml"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("\"password\": \"***\""));
  EXPECT_THAT(ended.out, HasSubstr("\"sasl.password\": \"***\""));
  EXPECT_THAT(ended.out, HasSubstr("senne.yaml: valid"));
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("secret")));
}

TEST_F(CommandLine, check_connect_says_of_each_server_that_it_is_not_there) {
  const Ended ended = place_.command({"check", "-c", "senne.yaml", "--connect"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("mqtt broker 127.0.0.1:1: "));
  EXPECT_THAT(ended.err, HasSubstr("Kafka 127.0.0.1:1: "));
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 2) << ended.err;
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("secret")));
}

TEST_F(CommandLine, output_that_does_not_arrive_is_a_failure) {
  const std::vector<std::vector<std::string>> commands = {
      {"version"},
      {"check", "-c", "senne.yaml"},
      {"decode", "-c", "senne.yaml", "--topic", "senml/x", "[]"},
      {"decode", "-c", "senne.yaml", "--topic", "v3/a/devices/d/join", "{}"}};
  for (const auto& command : commands) {
    const Ended ended = place_.command(command, {}, "/dev/full");
    EXPECT_EQ(ended.status, 1) << command.front();
    EXPECT_EQ(ended.err, "standard output: No space left on device\n") << command.front();
  }
}

TEST_F(CommandLine, version_names_the_build_and_the_libraries) {
  const Ended ended = place_.command({"version"});
  EXPECT_EQ(ended.status, 0);
  for (const char* name : {"senne ", "librdkafka ", "Paho MQTT C ", "protobuf "}) {
    EXPECT_THAT(ended.out, HasSubstr(name));
  }
}

}  // namespace
}  // namespace senne::test
