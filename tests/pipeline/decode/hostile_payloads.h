// Messages of a quarter of a megabyte, each made to cost as much as such a message can: by the
// number of what is in it, by its length, or by what a decoder joins out of it.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace senne::decode {

struct HostilePayload {
  std::string name;
  std::string bytes;
};

inline constexpr std::size_t hostile_bytes = 256 * 1024;

// Such a message may take 5 ms on a machine with nothing else to do. Neighbours cost, and
// sanitizers with the fuzzers' instrumentation more.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
inline constexpr bool is_sanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool is_sanitized = false;
#endif
inline constexpr std::chrono::milliseconds hostile_time_max{is_sanitized ? 300 : 50};

// `open`, as many of `item(0)`, `item(1)`, ... as fit with commas between them, `close`.
template <class Item>
std::string filled(std::string_view open, const Item& item, std::string_view close,
                   std::size_t items_max = hostile_bytes) {
  std::string text(open);
  for (std::size_t i = 0; i < items_max; ++i) {
    const std::string next = item(i);
    if (text.size() + next.size() + close.size() + 1 > hostile_bytes) break;
    if (i > 0) text += ',';
    text += next;
  }
  return text.append(close);
}

inline constexpr std::string_view tts_open =
    R"({"end_device_ids":{"device_id":"d"},"uplink_message":{"f_cnt":1,"decoded_payload":)";
inline constexpr std::string_view chirpstack_open =
    R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"},"fCnt":1,"object":)";

// What a codec's object can be made to cost: with all that is `around` it.
inline void add_hostile_fields(std::string_view around, std::string_view end,
                               std::vector<HostilePayload>& payloads) {
  constexpr std::size_t leaves_max = 9'999;
  const std::string open(around);
  const auto add = [&](const char* name, std::string bytes) {
    payloads.push_back({name, std::move(bytes)});
  };
  const auto leaf = [](std::size_t i) { return fmt::format("\"{}\":1", i); };
  const auto one = [](std::size_t) { return std::string("1"); };
  for (const std::size_t length : {120U, 160'000U}) {
    add("one name around all leaves", filled(open + "{\"" + std::string(length, 'k') + "\":{", leaf,
                                             "}}" + std::string(end), leaves_max));
  }
  add("one name with underscores around all leaves",
      filled(open + "{\"" + std::string(160'000, '_') + "\":{", leaf, "}}" + std::string(end),
             leaves_max));
  std::string levels = open;
  for (int i = 0; i < 25; ++i) levels += "{\"" + std::string(7'000, 'k') + "\":";
  add("names on many levels",
      filled(levels + "{", leaf, std::string(26, '}') + std::string(end), leaves_max));
  add("long names",
      filled(
          open + "{",
          [](std::size_t i) { return fmt::format("\"{}{}\":1", i, std::string(16'000, 'k')); },
          "}" + std::string(end)));
  add("arrays in arrays", filled(open + "{\"a\":" + std::string(25, '['), one,
                                 std::string(25, ']') + "}" + std::string(end), leaves_max));
  add("as many leaves as may be", filled(open + "{", leaf, "}" + std::string(end), leaves_max));
  add("more leaves than may be", filled(open + "{", leaf, "}" + std::string(end)));
  add("as many members that say nothing",
      filled(
          open + "{", [](std::size_t i) { return fmt::format("\"{:x}\":{{}}", i); },
          "}" + std::string(end)));
  add("the same member again and again",
      filled(
          open + "{", [](std::size_t) { return std::string("\"\":1"); }, "}" + std::string(end)));
  add("many texts",
      filled(
          open + "{", [](std::size_t i) { return fmt::format("\"{}\":\"some text\"", i); },
          "}" + std::string(end)));
}

inline void add_hostile_packs(std::vector<HostilePayload>& payloads) {
  constexpr std::size_t records_max = 9'999;
  const auto add = [&](const char* name, std::string bytes) {
    payloads.push_back({name, std::move(bytes)});
  };
  const auto value = [](std::size_t) { return std::string(R"({"v":1})"); };
  const auto named = [](std::size_t) { return std::string(R"({"n":"a","v":1})"); };
  for (const std::size_t length : {250U, 380U, 130'000U}) {
    const std::string base(length, 'd');
    add("a base name for all records",
        filled(R"([{"bn":"urn:dev:ow:)" + base + R"(:"},)", named, "]", records_max));
    add("a base name and records without one",
        filled(R"([{"bn":"urn:dev:ow:1_)" + base + R"("},)", value, "]", records_max));
  }
  for (const std::size_t length : {120U, 130'000U}) {
    add("a base unit for all records",
        filled(R"([{"bn":"d:","bu":")" + std::string(length, 'u') + R"("},)", named, "]",
               records_max));
  }
  const auto device = [](std::size_t i) { return fmt::format(R"({{"n":"d{}/t","v":1}})", i); };
  add("as many devices as may be", filled("[", device, "]", records_max));
  add("devices in turn",
      filled(
          "[",
          [](std::size_t i) { return fmt::format(R"({{"n":"d{}/t","v":1}})", i * 7919 % 5'000); },
          "]", records_max));
  add("values and sums",
      filled(
          "[", [](std::size_t) { return std::string(R"({"n":"d/t","v":1,"s":1})"); }, "]", 4'999));
}

// Lists of devices, of moments and of values, as platforms nest them.
inline void add_hostile_lists(std::vector<HostilePayload>& payloads) {
  constexpr std::size_t most = 9'999;
  const auto add = [&](const char* name, std::string bytes) {
    payloads.push_back({name, std::move(bytes)});
  };
  const auto value = [](std::size_t i) {
    return fmt::format(R"({{"value_type":"T{}_P1","value":"1"}})", i % 9'000);
  };
  add("as many values as may be",
      filled(R"({"esp8266id":"1","sensordatavalues":[)", value, "]}", most));
  add("as many sensors as may be",
      filled(R"({"sensors":[)",
             [](std::size_t) { return std::string(R"({"sensor":"a","observations":[]})"); }, "]}"));
  add("as many observations as may be",
      filled(R"({"sensors":[{"sensor":"a","observations":[)",
             [](std::size_t) { return std::string(R"({"value":"1"})"); }, "]}]}", most));
  add("as many devices with one value",
      filled(
          "{", [](std::size_t i) { return fmt::format(R"("{}":{{"a":1}})", i); }, "}", most));
  add("as many moments as may be",
      filled(R"({"d":[)", [](std::size_t) { return std::string(R"({"ts":1,"values":{"a":1}})"); },
             "]}", most));
  add("as many entities as may be",
      filled(
          "[", [](std::size_t) { return std::string(R"({"id":"a","type":"T","a":1})"); }, "]",
          most));
  add("an attribute again and again",
      filled(R"({"id":"a","type":"T","a":[)",
             [](std::size_t) { return std::string(R"({"value":1})"); }, "]}", most));
  add("values over time",
      filled(R"({"id":"a","type":"T","a":{"values":[)",
             [](std::size_t) { return std::string(R"([1,"x"])"); }, "]}}", most));
  add("methods over time",
      filled(R"({"id":"a","type":"T",")" + std::string(120, 'k') + "\":{",
             [](std::size_t) { return std::string(R"("max":[[1,"x"]])"); }, "}}", most));
  add("as many broken parts as may be",
      filled(
          "[", [](std::size_t) { return std::string("1"); }, "]", most));
  add("one part and broken ones",
      filled(R"([{"id":"a","type":"T","a":1},)", [](std::size_t) { return std::string("1"); }, "]",
             most - 1));
  std::string lines;
  while (lines.size() + 3 <= hostile_bytes) lines += "{}\n";
  add("more broken lines than may be", lines);
  add("as many broken lines as may be", lines.substr(0, 3 * most));
  add("attributes with metadata",
      filled(R"({"id":"a","type":"T",)",
             [](std::size_t i) {
               return fmt::format(R"("{}":{{"value":1,"unitCode":"X","datasetId":"Y"}})", i);
             },
             "}", most));
}

inline std::vector<HostilePayload> hostile_payloads() {
  std::vector<HostilePayload> payloads;
  const auto add = [&](const char* name, std::string bytes) {
    payloads.push_back({name, std::move(bytes)});
  };
  add_hostile_fields(tts_open, "}}", payloads);
  add_hostile_fields(chirpstack_open, "}", payloads);
  add_hostile_fields("", "", payloads);
  add_hostile_fields(R"({"id":"d","type":"T","a":)", "}", payloads);
  add_hostile_packs(payloads);
  add_hostile_lists(payloads);
  const auto numbered = [](std::size_t i) { return fmt::format("\"{}\":1", i); };
  // The Things Stack: what is said twice, in `normalized_payload` and in `decoded_payload`.
  add("measurements said again",
      filled(
          filled(R"({"end_device_ids":{"device_id":"d"},)"
                 R"("uplink_message":{"normalized_payload":[)",
                 [](std::size_t i) { return fmt::format(R"({{"air":{{"temperature":{}}}}})", i); },
                 R"(],"decoded_payload":{)", 4'500),
          [](std::size_t i) { return fmt::format("\"temperature_{}\":-1", i); }, "}}}", 4'500));
  // ChirpStack: a root with members that no event has.
  add("a wide root", filled(R"({"deviceInfo":{"devEui":"70b3d57ed0001a2b"},)", numbered, "}"));
  // For the fixture's mapping.
  add("as many mapped reports as may be",
      filled(R"({"measurements":[)",
             [](std::size_t i) { return fmt::format(R"({{"station":{{"id":{}}},"t":1}})", i % 9); },
             "]}", 9'999));
  add("as many channels as may be",
      filled(R"({"measurements":[{"station":{"id":1},"channels":[)",
             [](std::size_t i) { return fmt::format(R"({{"no":{},"value":1}})", i % 9); }, "]}]}",
             9'999));
  add("a mapped device with a long name",
      filled(R"({"measurements":[{"station":{"id":")" + std::string(130'000, 'd') +
                 R"("},"channels":[)",
             [](std::size_t) { return std::string(R"({"value":1})"); }, "]}]}", 9'999));
  return payloads;
}

}  // namespace senne::decode
