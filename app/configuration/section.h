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

// A section whatever its struct is: what `into` and `from` point to, only the functions know.
struct AnySection {
  using Read =
      std::function<Result<void>(const Surroundings&, const Node&, const std::string&, void* into)>;
  using Write = std::function<Node(const void* from, Secrets)>;
  struct Setting {
    std::string key;
    bool required;
    Read read;
    Write write;
  };

  Result<void> read(const Surroundings& surroundings, const Node& node, const std::string& path,
                    void* into) const;
  Node write(const void* from, Secrets secrets) const;
  void add(Setting setting, SettingText text);
  void add_group(const std::string& key, const AnySection& inner, bool is_required);

  std::vector<Setting> settings;
  std::vector<Read> checks;
  std::function<bool(const void* from)> written_if;  // null: always
  SectionText described;
};

// How the reference calls what is there without the key.
std::string default_words(const Node& value, bool is_section);

template <class T>
class Section {
 public:
  // What concerns several settings at once; it may also fill in what was left out.
  using Check =
      std::function<Result<void>(const Surroundings&, const Node&, const std::string& path, T&)>;

  explicit Section(std::string help) { any_.described.help = std::move(help); }

  // `member` is what std::invoke turns a T& into the setting's place.
  template <class V, class Member>
  Section& required(const std::string& key, const Type<V>& type, Member member, std::string help) {
    any_.add({key, true, reader(type, member), writer(type, member)},
             {key, type.words, "", std::move(help), type.section, type.suffix});
    return *this;
  }

  // The default is what a new T holds, or, where it depends on something else, `otherwise`.
  template <class V, class Member>
  Section& optional(const std::string& key, const Type<V>& type, Member member, std::string help,
                    std::string otherwise = "") {
    if (otherwise.empty()) {
      otherwise = default_words(type.write(std::invoke(member, fresh_), Secrets::printed),
                                type.section != nullptr);
    }
    any_.add({key, false, reader(type, member), writer(type, member)},
             {key, type.words, std::move(otherwise), std::move(help), type.section, type.suffix});
    return *this;
  }

  // A map within this one whose settings lie in the same struct.
  Section& group(const std::string& key, const Section& inner, bool is_required = false) {
    any_.add_group(key, inner.any_, is_required);
    return *this;
  }

  // A key of the contract that this version refuses by name.
  Section& later(std::string key) {
    any_.described.later.push_back(std::move(key));
    return *this;
  }

  // A group is printed and stored only where this holds.
  Section& written_if(std::function<bool(const T&)> condition) {
    any_.written_if = [condition = std::move(condition)](const void* from) {
      return condition(*static_cast<const T*>(from));
    };
    return *this;
  }

  Section& check(Check check) {
    any_.checks.push_back([check = std::move(check)](const Surroundings& surroundings,
                                                     const Node& node, const std::string& path,
                                                     void* into) {
      return check(surroundings, node, path, *static_cast<T*>(into));
    });
    return *this;
  }

  Type<T> type() const {
    Type<T> type;
    type.words = "a map";
    type.section = std::make_shared<const SectionText>(any_.described);
    const auto any = std::make_shared<const AnySection>(any_);
    type.read = [any](const Surroundings& surroundings, const Node& node,
                      const std::string& path) -> Result<T> {
      Result<T> value{T{}};
      if (auto done = any->read(surroundings, node, path, &*value); !done) {
        return tl::unexpected(done.error());
      }
      return value;
    };
    type.write = [any](const T& value, Secrets secrets) { return any->write(&value, secrets); };
    return type;
  }

 private:
  template <class V, class Member>
  static AnySection::Read reader(const Type<V>& type, Member member) {
    return [read = type.read, member](const Surroundings& surroundings, const Node& node,
                                      const std::string& path, void* into) -> Result<void> {
      auto value = read(surroundings, node, path);
      if (!value) return tl::unexpected(value.error());
      std::invoke(member, *static_cast<T*>(into)) = std::move(*value);
      return {};
    };
  }
  template <class V, class Member>
  static AnySection::Write writer(const Type<V>& type, Member member) {
    return [write = type.write, member](const void* from, Secrets secrets) {
      return write(std::invoke(member, *static_cast<const T*>(from)), secrets);
    };
  }

  AnySection any_;
  T fresh_{};
};

}  // namespace senne::app
