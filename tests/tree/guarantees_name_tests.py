#!/usr/bin/env python3
"""Fails when docs/guarantees.md names a test that does not exist.

A name is `Suite.test`, in backticks; a trailing `*` stands for the rest of either part, and so does `...`.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
declared = set()
for path in (root / "tests").rglob("*_test.cc"):
    for match in re.finditer(r"TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", path.read_text()):
        declared.add(f"{match[1]}.{match[2]}")

text = (root / "docs/guarantees.md").read_text()
named = re.findall(r"`([A-Z]\w*\*?(?:\.[\w*.]+)?)`", text)
missing = []
for name in named:
    if "." not in name and not name.endswith("*"):
        continue
    pattern = re.escape(name.replace("...", "*")).replace(r"\*", r".*")
    if "." not in name:
        pattern += r"\..*"
    if not any(re.fullmatch(pattern, test) for test in declared):
        missing.append(name)
for name in missing:
    print(f"docs/guarantees.md names {name}: there is no such test")
print(f"{len(named)} names, {len(declared)} tests")
sys.exit(1 if missing or not named else 0)
