#include "app/configuration/section.h"

#include "app/configuration/written.h"

namespace senne::app {
namespace {

std::string in(const std::string& path) { return path.empty() ? std::string() : " in " + path; }

tl::unexpected<Error> unknown_key(const AnySection& section, const Entry& entry,
                                  const std::string& path) {
  const auto& later = section.described.later;
  if (std::find(later.begin(), later.end(), entry.key) != later.end()) {
    return fail_at(entry.mark, fmt::format("`{}`{} is not in this version", entry.key, in(path)));
  }
  std::vector<std::string> known;
  for (const AnySection::Setting& setting : section.settings) known.push_back(setting.key);
  return fail_at(entry.mark, fmt::format("unknown key {}{}{}", back_quoted(entry.key), in(path),
                                         did_you_mean(entry.key, known)));
}

}  // namespace

Result<void> AnySection::read(const Surroundings& surroundings, const Node& node,
                              const std::string& path, void* into) const {
  // Without what stands there instead: it may be a secret that belongs inside.
  if (node.kind != Node::Kind::map) return fail_in(node, path, "expected a map");
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const Entry& entry : node.entries) {
    const auto setting = std::find_if(settings.begin(), settings.end(),
                                      [&](const Setting& s) { return s.key == entry.key; });
    if (setting == settings.end()) return unknown_key(*this, entry, path);
    if (auto done = setting->read(surroundings, entry.value, prefix + entry.key, into); !done) {
      return done;
    }
  }
  for (const Setting& setting : settings) {
    if (setting.required && node.find(setting.key) == nullptr) {
      return fail_at(node.mark, fmt::format("missing key `{}`{}", setting.key, in(path)));
    }
  }
  for (const Read& check : checks) {
    if (auto done = check(surroundings, node, path, into); !done) return done;
  }
  return {};
}

Node AnySection::write(const void* from, Secrets secrets) const {
  Node map = map_node();
  for (const Setting& setting : settings) {
    Node written = setting.write(from, secrets);
    if (written.kind != Node::Kind::nothing) append(map, setting.key, std::move(written));
  }
  return map;
}

void AnySection::add(Setting setting, SettingText text) {
  settings.push_back(std::move(setting));
  described.settings.push_back(std::move(text));
}

void AnySection::add_group(const std::string& key, const AnySection& inner, bool is_required) {
  const auto held = std::make_shared<const AnySection>(inner);
  add({key, is_required,
       [held](const Surroundings& surroundings, const Node& node, const std::string& path,
              void* into) { return held->read(surroundings, node, path, into); },
       [held](const void* from, Secrets secrets) {
         if (held->written_if && !held->written_if(from)) return Node{};
         Node written = held->write(from, secrets);
         return written.entries.empty() ? Node{} : written;
       }},
      {key, "a map", is_required ? "" : "see below", inner.described.help,
       std::make_shared<const SectionText>(inner.described), ""});
}

std::string default_words(const Node& value, bool is_section) {
  if (is_section) return "see below";
  if (value.kind != Node::Kind::scalar) return "none";
  return value.text.empty() ? "empty" : fmt::format("`{}`", value.text);
}

}  // namespace senne::app
