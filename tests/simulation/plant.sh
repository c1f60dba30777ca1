#!/bin/bash
# Plants each bug of mutations/ into a copy of the tree, one at a time, and says which seed finds it.
# usage: plant.sh [NAME of a mutation ...]; the exit status says whether all were found.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
seeds=${SEEDS:-20000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/tree"
(cd "$top" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | xargs -0 cp --parents -t "$work/tree")
cd "$work/tree"
cmake --preset release --log-level=WARNING > /dev/null

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in "$top"/tests/simulation/mutations/*.patch; do names+=("$(basename "$file" .patch)"); done
fi
missed=0
for name in "${names[@]}"; do
  file=$top/tests/simulation/mutations/$name.patch
  patch -p1 -s < "$file"
  cmake --build --preset release --target simulation > "$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
  build/release/tests/simulation/simulation 1 "$seeds" 2>&1 | tr -d '\0' > "$work/out" || true
  found=$(grep -a -m1 -oE '^seed [0-9]+' "$work/out" || true)
  if [ -n "$found" ]; then
    printf '%-40s found by %s: %s\n' "$name" "$found" "$(grep -a -m1 -A1 '^seed' "$work/out" | tail -1 | cut -c1-100)"
  else
    printf '%-40s NOT FOUND in %s seeds\n' "$name" "$seeds"
    missed=1
  fi
  patch -R -p1 -s < "$file"
done
exit $missed
