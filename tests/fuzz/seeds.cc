// fuzz_seeds FOLDER: writes what the fuzzers start from, a folder of inputs for each of them: the
// fixtures with their topics, and of the samples what does not stand in a file of its own.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/configuration/codec_section.h"
#include "pipeline/codecs/built_in.h"
#include "pipeline/decode/family_codec.h"
#include "tests/fuzz/decode_input.h"
#include "tests/pipeline/decode/fixtures.h"
#include "tests/support/sample_data.h"

namespace senne::decode {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& fuzzer, std::string_view bytes) {
    fs::create_directories(folder_ / fuzzer);
    std::ofstream out(folder_ / fuzzer / fmt::format("seed-{:04}", count_++), std::ios::binary);
    out << bytes;
    if (!out.flush()) throw std::runtime_error("cannot write to " + folder_.string());
  }
  std::size_t count() const { return count_; }

 private:
  fs::path folder_;
  std::size_t count_ = 0;
};

// Of a fixture's name: the format, and perhaps what is special about it.
std::string fuzzer_of(const std::string& name) {
  std::string format = name.substr(0, name.find(' '));
  for (char& c : format) {
    if (c == '-') c = '_';
  }
  return "decode_" + format + "_fuzz";
}

void add_fixtures(Seeds& seeds) {
  for (const Fixture& fixture : all_fixtures()) {
    seeds.add(fuzzer_of(fixture.name), input_for(fixture.payload, fixture.topic));
  }
  for (const char* type : {"DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "NCMD"}) {
    const std::string device = type[0] == 'D' ? "/pump" : "";
    seeds.add(
        fuzzer_of("sparkplug-b"),
        input_for(sparkplug_birth().payload, fmt::format("spBv1.0/city/{}/gw-1{}", type, device)));
  }
}

// Samples that are a line `{"topic": ..., "payload": ... | "payload_text": ...}` each.
void add_lines(Seeds& seeds, const std::string& format) {
  std::ifstream in(sample_data("payloads/" + format) / "messages.ndjson");
  for (std::string line; std::getline(in, line);) {
    const json message = json::parse(line);
    const std::string payload = message.contains("payload_text")
                                    ? message.at("payload_text").get<std::string>()
                                    : message.at("payload").dump();
    seeds.add(fuzzer_of(format), input_for(payload, message.value("topic", "")));
  }
}

// As codec_fuzz takes it: of every table that reads the bytes.
void add_device_payloads(Seeds& seeds, const json& file) {
  static const auto codecs = [] {
    std::vector<std::unique_ptr<PayloadCodec>> all;
    for (const auto& one : codecs::built_in()) {
      all.push_back(make_codec(app::built_in_codec(one.name)));
    }
    return all;
  }();
  for (const json& vector : file.at("vectors")) {
    if (!vector.contains("payload_hex")) continue;
    std::string bytes;
    if (!bytes_from_hex(vector.at("payload_hex").get<std::string>(), bytes)) continue;
    const json port = vector.value("f_port", json(1));
    const int number = port.is_number() ? port.get<int>() : 1;
    for (std::size_t i = 0; i < codecs.size(); ++i) {
      Decoded decoded;
      if (!codecs[i]->decode({bytes, number, 100}, {}, decoded)) continue;
      seeds.add("codec_fuzz", std::string{static_cast<char>(i), static_cast<char>(number)} + bytes);
    }
  }
}

void add_samples(Seeds& seeds) {
  add_lines(seeds, "zigbee2mqtt");
  add_lines(seeds, "ultralight");
  for (const char* maker : {"akenza", "decentlab"}) {
    for (const auto& file :
         fs::directory_iterator(sample_data("payloads/lorawan-codecs") / maker)) {
      std::ifstream in(file.path());
      add_device_payloads(seeds, json::parse(in));
    }
  }
}

void add_geojson(Seeds& seeds) {
  seeds.add("geojson_fuzz",
            R"({"type":"FeatureCollection","crs":{"type":"name","properties":{)"
            R"("name":"urn:ogc:def:crs:EPSG::31370"}},"features":[{"type":"Feature",)"
            R"("properties":{"id":"a","name":"A"},"geometry":{"type":"Polygon","coordinates":)"
            R"([[[148000,170000],[149000,170000],[149000,171000],[148000,170000]]]}}]})");
  seeds.add("geojson_fuzz",
            R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":7},)"
            R"("geometry":{"type":"MultiPolygon","coordinates":[[[[4.3,50.8],[4.4,50.8],)"
            R"([4.4,50.9],[4.3,50.8]],[[4.35,50.81],[4.36,50.81],[4.36,50.82],)"
            R"([4.35,50.81]]],[[[4,50],[4.1,50],[4.1,50.1],[4,50]]]]}}]})");
}

}  // namespace
}  // namespace senne::decode

int main(int argc, char** argv) {
  using namespace senne;
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  decode::Seeds seeds(argv[1]);
  decode::add_fixtures(seeds);
  decode::add_geojson(seeds);
  if (std::filesystem::is_directory(sample_data("payloads"))) {
    decode::add_samples(seeds);
  } else if (sample_data_required()) {
    std::cerr << "no sample data at " << sample_data("payloads") << "\n";
    return 1;
  }
  std::cout << seeds.count() << " seeds\n";
  return 0;
}
