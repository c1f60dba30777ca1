#include "app/configuration/configuration_store.h"

#include <fmt/format.h>

#include "app/configuration/sections.h"

namespace senne::app {
namespace {

std::string file_name(Id128 hash) { return to_hex(hash) + ".json"; }

}  // namespace

std::string canonical_text(const PipelineConfiguration& configuration) {
  return json_text(stored_type().write(configuration, Secrets::printed), Layout::one_line) + "\n";
}

Result<PipelineConfiguration> parse_canonical(std::string_view text, const std::string& name) {
  const auto root = parse_yaml(text, name);
  if (!root) return tl::unexpected(root.error());
  Surroundings surroundings;
  const auto codecs = read_codecs_first(surroundings, *root);
  if (!codecs) return tl::unexpected(codecs.error());
  surroundings.codecs = *codecs;
  return stored_type().read(surroundings, *root, "");
}

Result<Id128> ConfigurationStore::save(const PipelineConfiguration& configuration) {
  const std::string text = canonical_text(configuration);
  const Id128 hash = content_hash(text);
  const auto stored = storage_.read_whole(file_name(hash));
  if (stored && *stored == text) return hash;
  if (auto done = storage_.write_whole(file_name(hash), text); !done) {
    return tl::unexpected(done.error());
  }
  return hash;
}

Result<std::shared_ptr<const PipelineConfiguration>> ConfigurationStore::load(Id128 hash) {
  const std::string name = file_name(hash);
  const auto text = storage_.read_whole(name);
  if (!text && text.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found,
                fmt::format("{}/{}: no such configuration was stored", storage_.path(), name));
  }
  if (!text) return tl::unexpected(text.error());
  if (content_hash(*text) != hash) {
    return fail(ErrorKind::damage,
                fmt::format("{}/{}: the content does not have the hash that the name says",
                            storage_.path(), name));
  }
  auto configuration = parse_canonical(*text, storage_.path() + "/" + name);
  if (!configuration) {
    // Sound bytes that this program does not understand: a later one wrote them.
    return fail(ErrorKind::version, configuration.error().message);
  }
  return std::make_shared<const PipelineConfiguration>(std::move(*configuration));
}

}  // namespace senne::app
