#!/usr/bin/env bash
# run.sh PROGRAM CORPUS [SEEDS ...]: fuzzes for SENNE_FUZZ_SECONDS, 20 unless set, by the random numbers of
# SENNE_FUZZ_SEED, or by others each time. What it finds worth keeping stays in CORPUS, where a later run goes on; what
# breaks the program is kept beside it and named.
set -euo pipefail
program=$1 corpus=$2
shift 2
mkdir -p "$corpus"
seeds=()
for seed in "$@"; do
  if [ -e "$seed" ]; then
    seeds+=("$seed")
  elif [ "${SENNE_REQUIRE_DATA:-}" = 1 ]; then
    echo "no seeds at $seed" >&2
    exit 1
  fi
done
exec "$program" -seed="${SENNE_FUZZ_SEED:-0}" -max_total_time="${SENNE_FUZZ_SECONDS:-20}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
  -print_final_stats=1 -artifact_prefix="$corpus.finding-" "$corpus" "${seeds[@]}"
