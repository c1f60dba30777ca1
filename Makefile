# A thin front to CMake: every target first installs what it needs (Debian 12, root or sudo for apt).
SHELL := /bin/bash
.DEFAULT_GOAL := build

PACKAGES := ca-certificates ccache clang-14 clang-format-14 clang-tidy-14 cmake g++ libabsl-dev \
  libbenchmark-dev libcbor-dev libclang-rt-14-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev \
  libgeos-dev libgmock-dev libgtest-dev libjemalloc-dev libmuparser-dev libpaho-mqtt-dev libpaho-mqttpp-dev \
  libproj-dev libprotobuf-dev librapidcheck-dev librdkafka-dev libsimdjson-dev libspdlog-dev libssl-dev \
  libudunits2-dev libxxhash-dev libyaml-cpp-dev libyaml-dev lld mosquitto \
  ninja-build nlohmann-json3-dev openssl pkg-config prometheus-cpp-dev protobuf-compiler python3 tzdata zlib1g-dev
TEST_PACKAGES := maven openjdk-17-jre-headless

JOBS := $(shell nproc)
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: deps test-deps build test test-release build-sanitized fuzz demo bench simulate soak faults package lint clean

# Asks dpkg first, so that a machine that has everything needs neither root nor a network. What a package starts by
# itself (a system mosquitto) is neither used nor disturbed.
define install
	@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing: " $$missing; \
	  $(SUDO) apt-get update -q && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi
endef

deps:
	$(call install,$(PACKAGES))

test-deps: deps
	$(call install,$(TEST_PACKAGES))
	tests/kafka/fetch.sh build/kafka/libs

build: deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS) --target senne

demo: build
	build/release/senne demo

# Release: everything, with real servers. AddressSanitizer: all that is hermetic, and each fuzzer for some seconds.
# ThreadSanitizer: what has threads. A test with servers mostly waits, so what the sanitizers need is built beside them.
test: test-deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS)
	$(MAKE) --no-print-directory --jobs=2 test-release build-sanitized
	SENNE_FUZZ_SEED=1 ctest --test-dir build/asan --output-on-failure --parallel $(JOBS) -L 'unit|threads|fuzz'
	ctest --test-dir build/tsan --output-on-failure -L threads

test-release:
	SENNE_REQUIRE_SERVERS=1 ctest --test-dir build/release --output-on-failure --timeout 900

build-sanitized:
	cmake --preset asan --log-level=WARNING
	nice cmake --build --preset asan --parallel $(JOBS) --target unit_tests threads_tests fuzz_seeds fuzz_tests senne_descriptor
	cmake --preset tsan --log-level=WARNING
	nice cmake --build --preset tsan --parallel $(JOBS) --target threads_tests

# make fuzz SECONDS=1800 ONLY=sparkplug: each fuzzer, or those with that in their name, for so long; it goes on from
# what it found before.
SECONDS ?= 60
ONLY ?= .
fuzz: deps
	cmake --preset asan --log-level=WARNING
	cmake --build --preset asan --parallel $(JOBS) --target fuzz_seeds fuzz_tests
	SENNE_FUZZ_SECONDS=$(SECONDS) ctest --test-dir build/asan --output-on-failure --parallel $(JOBS) -L fuzz -R '$(ONLY)'

bench: test-deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS)
	bench/run.sh

# make simulate SEEDS=100000 FIRST=1; a seed that fails is printed, and build/release/tests/simulation/simulation --trace
# SEED shows its run.
SEEDS ?= 20000
FIRST ?= 1
simulate: deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS) --target simulation
	build/release/tests/simulation/simulation $(FIRST) $(SEEDS)

# make soak MINUTES=60 SEED=1: a day's traffic in minutes, a random fault every few seconds, real servers.
MINUTES ?= 60
SEED ?= 1
soak: test-deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS) --target senne soak
	MINUTES=$(MINUTES) SEED=$(SEED) SENNE_REQUIRE_SERVERS=1 build/release/tests/faults/soak

# make faults: the table of docs/guarantees.md, each fault at its full length.
faults: test-deps
	cmake --preset release --log-level=WARNING
	cmake --build --preset release --parallel $(JOBS) --target senne faults_tests
	SENNE_FAULTS=full SENNE_REQUIRE_SERVERS=1 ctest --test-dir build/release --verbose -L faults | grep -E '^[0-9]+: \||FAILED|tests passed'

# Named by the contract, not in this version.
package:
	@echo "make $@: not in this version"; exit 2

lint: deps
	tests/tree/lint.sh

clean:
	rm -rf build
