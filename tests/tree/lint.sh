#!/usr/bin/env bash
# clang-format and clang-tidy over our own sources; prints what differs and fails. It goes by the build with clang, which
# has no precompiled header.
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t all < <(git ls-files '*.cc' '*.h')
clang-format-14 --dry-run -Werror "${all[@]}"

cmake --preset clang --log-level=WARNING
# Generated headers must exist before anything is parsed.
cmake --build --preset clang --target senne_proto senne_descriptor > /dev/null
mapfile -t sources < <(git ls-files 'app/*.cc' 'core/*.cc' 'ingest/*.cc' 'pipeline/*.cc' 'sinks/*.cc')
printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy-14 -p build/clang --quiet
echo "lint: ${#all[@]} files formatted, ${#sources[@]} sources checked"
