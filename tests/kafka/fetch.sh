#!/bin/sh
# Downloads the jars of the Apache Kafka server that the integration tests start, once, with Maven.
# usage: fetch.sh [directory]     default: build/kafka/libs at the top of the tree
set -eu
here=$(cd "$(dirname "$0")" && pwd)
libs=${1:-$here/../../build/kafka/libs}

version=$(sed -n '/kafka_2.13/,/version/s:.*<version>\(.*\)</version>.*:\1:p' "$here/pom.xml")
if [ -f "$libs/kafka_2.13-$version.jar" ] && [ -f "$libs/.complete" ]; then
  exit 0
fi
rm -rf "$libs"
mkdir -p "$libs"
libs=$(cd "$libs" && pwd)
echo "fetching Apache Kafka $version into $libs"
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$libs"
: > "$libs/.complete"
