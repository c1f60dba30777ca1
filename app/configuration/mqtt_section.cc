#include "app/configuration/section.h"
#include "app/configuration/sections.h"

namespace senne::app {
namespace {

using ingest::MqttSettings;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Duration session_expiry_max = seconds{0xFFFF'FFFEll};  // MQTT 5, section 3.1.2.11.2
constexpr Duration keepalive_max = seconds{0xFFFF};              // section 3.1.2.10

bool is_port(std::string_view text) {
  unsigned port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && rest == end && port >= 1 && port <= 65'535;
}

// scheme://host[:port], for ws and wss also a path.
bool is_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = url.substr(0, scheme_end);
  const bool web = scheme == "ws" || scheme == "wss";
  if (!web && scheme != "mqtt" && scheme != "mqtts") return false;
  std::string_view host = url.substr(scheme_end + 3);
  if (web) host = host.substr(0, host.find('/'));
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  if (const std::size_t colon = host.find(':', bracket); colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  return !host.empty() && host.find_first_of("/ ?#,") == std::string_view::npos;
}

Type<std::string> url() {
  Type<std::string> type = text();
  type.words = "mqtt://host:port or mqtts://host:port (ws and wss likewise)";
  type.read = [read = type.read, words = type.words](
                  const Surroundings& from, const Node& node,
                  const std::string& path) -> Result<std::string> {
    auto value = read(from, node, path);
    if (!value) return fail_in(node, path, "expected " + words);
    // Not shown in the error: what stands before an @ is a password more often than not.
    if (value->find('@') != std::string::npos) {
      return fail_in(node, path,
                     "credentials do not belong here; set mqtt.username, mqtt.password");
    }
    if (!is_url(*value)) return expected(node, path, words);
    return value;
  };
  return type;
}

Type<std::string> client_id() {
  Type<std::string> type = text(256);
  type.words += "; empty: a random one, with allow_loss only";
  type.read = [read = type.read](const Surroundings& from, const Node& node,
                                 const std::string& path) -> Result<std::string> {
    if (node.kind == Node::Kind::scalar && node.text.empty()) return std::string();
    return read(from, node, path);
  };
  return type;
}

Section<MqttSettings> tls() {
  return Section<MqttSettings>("PEM files for mqtts and wss.")
      .optional(
          "ca", path_name(), [](auto& s) -> auto& { return s.tls.ca; },
          "Authorities that the broker's certificate is checked against; the system's store "
          "when left out.")
      .optional(
          "certificate", path_name(), [](auto& s) -> auto& { return s.tls.certificate; },
          "The client's own certificate, with the chain.")
      .optional(
          "key", path_name(), [](auto& s) -> auto& { return s.tls.key; },
          "The key of that certificate.")
      .check([](const Surroundings&, const Node& node, const std::string& path,
                MqttSettings& settings) -> Result<void> {
        if (settings.tls.certificate.empty() != settings.tls.key.empty()) {
          return fail_in(node, path, "`certificate` and `key` go together");
        }
        return {};
      });
}

Result<void> check_version(const Surroundings&, const Node& node, const std::string& path,
                           MqttSettings& settings) {
  if (settings.version == 5) return {};
  for (const std::string key : {"session_expiry", "receive_maximum"}) {
    if (const Node* given = node.find(key)) {
      return fail_in(*given, fmt::format("{}.{}", path, key), "does not exist in MQTT 3.1.1");
    }
  }
  if (!settings.password.empty() && settings.username.empty()) {
    return fail_in(*node.find("password"), path + ".password",
                   "MQTT 3.1.1 allows no password without a username");
  }
  return {};
}

Result<void> check_tls(const Surroundings&, const Node& node, const std::string& path,
                       MqttSettings& settings) {
  const Node* given = node.find("tls");
  const bool encrypted = settings.url.starts_with("mqtts:") || settings.url.starts_with("wss:");
  if (given == nullptr || encrypted) return {};
  return fail_in(*given, path + ".tls", "needs a url that begins with mqtts:// or wss://");
}

}  // namespace

Type<MqttSettings> mqtt_type() {
  return Section<MqttSettings>("The broker that messages come from.")
      .required("url", url(), &MqttSettings::url, "Where the broker listens.")
      .optional("version", choice<int>({{"5", 5}, {"3.1.1", 3}}), &MqttSettings::version,
                "The protocol.")
      .optional("client_id", client_id(), &MqttSettings::client_id,
                "Under which the broker keeps the session.", "`senne-<instance>`")
      .optional("username", text(), &MqttSettings::username, "For the broker.")
      .optional("password", secret_text(), &MqttSettings::password,
                "For the broker; best as `\"${file:/run/secrets/mqtt}\"`. Never printed.")
      .group("tls", tls())
      .optional("clean_start", boolean(), &MqttSettings::clean_start,
                "Forget the session at each start. Loses what waits at the broker: with "
                "`allow_loss` only.")
      .optional("session_expiry", whole_seconds(seconds{0}, session_expiry_max),
                &MqttSettings::session_expiry,
                "How long the broker keeps the session while Senne is away; 0 with `allow_loss` "
                "only. MQTT 5.")
      .optional("receive_maximum", whole_number<std::uint16_t>(1, 4'096),
                &MqttSettings::receive_maximum,
                "Messages that the broker sends before it waits for acknowledgements. MQTT 5.")
      .optional("keepalive", whole_seconds(seconds{60}, keepalive_max), &MqttSettings::keepalive,
                "After this much silence the connection is probed.")
      .check(check_version)
      .check(check_tls)
      .type();
}

}  // namespace senne::app
