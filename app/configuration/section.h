// A map of settings, each declared once with its key, kind, place in the struct, default and help:
// that one declaration parses it, refuses what is wrong, prints it, stores it and documents it.
//
//   Section<JournalSettings>("Where messages wait until Kafka has them.")
//       .optional("max_bytes", size(...), &JournalSettings::max_bytes, "Room on disk.")
//       .type()
//
// FAILS  the first of: an unknown, duplicate or later key and a bad value, in the order of the
//        file; a missing key; a failed check.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/configuration/nearest_name.h"
#include "app/configuration/type.h"

namespace senne::app {

template <class T>
class Section {
 public:
  // What concerns several settings at once; it may also fill in what was left out.
  using Check =
      std::function<Result<void>(const Surroundings&, const Node&, const std::string& path, T&)>;

  explicit Section(std::string help) { described_.help = std::move(help); }

  // `member` is what std::invoke turns a T& into the setting's place.
  template <class V, class Member>
  Section& required(const std::string& key, const Type<V>& type, Member member, std::string help) {
    settings_.push_back({key, true, reader(type, member), writer(type, member)});
    described_.settings.push_back(
        {key, type.words, "", std::move(help), type.section, type.suffix});
    return *this;
  }

  // The default is what a new T holds, or, where it depends on something else, `default_words`.
  template <class V, class Member>
  Section& optional(const std::string& key, const Type<V>& type, Member member, std::string help,
                    std::string default_words = "") {
    T fresh{};
    if (default_words.empty()) {
      const Json value = type.write(std::invoke(member, fresh), Secrets::printed);
      default_words = value.is_null() ? "none"
                                      : fmt::format("`{}`", value.is_string()
                                                                ? value.template get<std::string>()
                                                                : value.dump());
      if (value.is_string() && value.template get_ref<const std::string&>().empty()) {
        default_words = "empty";
      }
      if (value.is_structured()) default_words = "none";
      if (type.section != nullptr) default_words = "see below";
    }
    settings_.push_back({key, false, reader(type, member), writer(type, member)});
    described_.settings.push_back(
        {key, type.words, std::move(default_words), std::move(help), type.section, type.suffix});
    return *this;
  }

  // A map within this one whose settings lie in the same struct.
  Section& group(const std::string& key, const Section& inner, bool is_required = false) {
    const auto held = std::make_shared<const Section>(inner);
    settings_.push_back({key, is_required,
                         [held](const Surroundings& from, const Node& node, const std::string& path,
                                T& into) { return held->read_into(from, node, path, into); },
                         [held](const T& value, Secrets secrets) {
                           if (held->written_if_ && !held->written_if_(value)) return Json();
                           Json written = held->write(value, secrets);
                           return written.empty() ? Json() : written;
                         }});
    described_.settings.push_back({key, "a map", is_required ? "" : "see below",
                                   inner.described_.help,
                                   std::make_shared<const SectionText>(inner.described_), ""});
    return *this;
  }

  // A key of the contract that this version refuses by name.
  Section& later(std::string key) {
    described_.later.push_back(std::move(key));
    return *this;
  }

  // A group is printed and stored only where this holds.
  Section& written_if(std::function<bool(const T&)> condition) {
    written_if_ = std::move(condition);
    return *this;
  }

  Section& check(Check check) {
    checks_.push_back(std::move(check));
    return *this;
  }

  Type<T> type() const {
    Type<T> type;
    type.words = "a map";
    type.section = std::make_shared<const SectionText>(described_);
    const auto self = std::make_shared<const Section>(*this);
    type.read = [self](const Surroundings& from, const Node& node,
                       const std::string& path) -> Result<T> {
      T value{};
      if (auto done = self->read_into(from, node, path, value); !done) {
        return tl::unexpected(done.error());
      }
      return value;
    };
    type.write = [self](const T& value, Secrets secrets) { return self->write(value, secrets); };
    return type;
  }

 private:
  using Read =
      std::function<Result<void>(const Surroundings&, const Node&, const std::string&, T&)>;
  using Write = std::function<Json(const T&, Secrets)>;
  struct Setting {
    std::string key;
    bool required;
    Read read;
    Write write;
  };

  template <class V, class Member>
  static Read reader(const Type<V>& type, Member member) {
    return [read = type.read, member](const Surroundings& from, const Node& node,
                                      const std::string& path, T& into) -> Result<void> {
      auto value = read(from, node, path);
      if (!value) return tl::unexpected(value.error());
      std::invoke(member, into) = std::move(*value);
      return {};
    };
  }
  template <class V, class Member>
  static Write writer(const Type<V>& type, Member member) {
    return [write = type.write, member](const T& value, Secrets secrets) {
      return write(std::invoke(member, value), secrets);
    };
  }

  Result<void> read_into(const Surroundings& from, const Node& node, const std::string& path,
                         T& value) const {
    // Without what stands there instead: it may be a secret that belongs inside.
    if (node.kind != Node::Kind::map) return fail_in(node, path, "expected a map");
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const Entry& entry : node.entries) {
      const auto setting = std::find_if(settings_.begin(), settings_.end(),
                                        [&](const Setting& s) { return s.key == entry.key; });
      if (setting == settings_.end()) return unknown(entry, path);
      if (auto done = setting->read(from, entry.value, prefix + entry.key, value); !done) {
        return done;
      }
    }
    for (const Setting& setting : settings_) {
      if (setting.required && node.find(setting.key) == nullptr) {
        return fail_at(node.mark, fmt::format("missing key `{}`{}", setting.key, in(path)));
      }
    }
    for (const Check& check : checks_) {
      if (auto done = check(from, node, path, value); !done) return done;
    }
    return {};
  }

  Json write(const T& value, Secrets secrets) const {
    Json map = Json::object();
    for (const Setting& setting : settings_) {
      Json written = setting.write(value, secrets);
      if (!written.is_null()) map[setting.key] = std::move(written);
    }
    return map;
  }

  static std::string in(const std::string& path) {
    return path.empty() ? std::string() : " in " + path;
  }

  tl::unexpected<Error> unknown(const Entry& entry, const std::string& path) const {
    const auto& later = described_.later;
    if (std::find(later.begin(), later.end(), entry.key) != later.end()) {
      return fail_at(entry.mark, fmt::format("`{}`{} is not in this version", entry.key, in(path)));
    }
    std::vector<std::string> known;
    for (const Setting& setting : settings_) known.push_back(setting.key);
    return fail_at(entry.mark, fmt::format("unknown key {}{}{}", back_quoted(entry.key), in(path),
                                           did_you_mean(entry.key, known)));
  }

  std::vector<Setting> settings_;
  std::vector<Check> checks_;
  std::function<bool(const T&)> written_if_;
  SectionText described_;
};

}  // namespace senne::app
