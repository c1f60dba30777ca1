#include "app/configuration/configuration.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/configuration/quantity.h"
#include "app/configuration/section.h"
#include "app/configuration/sections.h"
#include "app/configuration/substitution.h"

namespace senne::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// systemd gives the folders of StateDirectory= separated by colons; the first is ours.
std::string default_data_dir(const Environment& environment) {
  const auto found = environment.find("STATE_DIRECTORY");
  if (found == environment.end() || found->second.empty()) return "/var/lib/senne";
  return found->second.substr(0, found->second.find(':'));
}

// How far a time as sent may lie from the time of receipt; the same for the file and what is
// stored.
template <class T, class Pipeline>
Section<T> time_sanity(Pipeline pipeline) {
  return Section<T>(
             "How far a time as sent may be from the time of receipt; beyond, it is flagged "
             "`CLOCK` and the time of receipt is used.")
      .optional(
          "oldest", duration(seconds{1}, hours{24 * 366}),
          [=](auto& v) -> auto& { return pipeline(v).oldest_accepted; }, "Before it.")
      .optional(
          "newest", duration(seconds{1}, hours{24}),
          [=](auto& v) -> auto& { return pipeline(v).newest_accepted; }, "After it.");
}

void fill_in_defaults(const Environment& environment, Configuration& c) {
  if (c.data_dir.empty()) c.data_dir = default_data_dir(environment);
  c.kafka.allow_loss = c.allow_loss;
  c.pipeline.instance = c.instance;
  for (Route& route : c.pipeline.routes) {
    if (route.provider.empty()) route.provider = c.instance;
  }
  for (Device& device : c.pipeline.devices) {
    if (device.provider.empty()) device.provider = c.instance;
  }
}

void take_notes(const Node& root, Configuration& c) {
  if (c.embedded()) {
    c.notes.push_back(
        "kafka.bootstrap_servers is `embedded`: a cluster inside this process, forgotten at its "
        "end; delivery is at_least_once");
  }
  if (c.allow_loss)
    c.notes.push_back("allow_loss is true: settings that lose messages are admitted");
  std::size_t open = 0;
  for (const Device& device : c.pipeline.devices) {
    if (device.classification == Classification::open) ++open;
  }
  if (open > 0) {
    c.notes.push_back(
        fmt::format("{} devices are classified `open`; this version publishes nothing "
                    "as open data",
                    open));
  }
  if (root.find("windows") == nullptr) c.notes.push_back("no windows: observations only");
}

Result<void> check_whole(const Surroundings& from, const Node& node, const std::string&,
                         Configuration& configuration) {
  const Node* registry = node.find("registry");
  if (registry != nullptr && node.find("devices") != nullptr) {
    return fail_in(*registry, "registry", "`devices` is given as well; expected one of them");
  }
  fill_in_defaults(*from.environment, configuration);
  add_built_in_codecs(configuration.pipeline);
  if (auto done = check_routes(*node.find("routes"), configuration.pipeline.routes); !done) {
    return done;
  }
  if (const Node* windows = node.find("windows")) {
    if (auto done = check_windows(*windows, configuration.pipeline.windows); !done) return done;
  }
  if (auto done = check_loss(node, configuration); !done) return done;
  if (node.find("mqtt")->find("client_id") == nullptr) {
    configuration.mqtt.client_id = "senne-" + configuration.instance;
  }
  take_notes(node, configuration);
  return {};
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

Type<Configuration> configuration_type() {
  const auto pipeline = [](auto& c) -> auto& { return c.pipeline; };
  return Section<Configuration>("")
      .required("instance", plain_name(), &Configuration::instance,
                "Names this process: consumer group and transactional id are "
                "`<topic_prefix>senne.<instance>`. Two processes must not share one.")
      .optional("data_dir", path_name(), &Configuration::data_dir,
                "Journal, snapshots, configurations by hash. One process owns it.",
                "`$STATE_DIRECTORY`, else `/var/lib/senne`")
      .optional("shutdown_timeout", duration(seconds{1}, hours{1}),
                &Configuration::shutdown_timeout,
                "How long a stop may take; what is not committed by then stays in the journal.")
      .optional("allow_loss", boolean(), &Configuration::allow_loss,
                "Admits settings that lose messages, which are refused otherwise.")
      .required("mqtt", mqtt_type(), &Configuration::mqtt, "")
      .optional("journal", journal_type(), &Configuration::journal, "")
      .required("kafka", kafka_type(), &Configuration::kafka, "")
      .optional(
          "registry", registry_type(), [=](auto& c) -> auto& { return pipeline(c).devices; },
          "The devices, in a file of their own: the authentic source.")
      .optional(
          "devices", devices_type(), [=](auto& c) -> auto& { return pipeline(c).devices; },
          "Or the devices themselves.", "none")
      .optional(
          "codecs", codecs_type(), [=](auto& c) -> auto& { return pipeline(c).codecs; },
          "Codec tables of your own (codecs.md has the language), besides those built in.", "none")
      .optional(
          "zones", zones_type(), [=](auto& c) -> auto& { return pipeline(c).zones; },
          "Ways to divide the city: records name the zones that they come from.", "none")
      .optional(
          "quality", quality_type(), [=](auto& c) -> auto& { return pipeline(c).quality; },
          "Your own limits of what is plausible (those built in stand below).", "none")
      .required(
          "routes", list_of(route_type(), "a list of maps", 1),
          [=](auto& c) -> auto& { return pipeline(c).routes; }, "")
      .optional(
          "windows", list_of(window_type(), "a list of maps"),
          [=](auto& c) -> auto& { return pipeline(c).windows; }, "", "none")
      .group("time_sanity", time_sanity<Configuration>(pipeline))
      .group("http", Section<Configuration>("Metrics and health.")
                         .optional("listen", listen_type(), &Configuration::http,
                                   "Port 0: any free one, printed at start."))
      .later("schema_registry")
      .check(check_whole)
      .type();
}

Type<PipelineConfiguration> stored_type() {
  return Section<PipelineConfiguration>("")
      .required("instance", plain_name(), &PipelineConfiguration::instance, "")
      .group("time_sanity", time_sanity<PipelineConfiguration>([](auto& p) -> auto& { return p; }),
             true)
      .required("routes", list_of(route_type(), "a list of maps"), &PipelineConfiguration::routes,
                "")
      .required("windows", list_of(window_type(), "a list of maps"),
                &PipelineConfiguration::windows, "")
      .required("devices", devices_type(), &PipelineConfiguration::devices, "")
      .optional("codecs", codecs_type(), &PipelineConfiguration::codecs, "", "none")
      .optional("zones", zones_type(), &PipelineConfiguration::zones, "", "none")
      .optional("quality", quality_type(), &PipelineConfiguration::quality, "", "none")
      .check([](const Surroundings&, const Node&, const std::string&,
                PipelineConfiguration& configuration) -> Result<void> {
        add_built_in_codecs(configuration);
        return {};
      })
      .type();
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

Result<Configuration> load_configuration(const std::string& path, const Environment& environment) {
  const auto content = read_text_file(path, document_bytes_max);
  if (!content) {
    return fail(ErrorKind::configuration,
                fmt::format("cannot read {}: {}", path, content.error().message));
  }
  return parse_configuration(*content, path, folder_of(path), environment);
}

Result<Configuration> parse_configuration(std::string_view text, const std::string& name,
                                          const std::string& base_dir,
                                          const Environment& environment) {
  auto root = parse_yaml(text, name);
  if (!root) return tl::unexpected(root.error());
  if (root->kind != Node::Kind::map) {
    return fail_at(root->mark,
                   fmt::format("expected a map with instance, mqtt, kafka and routes, got {}",
                               root->kind == Node::Kind::scalar ? "text" : shown(*root)));
  }
  if (auto done = substitute(*root, environment, base_dir); !done) {
    return tl::unexpected(done.error());
  }
  Surroundings surroundings{base_dir, &environment};
  // Before the devices, wherever it stands: their profiles name what is in it.
  const auto codecs = read_codecs_first(surroundings, *root);
  if (!codecs) return tl::unexpected(codecs.error());
  surroundings.codecs = *codecs;
  return configuration_type().read(surroundings, *root, "");
}

std::vector<std::string> need_restart(const Configuration& running, const Configuration& next) {
  constexpr std::array<std::string_view, 8> reloaded = {
      "registry", "devices", "codecs", "zones", "quality", "routes", "windows", "time_sanity"};
  const auto type = configuration_type();
  const auto text_of = [](const Node* value) {
    return value == nullptr ? std::string() : json_text(*value, Layout::one_line);
  };
  const Node now = type.write(running, Secrets::printed);
  const Node then = type.write(next, Secrets::printed);
  std::vector<std::string> keys;
  for (const SettingText& setting : type.section->settings) {
    const std::string& key = setting.key;
    if (std::find(reloaded.begin(), reloaded.end(), key) != reloaded.end()) continue;
    if (text_of(now.find(key)) != text_of(then.find(key))) keys.push_back(key);
  }
  return keys;
}

std::string describe(const Configuration& configuration) {
  return json_text(configuration_type().write(configuration, Secrets::masked), Layout::indented);
}

Result<Node> read_named_file(const Surroundings& from, const Node& node, const std::string& path) {
  if (node.kind != Node::Kind::scalar || node.text.empty()) {
    return expected(node, path, "the path of a file");
  }
  const std::string file = resolved_path(from.base_dir, node.text);
  const auto content = read_text_file(file, document_bytes_max);
  if (!content) {
    return fail_in(node, path,
                   fmt::format("cannot read {}: {}", shown(node), content.error().message));
  }
  auto root = parse_yaml(*content, file);
  if (!root) return root;
  if (auto done = substitute(*root, *from.environment, folder_of(file)); !done) {
    return tl::unexpected(done.error());
  }
  return root;
}

Surroundings beside(const Surroundings& from, const std::string& path) {
  return {folder_of(resolved_path(from.base_dir, path)), from.environment, from.codecs};
}

}  // namespace senne::app
