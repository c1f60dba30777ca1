#!/usr/bin/env bash
# clang-format and clang-tidy over our own sources; prints what differs and fails. Needs a configured build/release.
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t all < <(git ls-files '*.cc' '*.h')
clang-format-14 --dry-run -Werror "${all[@]}"

cmake --preset release --log-level=WARNING
# Generated headers must exist before anything is parsed.
cmake --build --preset release --target senne_proto senne_descriptor > /dev/null
mapfile -t sources < <(git ls-files 'app/*.cc' 'core/*.cc' 'ingest/*.cc' 'pipeline/*.cc' 'sinks/*.cc')
printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy-14 -p build/release --quiet
echo "lint: ${#all[@]} files formatted, ${#sources[@]} sources checked"
