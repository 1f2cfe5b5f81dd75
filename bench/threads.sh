#!/usr/bin/env bash
# Trains with each choice of BLAS, threads, OpenMP wait policy and allocator, in alternating rounds, and prints the medians as a Markdown table.
# usage: bench/threads.sh [ROUNDS] [STEPS]      FLOE_BENCH_PREFIX='chrt -f 50' puts the runs before all other work of the machine
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rounds=${1:-5} steps=${2:-3} cores=$(nproc)
"$root/floe" setup
dotnet build "$root/bench/Threads" -c Release -v quiet --nologo >&2
program=$root/bench/Threads/bin/Release/net10.0/floe-threads.dll
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# BLAS (oneDNN: for float32 products, beside the OpenMP build of OpenBLAS), threads, how long idle threads spin (libgomp's own 300000 turns, 1000, none), allocator (kept: freed memory stays)
# name | FLOE_BLAS | FLOE_MALLOC | environment
on="OMP_NUM_THREADS=$cores OPENBLAS_NUM_THREADS=$cores"
off="OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1"
long=GOMP_SPINCOUNT=300000 short=GOMP_SPINCOUNT=1000 none=OMP_WAIT_POLICY=passive
settings="pthread, 1|system|system|$off
pthread, $cores, long spin|system|system|$on $long
pthread, $cores, no spin|system|system|$on $none
OpenMP, 1|openmp|system|$off
OpenMP, $cores, long spin|openmp|system|$on $long
OpenMP, $cores, short spin|openmp|system|$on $short
OpenMP, $cores, no spin|openmp|system|$on $none
OpenMP, 1, kept|openmp|keep|$off
pthread, $cores, short spin, kept|system|keep|$on $short
OpenMP, $cores, long spin, kept|openmp|keep|$on $long
OpenMP, $cores, short spin, kept|openmp|keep|$on $short
OpenMP, $cores, no spin, kept|openmp|keep|$on $none
oneDNN, 1, kept|onednn|keep|$off
oneDNN, $cores, short spin, kept|onednn|keep|$on $short"

for ((round = 1; round <= rounds; round++)); do
  number=0
  while IFS='|' read -r name blas allocator environment; do
    number=$((number + 1))
    # shellcheck disable=SC2086
    env -u GOMP_SPINCOUNT $environment FLOE_BLAS=$blas FLOE_MALLOC=$allocator ${FLOE_BENCH_PREFIX-} dotnet "$program" "$steps" >>"$results/$number" </dev/null
    printf 'round %d of %d: %s: %s\n' "$round" "$rounds" "$name" "$(tail -n 1 "$results/$number")" >&2
  done <<<"$settings"
done

median() { cut -d ' ' -f "$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
extreme() { cut -d ' ' -f 1 "$1" | sort -n | awk 'NR == 1 { low = $1 } { high = $1 } END { print low "-" high }'; }

echo '| BLAS, threads, spin, allocator | step, ms (median) | range over runs | product, GFLOP/s | peak memory, MB |'
echo '|---|---|---|---|---|'
number=0
while IFS='|' read -r name _; do
  number=$((number + 1))
  echo "| $name | $(median "$results/$number" 1) | $(extreme "$results/$number") | $(median "$results/$number" 2) | $(median "$results/$number" 3) |"
done <<<"$settings"
