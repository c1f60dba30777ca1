#include "app/configuration/substitution.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "sinks/utf8.h"

namespace senne::app {
namespace {

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

// What stands for `${inside}`. Errors are the message alone, to be placed by the caller.
Result<std::string> replacement(std::string_view inside, const Environment& environment,
                                const std::string& base_dir) {
  if (inside.starts_with("file:")) {
    const std::string path(inside.substr(5));
    auto content = read_text_file(resolved_path(base_dir, path), substituted_file_bytes_max);
    if (!content) {
      return fail(ErrorKind::configuration, fmt::format("cannot read the file of ${{file:{}}}: {}",
                                                        path, content.error().message));
    }
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    return content;
  }
  const std::size_t separator = inside.find(":-");
  const std::string name(inside.substr(0, separator));
  if (!is_variable_name(name)) {
    return fail(ErrorKind::configuration,
                fmt::format("{} is not the name of a variable; expected ${{NAME}}, "
                            "${{NAME:-default}}, ${{file:/path}}, or $${{ for a plain ${{",
                            back_quoted(name)));
  }
  const auto found = environment.find(name);
  if (found != environment.end() && (!found->second.empty() || separator == inside.npos)) {
    return found->second;
  }
  if (separator != std::string_view::npos) return std::string(inside.substr(separator + 2));
  return fail(ErrorKind::configuration,
              fmt::format("the environment variable `{}` is not set; ${{{}:-default}} gives it a "
                          "default",
                          name, name));
}

Result<void> substitute_scalar(Node& node, const Environment& environment,
                               const std::string& base_dir) {
  std::string result;
  std::string_view rest = node.text;
  for (std::size_t dollar; (dollar = rest.find("${")) != std::string_view::npos;) {
    if (dollar > 0 && rest[dollar - 1] == '$') {
      result += rest.substr(0, dollar - 1);
      result += "${";
      rest.remove_prefix(dollar + 2);
      continue;
    }
    const std::size_t end = rest.find('}', dollar);
    if (end == std::string_view::npos) return fail_at(node.mark, "`${` without its `}`");
    const auto value =
        replacement(rest.substr(dollar + 2, end - dollar - 2), environment, base_dir);
    if (!value) return fail_at(node.mark, value.error().message);
    if (!sinks::valid_utf8(*value) || value->find('\0') != std::string::npos) {
      return fail_at(node.mark, fmt::format("what stands for {} is not text in UTF-8",
                                            back_quoted(rest.substr(dollar, end - dollar + 1))));
    }
    result += rest.substr(0, dollar);
    result += *value;
    rest.remove_prefix(end + 1);
  }
  result += rest;
  node.written = std::make_shared<const std::string>(std::move(node.text));
  node.text = std::move(result);
  return {};
}

}  // namespace

Result<void> substitute(Node& node, const Environment& environment, const std::string& base_dir) {
  if (node.kind == Node::Kind::scalar && node.text.find("${") != std::string::npos) {
    return substitute_scalar(node, environment, base_dir);
  }
  for (Node& item : node.items) {
    if (auto done = substitute(item, environment, base_dir); !done) return done;
  }
  for (Entry& entry : node.entries) {
    if (auto done = substitute(entry.value, environment, base_dir); !done) return done;
  }
  return {};
}

Result<std::string> read_text_file(const std::string& path, std::size_t bytes_max) {
  const auto because = [](const char* why) { return fail(ErrorKind::configuration, why); };
  if (path.find('\0') != path.npos) return because("a path ends at a NUL byte");
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return because(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return because("it is a directory");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) return because(std::strerror(errno));
  std::string content;
  char buffer[65536];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    content.append(buffer, size);
    if (content.size() > bytes_max) {
      return fail(ErrorKind::configuration, fmt::format("larger than {} bytes", bytes_max));
    }
  }
  if (std::ferror(file.get()) != 0) return because(std::strerror(errno));
  return content;
}

std::string resolved_path(const std::string& base_dir, const std::string& path) {
  return (std::filesystem::path(base_dir) / path).lexically_normal().string();
}

}  // namespace senne::app
