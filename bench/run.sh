#!/bin/sh
# The benchmark table: what each stage costs a record, then Senne beside the bare client loop.
# usage: run.sh [options of senne_end_to_end, such as --quick]
# SENNE_BUILD names the build directory; default: build/release at the top of the tree.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${SENNE_BUILD:-$top/build/release}

"$top/bench/micro/table.py" "$build/bench/micro"
exec "$build/bench/end_to_end/senne_end_to_end" "$@"
