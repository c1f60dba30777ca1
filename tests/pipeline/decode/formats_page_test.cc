// The examples of docs/formats.md: what stands under `In` decodes to what stands under `Out`.
#include <absl/time/time.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/configuration/codec_section.h"
#include "pipeline/decode/family_codec.h"
#include "pipeline/decode/uplink_bytes.h"
#include "tests/pipeline/decode/decoding.h"

namespace senne::decode {
namespace {

struct Example {
  std::string topic = "any/topic";
  std::string profile;  // of any device; empty: none
  std::string in;
  std::string out;
};

// By the names in the heading above it: a section may be of several formats.
std::map<std::string, Example> examples() {
  std::map<std::string, Example> found;
  std::ifstream page(SENNE_SOURCE_DIR "/docs/formats.md");
  std::vector<std::string> formats;
  Example example;
  std::string* into = nullptr;
  bool fenced = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      fenced = !fenced;
      if (fenced) continue;
      if (into == &example.out) {
        for (const std::string& format : formats) found[format] = example;
        example = {};
      }
      into = nullptr;
    } else if (fenced) {
      if (into != nullptr) into->append(line).append("\n");
    } else if (line.starts_with("## ")) {
      formats.clear();
      std::istringstream names(line.substr(3));
      for (std::string name; std::getline(names, name, ',');) {
        name.erase(0, name.find_first_not_of(' '));
        formats.push_back(name);
      }
    } else if (line.starts_with("In,") || line == "In:") {
      into = &example.in;
      const auto tick = line.find('`');
      const std::string word = tick == std::string::npos
                                   ? ""
                                   : line.substr(tick + 1, line.find('`', tick + 1) - tick - 1);
      if (line.starts_with("In, on `") || line.starts_with("In, as hexadecimal digits, on `")) {
        example.topic = word;
      }
      if (line.starts_with("In, of a device with profile `")) example.profile = word;
    } else if (line == "Out:") {
      into = &example.out;
    }
  }
  return found;
}

std::string text_of(Instant time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", absl::FromUnixNanos(to_nanos(time)),
                          absl::UTCTimeZone());
}

std::string shown(const Decoding& decoding) {
  std::string text;
  for (std::size_t i = 0; i < decoding.decoded.reports.size(); ++i) {
    const Report& report = decoding.report(i);
    text += "device " + std::string(report.device);
    if (!report.sequence.empty()) text += " sequence " + std::string(report.sequence);
    if (report.time.start) text += " time " + text_of(*report.time.start);
    if (report.location) {
      std::ostringstream place;
      place << " location " << report.location->latitude << " " << report.location->longitude;
      text += place.str();
    }
    text += "\n";
    const auto lines = decoding.readings(i);
    for (std::size_t j = 0; j < lines.size(); ++j) {
      text += lines[j];
      const auto& own = decoding.decoded.readings.at(report.first_reading + j).time.start;
      if (own) text += " at " + text_of(*own);
      text += "\n";
    }
  }
  return text;
}

// All devices have the same.
class OneProfile final : public DeviceCodecs {
 public:
  explicit OneProfile(const std::string& profile) {
    if (!profile.empty()) codec_ = make_codec(app::built_in_codec(profile));
  }
  PayloadCodec* find(std::string_view /*device*/, std::string_view /*other_device*/) override {
    return codec_.get();
  }

 private:
  std::unique_ptr<PayloadCodec> codec_;
};

std::shared_ptr<const Mapping> mapping_of_the_page() {
  auto mapping = std::make_shared<Mapping>();
  mapping->device.pointer = "/id";
  mapping->has_time = true;
  mapping->time.at = "/ts";
  mapping->time.form = TimeForm::epoch_ms;
  MappingReading reading;
  reading.at = "/t";
  reading.property = "air_temperature";
  reading.unit = "[degF]";
  mapping->readings.push_back(reading);
  reading = {};
  reading.at = "/door";
  reading.property = "door_open";
  reading.true_when = {"open", "1"};
  mapping->readings.push_back(reading);
  return mapping;
}

TEST(FormatsPage, every_format_has_a_section_and_its_example_is_true) {
  const auto page = examples();
  for (int i = 0; i < format_count; ++i) {
    const auto format = static_cast<Format>(i);
    const std::string format_name(name(format));
    ASSERT_TRUE(page.contains(format_name)) << format_name;
    const Example& example = page.at(format_name);
    Route route = route_of(format);
    if (format == Format::mapping) route.mapping = mapping_of_the_page();
    if (format == Format::zigbee2mqtt) route.topic = "zigbee2mqtt/#";
    OneProfile codecs(example.profile);
    std::string bytes = example.in;
    if (format == Format::chirpstack_v4_protobuf || format == Format::senml_cbor ||
        format == Format::sparkplug_b) {
      std::erase(bytes, '\n');
      ASSERT_TRUE(bytes_from_hex(std::string(bytes), bytes)) << bytes;
    }
    const Decoding decoding(route, bytes, example.topic, received, &codecs);
    EXPECT_EQ(shown(decoding), example.out) << format_name << ": " << decoding.detail();
  }
}

}  // namespace
}  // namespace senne::decode
