#!/usr/bin/env python3
"""Weakens each acquire and release in the code to relaxed, one at a time, and runs the tests that have threads under
ThreadSanitizer: each must be reported. Prints a table; takes about half a minute for each order.

    tests/tree/weaken_orders.py [PATH...]     # only the orders in these files

Works in a copy, build/weaken. Exit status 1: an order that is not in BETWEEN_ATOMICS was not reported.
"""

import os
import re
import shutil
import subprocess
import sys

FOLDERS = ["core", "ingest", "pipeline", "sinks", "app"]
ORDER = re.compile(r"std::memory_order_(acquire|release|acq_rel)")

# Orders between atomics alone. ThreadSanitizer reports races on plain memory, so it cannot see these; each is argued
# where it stands.
BETWEEN_ATOMICS = {
    ("core/lost_pages.cc", "std::byte* const begin = mapping.begin.load(std::memory_order_acquire);"),
    ("core/lost_pages.cc", "free->begin.store(bytes.data(), std::memory_order_release);"),
    ("ingest/journal/writer.cc", "stream_.sequence_confirmed.store(sequence, std::memory_order_release);"),
    ("ingest/journal/keeper.cc", "const std::uint64_t confirmed = stream_.sequence_confirmed.load(std::memory_order_acquire);"),
    ("ingest/journal/keeper.cc", "mark.position = Position{stream_.end.load(std::memory_order_acquire)};"),
    ("ingest/journal/keeper.cc", "const Position end{stream_.end.load(std::memory_order_acquire)};"),
}

ENVIRONMENT = {
    **os.environ,
    "SENNE_JOURNAL_RECORDS": "400000",
    "TSAN_OPTIONS": "halt_on_error=1",
}


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def copy_of_the_tree(root):
    copy = os.path.join(root, "build", "weaken")
    files = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root).stdout.split()
    for name in files:
        source, target = os.path.join(root, name), os.path.join(copy, name)
        if not os.path.isfile(source):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target) or open(source, "rb").read() != open(target, "rb").read():
            shutil.copy(source, target)
    return copy


def orders(copy, wanted):
    for folder in FOLDERS:
        for path, _, names in sorted(os.walk(os.path.join(copy, folder))):
            for name in sorted(names):
                file = os.path.relpath(os.path.join(path, name), copy)
                if not name.endswith((".h", ".cc")) or (wanted and file not in wanted):
                    continue
                for number, line in enumerate(open(os.path.join(copy, file)), 1):
                    for found in ORDER.finditer(line):
                        yield file, number, found


def outcome(copy):
    built = run(["cmake", "--build", "--preset", "tsan", "--target", "threads_tests"], cwd=copy)
    if built.returncode != 0:
        return "does not build:\n" + built.stdout[-2000:]
    tests = run(["ctest", "--test-dir", "build/tsan", "-L", "threads", "--stop-on-failure", "--timeout", "300",
                 "--output-on-failure"], cwd=copy, env=ENVIRONMENT)
    if tests.returncode == 0:
        return "not reported"
    test = re.search(r"Test +#\d+: (\S+) .*(Failed|Exception|Timeout)", tests.stdout)
    by = "a race" if "WARNING: ThreadSanitizer: data race" in tests.stdout else "a failure"
    return f"{by} in {test.group(1) if test else '?'}"


def main():
    root = run(["git", "rev-parse", "--show-toplevel"]).stdout.strip()
    copy = copy_of_the_tree(root)
    configured = run(["cmake", "--preset", "tsan"], cwd=copy)
    if configured.returncode != 0:
        sys.exit(configured.stdout)
    before = outcome(copy)
    if before != "not reported":
        sys.exit("without any change: " + before)
    silent = 0
    for file, number, found in list(orders(copy, sys.argv[1:])):
        path = os.path.join(copy, file)
        text = open(path).read()
        lines = text.splitlines(keepends=True)
        line = lines[number - 1]
        lines[number - 1] = line[:found.start()] + "std::memory_order_relaxed" + line[found.end():]
        open(path, "w").write("".join(lines))
        result = outcome(copy)
        open(path, "w").write(text)
        if result == "not reported":
            if (file, line.strip()) in BETWEEN_ATOMICS:
                result = "between atomics"
            else:
                silent += 1
        print(f"| `{file}:{number}` | {found.group(1)} | {result} |", flush=True)
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
