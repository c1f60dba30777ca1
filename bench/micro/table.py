#!/usr/bin/env python3
"""Runs the micro benchmarks and prints nanoseconds a record, the budget beside them where there is one.

usage: table.py DIRECTORY     where the benchmark programs are

Of several short repetitions the fastest counts: what disturbs a run only ever makes it slower.
"""

import json
import pathlib
import subprocess
import sys

REPETITIONS = 7
MIN_TIME_S = 0.05

# What is shown: label, program, benchmark, records an iteration, and what the bare operation inside takes (the
# libraries alone, no Senne around them).
PARTS = [
    ("receive: route, counters", "receiver_bench", "receive_wildcard/10", 1, None),
    ("journal: append 1.2 KB", "journal_bench", "append/1200", 1, 29),
    ("journal: poll and verify 1.2 KB", "journal_bench", "poll_and_verify/1200", 1000, None),
    ("decode: tts-v3, 8 readings", "decode_bench", "decode/tts-v3", 1, 265),
    ("decode: chirpstack-v4, 5 readings", "decode_bench", "decode/chirpstack-v4", 1, None),
    ("decode: senml-json, 8 records", "decode_bench", "decode/senml-json", 1, None),
    ("decode: mapping, 2 devices", "decode_bench", "decode/mapping", 1, None),
    ("normalise and deduplicate, 1 reading", "normalise_bench", "whole_stage/1", 1, None),
    ("windows: one reading", "windows_bench", "offer/10000/1", 1, None),
    ("encode: protobuf and headers, 1 reading", "encode_bench", "observations/protobuf/1", 1, 212),
    ("encode: JSON and headers, 1 reading", "encode_bench", "observations/json/1", 1, None),
]
PATH_PROGRAM = "pipeline_bench"
PATH_BATCH = 1000
MESSAGE_BUDGET_NS = 1500
READING_BUDGET_NS = 400
DATASTREAM_BUDGET_BYTES = 400


def run(program, benchmarks):
    """The fastest repetition of each benchmark, by name."""
    command = [
        str(program),
        "--benchmark_filter=^(" + "|".join(benchmarks) + ")$",
        f"--benchmark_min_time={MIN_TIME_S}",
        f"--benchmark_repetitions={REPETITIONS}",
        "--benchmark_format=json",
    ]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    best = {}
    for result in json.loads(output)["benchmarks"]:
        if result["run_type"] != "iteration":
            continue
        if result.get("error_occurred"):
            raise SystemExit(f"{program.name}: {result['run_name']}: {result['error_message']}")
        name = result["run_name"]
        if name not in best or result["cpu_time"] < best[name]["cpu_time"]:
            best[name] = result
    missing = set(benchmarks) - set(best)
    if missing:
        raise SystemExit(f"{program.name} has no benchmark {', '.join(sorted(missing))}")
    return best


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    directory = pathlib.Path(sys.argv[1])
    wanted = {PATH_PROGRAM: [f"message_path/{n}" for n in (1, 8)]}
    for _, program, benchmark, _, _ in PARTS:
        wanted.setdefault(program, []).append(benchmark)
    results = {program: run(directory / program, benchmarks) for program, benchmarks in wanted.items()}

    def judged(label, value, budget, unit):
        verdict = "met" if value <= budget else "MISSED"
        print(f"{label:<44}{value:>8.0f} {unit:<5}{budget:>8} {unit:<5} {verdict}")

    path = {n: results[PATH_PROGRAM][f"message_path/{n}"]["cpu_time"] / PATH_BATCH for n in (1, 8)}
    windows = results["windows_bench"]["offer/10000/1"]
    print(f"{'Between the two clients':<44}{'measured':>8} {'':<5}{'budget':>8}")
    judged("a message of 1.2 KB with one reading", path[1], MESSAGE_BUDGET_NS, "ns")
    judged("each further reading", (path[8] - path[1]) / 7, READING_BUDGET_NS, "ns")
    judged("memory of a datastream with an open window", windows["bytes/datastream"], DATASTREAM_BUDGET_BYTES, "B")
    print(f"\n{'Of it':<44}{'measured':>8} {'':<5}{'library alone':>14}")
    for label, program, benchmark, records, bare in PARTS:
        measured = results[program][benchmark]["cpu_time"] / records
        print(f"{label:<44}{measured:>8.0f} {'ns':<5}" + (f"{bare:>11} ns" if bare else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
