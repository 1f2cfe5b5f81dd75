#!/usr/bin/env bash
# ./floe test malformed: every damaged file of the fixtures in a process of its own. `floe inspect` must end as the file's line says, in time
# and within a heap of 256 MB: 0 for "read", 3 or 4 with a message for "error", one of the two for "either".
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
source "$root/scripts/setup.sh"
fixtures=${FLOE_FIXTURES:-$root/../shared/fixtures}
[[ -d $fixtures/malformed ]] || fixtures=$root/tests/fixtures
[[ -d $fixtures/malformed ]] || die 4 "no folder malformed in $fixtures; set FLOE_FIXTURES"

build_tool
export FLOE_TOOL=$root/.build/tool/current/floe.dll MALFORMED=$fixtures/malformed
export DOTNET_GCHeapHardLimit=0x10000000 DOTNET_TieredPGO=0

# Field of a JSON line. The lists have no quotes inside these values.
field() { sed -nE "s/.*\"$1\": *\"([^\"]*)\".*/\1/p" <<<"$2"; }

one() {
  local list=$1 line=$2 file expect kind code=0 said model=()
  file=$(field file "$line") expect=$(field expect "$line") kind=$(field kind "$line")
  if [[ $kind == adapter ]]; then
    model=(--model "$MALFORMED/$list/$([[ $list == gguf ]] && echo _base_model.gguf || echo _base_model)")
  fi
  said=$(timeout 30 dotnet "$FLOE_TOOL" inspect "$MALFORMED/$list/$file" "${model[@]}" --json 2>&1 >/dev/null) || code=$?
  case $expect:$code in
    read:0 | either:0) echo passed ;;
    error:[34] | either:[34]) [[ -n $said ]] && echo passed || echo "failed $list/$file: no message" ;;
    *) echo "failed $list/$file: expected $expect, ended with $code: ${said:0:300}" ;;
  esac
}
export -f one field

results=$(mktemp)
trap 'rm -f "$results"' EXIT
for list in safetensors gguf json; do
  [[ -f $MALFORMED/$list.jsonl ]] || continue
  tr '\n' '\0' <"$MALFORMED/$list.jsonl" | xargs -0 -P "$(nproc)" -I{} bash -c 'one "$0" "$1"' "$list" {} >>"$results"
done

grep '^failed' "$results" || true
passed=$(grep -c '^passed' "$results" || true) failed=$(grep -c '^failed' "$results" || true)
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
