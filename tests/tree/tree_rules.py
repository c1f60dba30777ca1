"""The tree's own rules, checked: who includes whom, and that each public header says what it is for.

usage: tree_rules.py TREE     prints what breaks a rule as file:line: message; exit status 1 if any does
       tree_rules.py --self-test
"""

import pathlib
import re
import sys
import tempfile

# A folder may include itself and these. Tests and benchmarks may include anything.
ALLOWED = {
    "core": set(),
    "ingest": {"core", "proto"},
    "pipeline": {"core", "proto"},
    "sinks": {"core", "proto"},
    "app": {"core", "proto", "ingest", "pipeline", "sinks"},
}
FOLDERS = set(ALLOWED) | {"proto", "tests", "bench"}
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
# Beginning of a generated protobuf header.
GENERATED = "senne/v1/"


def include_faults(path, folder, lines):
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match.group(1) or match.group(2)
        if name.startswith(GENERATED):
            if "proto" not in ALLOWED[folder]:
                yield f"{path}:{number}: {folder} must not include the generated {name}"
            continue
        if match.group(2) is not None and name.split("/")[0] not in FOLDERS:
            continue
        if ".." in name.split("/") or name.split("/")[0] not in FOLDERS:
            yield f"{path}:{number}: {name} is not named from the top of the tree"
            continue
        target = name.split("/")[0]
        if target != folder and target not in ALLOWED[folder]:
            yield f"{path}:{number}: {folder} must not include {target} ({name})"


def header_faults(path, lines):
    opening = []
    for line in lines:
        if not line.startswith("//"):
            break
        opening.append(line[2:].strip())
    # The first paragraph is one sentence at least.
    first = " ".join(opening).split("  ")[0] if "" not in opening else " ".join(opening[:opening.index("")])
    if len(first.split()) < 4 or not re.search(r"[.:](\s|$)", first):
        yield f"{path}:1: a header opens with a comment that says in a sentence what it is for"
    elif lines[len(opening)] != "#pragma once" if len(opening) < len(lines) else True:
        yield f"{path}:{len(opening) + 1}: #pragma once follows the opening comment"


def faults(tree):
    for folder in sorted(ALLOWED):
        for path in sorted((tree / folder).rglob("*")):
            if path.suffix not in {".h", ".cc"}:
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            shown = path.relative_to(tree)
            yield from include_faults(shown, folder, lines)
            if path.suffix == ".h":
                yield from header_faults(shown, lines)


GOOD = {
    "core/a.h": '// Says what it is for.\n#pragma once\n\n#include <vector>\n#include "core/b.h"\n',
    "ingest/a.cc": '#include "core/a.h"\n#include <mqtt/async_client.h>\n#include "senne/v1/window.pb.h"\n',
    "app/a.cc": '#include "ingest/a.h"\n#include "sinks/kafka/a.h"\n#include "pipeline/a.h"\n',
    "tests/a.cc": '#include "ingest/a.h"\n#include "sinks/kafka/a.h"\n',
}
# One breach each, and what must be said of it.
PLANTED = [
    ("core/x.cc", '#include "ingest/a.h"\n', "core/x.cc:1: core must not include ingest"),
    ("core/x.cc", '#include "senne/v1/window.pb.h"\n', "core must not include the generated"),
    ("core/x.cc", "\n#include <app/a.h>\n", "core/x.cc:2: core must not include app"),
    ("ingest/x.cc", '  #  include "sinks/a.h"\n', "ingest must not include sinks"),
    ("ingest/x/y.h", '// Says what it is for.\n#pragma once\n#include "pipeline/a.h"\n', "ingest/x/y.h:3: ingest must"),
    ("pipeline/x.cc", '#include "ingest/a.h"\n', "pipeline must not include ingest"),
    ("pipeline/x.cc", '#include "app/a.h"\n', "pipeline must not include app"),
    ("sinks/x.cc", '#include "pipeline/a.h"\n', "sinks must not include pipeline"),
    ("sinks/x.cc", '#include "tests/a.h"\n', "sinks must not include tests"),
    ("app/x.cc", '#include "bench/a.h"\n', "app must not include bench"),
    ("sinks/x.cc", '#include "neighbour.h"\n', "not named from the top"),
    ("sinks/x.cc", '#include "sinks/../app/a.h"\n', "not named from the top"),
    ("core/x.h", "#pragma once\n", "core/x.h:1: a header opens"),
    ("core/x.h", "// x.h\n#pragma once\n", "a header opens"),
    ("core/x.h", "", "a header opens"),
    ("core/x.h", "// Says what it is for.\n#include <vector>\n", "core/x.h:2: #pragma once follows"),
    ("core/x.h", "// Says what it is for.\n", "#pragma once follows"),
]


def self_test():
    def found_in(files):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            for name, text in files.items():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_text(text, encoding="utf-8")
            return list(faults(tree))

    failures = [f"a sound tree: {fault}" for fault in found_in(GOOD)]
    for name, text, expected in PLANTED:
        found = found_in({**GOOD, name: text})
        if len(found) != 1 or expected not in found[0]:
            failures.append(f"planted {name} {text!r}: expected {expected!r}, found {found}")
    return failures


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = self_test() if sys.argv[1] == "--self-test" else list(faults(pathlib.Path(sys.argv[1])))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
