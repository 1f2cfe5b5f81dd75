#!/usr/bin/env bash
# ./floe test terminated [N [SEED]]: N calls (200) of `floe run` and `floe adapt` on the embedded model, each sent SIGTERM at a moment drawn from SEED (1):
# while .NET and LibTorch load, anywhere, or while a file is written. A call must end with 143, or with 0 where it was done before; the next call goes on
# in the same folder, and what is there when one ends with 0 must be the bytes of a call that was left alone.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
source "$root/scripts/setup.sh"
calls=${1:-200} RANDOM=${2:-1}
[[ $calls =~ ^[1-9][0-9]*$ ]] || die 2 "terminated takes a number of calls, found ${1-}"

build_tool
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -n 12 "$root/data/tasks/tags.jsonl" >"$work/sample.jsonl"
cat >"$work/plan.yaml" <<PLAN
name: terminated
model: $root/data/default
length: 64
sample: [{ data: sample.jsonl, take: 8 }]
heldout: [{ data: sample.jsonl, skip: 8 }]
calibration: { sequences: 2, tokens: 32 }
training: { steps: 8, batch: 2, checkpoint_every: 1 }
sample_training: { steps: 8, batch: 2, checkpoint_every: 1 }
selection: { layers: 3 }
policies: [fisher]
generation: { prompts: 1, tokens: 2 }
PLAN

# call KIND FOLDER: the command line that is terminated and called again.
call() {
  case $1 in
    run) set -- run "$work/plan.yaml" --out "$2" ;;
    adapt) set -- adapt --model "$root/data/default" --data "$work/sample.jsonl" --layers 2,7 --steps 40 --batch 2 --out "$2" ;;
  esac
  exec dotnet "$root/.build/tool/current/floe.dll" "$@"
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# What must be equal byte for byte, whichever way it came to be.
results() { (cd "$1" && find . -name '*.safetensors' -o -name '*.parquet' -o -name eval.json | LC_ALL=C sort | xargs sha256sum); }

declare -A whole span
for kind in run adapt; do
  start=$(milliseconds)
  (call $kind "$work/whole-$kind") >/dev/null 2>"$work/said" || die 1 "$kind alone ended with $?: $(cat "$work/said")"
  span[$kind]=$(($(milliseconds) - start))
  whole[$kind]=$(results "$work/whole-$kind")
  say "$kind alone: ${span[$kind]} ms"
done

declare -A ended
failed=0 finished=0
fault() {
  failed=$((failed + 1))
  printf 'failed: call %d, %s, SIGTERM %s: %s\n' "$i" "$kind" "$moment" "$1"
}

for ((i = 1; i <= calls; i++)); do
  kind=run
  ((i % 2)) || kind=adapt
  folder=$work/$kind
  (call $kind "$folder") >/dev/null 2>"$work/said" &
  pid=$!
  early=$((RANDOM % 4)) later=$((RANDOM % 3)) after=$((RANDOM % span[$kind]))
  ((early)) || after=$((after % 600))
  moment="after $after ms"
  sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
  if ((early && !later)); then
    moment+=" and then while a file is written"
    while kill -0 $pid 2>/dev/null && [[ -z $(find "$folder" -name '.*.tmp' -print -quit 2>/dev/null) ]]; do :; done
  fi
  kill -TERM $pid 2>/dev/null || true
  code=0
  wait $pid || code=$?
  ended[$code]=$((${ended[$code]:-0} + 1))
  case $code in
    143) ;;
    0)
      finished=$((finished + 1))
      [[ $(results "$folder") == "${whole[$kind]}" ]] || fault "the results differ from those of a call that was left alone"
      rm -rf "$folder"
      ;;
    *) fault "ended with $code: $(tail -c 600 "$work/said")" ;;
  esac
  [[ -z $(find "$folder" -name '.*.tmp' -print -quit 2>/dev/null) ]] || fault "a temporary file was left"
done

# What the last terminated calls left goes on to its end.
for kind in run adapt; do
  moment=none folder=$work/$kind
  (call $kind "$folder") >/dev/null 2>"$work/said" || fault "the last call ended with $?: $(tail -c 600 "$work/said")"
  [[ $(results "$folder") == "${whole[$kind]}" ]] || fault "the results of the last call differ from those of one that was left alone"
done

for code in "${!ended[@]}"; do
  printf 'ended with %s: %d\n' "$code" "${ended[$code]}"
done | sort
printf '%d calls, %d times gone on to the end, %d failed\n' "$calls" "$((finished + 2))" "$failed"
[[ $failed -eq 0 ]]
