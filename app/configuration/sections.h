// The settings of each part of the configuration, declared in one file each: <part>_section.cc.
#pragma once

#include <memory>
#include <vector>

#include "app/configuration/type.h"

namespace senne::app {

Type<ingest::MqttSettings> mqtt_type();
Type<ingest::JournalSettings> journal_type();
Type<sinks::KafkaSettings> kafka_type();
Type<monitor::ListenAddress> listen_type();
Type<Route> route_type();
Type<WindowDefinition> window_type();

// In a file of its own, or in line.
Type<std::shared_ptr<const Mapping>> mapping_type();
// A property of the vocabulary, or the name after `raw.`.
Type<std::string> property_type();
// The same as records name it, `raw.` included.
Type<std::string> observed_property_type();

// The operator's codec tables, each in a file of its own, or in line. Built-in ones are left out
// when written.
using CodecTables = std::vector<std::shared_ptr<const CodecTable>>;
Type<CodecTables> codecs_type();
// What the file has under `codecs`.
Result<CodecTables> read_codecs_first(const Surroundings& from, const Node& root);
// The name of one of them or of a built-in one.
Type<std::string> profile_type();
// Appends the built-in tables that the devices' profiles name.
void add_built_in_codecs(PipelineConfiguration& configuration);

// The list itself, and the file that holds it under `devices`.
Type<std::vector<Device>> devices_type();
Type<std::vector<Device>> registry_type();

// Ways to divide the city, each out of a GeoJSON file, or in line.
Type<std::vector<ZoneLayer>> zones_type();
// The operator's own limits of plausible values.
Type<std::vector<PropertyLimits>> quality_type();

// Everything: the operator's file, and what is stored of it.
Type<Configuration> configuration_type();
Type<PipelineConfiguration> stored_type();

// What concerns several parts.

// Lossy settings without `allow_loss`, and properties that librdkafka does not take.
Result<void> check_loss(const Node& root, const Configuration& configuration);
// Names used twice or kept for something else, filters that overlap in part, routes that nothing
// reaches.
Result<void> check_routes(const Node& routes, const std::vector<Route>& values);
Result<void> check_windows(const Node& windows, const std::vector<WindowDefinition>& values);

// Reads and parses the file at `path`, which stands in the configuration at `node`, substitutions
// made. The node's own errors say where in the named file they are.
Result<Node> read_named_file(const Surroundings& from, const Node& node, const std::string& path);
// As seen from a file in the same folder as `path`.
Surroundings beside(const Surroundings& from, const std::string& path);

}  // namespace senne::app
