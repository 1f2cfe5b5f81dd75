#!/usr/bin/env bash
# ./floe test [everything|properties|architecture|effects|fixtures|malformed|mutation|terminated|wrong-inputs|studies|NAME]: runs the tests and ends with one line "N passed, N failed".
#   everything (or nothing said)  tests/Properties, tests/Architecture and tests/Effects
#   fixtures                      only the cases read from fixture folders, listed by group; refused and absent ones apart from passed
#   malformed                     every damaged fixture file in a process of its own
#   mutation [PART]               hand-made faults planted in the Domain, each of which the properties must catch
#   terminated [N [SEED]]         N runs on the embedded model, each sent SIGTERM at a drawn moment, and gone on with
#   wrong-inputs                  every public function with inputs of wrong shapes, in a process of its own; names those that throw or end it
#   studies                       the stores of studies, with ten processes of 200 appends that are killed again and again
#   NAME                          the tests of both projects whose full name contains NAME
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
source "$root/scripts/setup.sh"
export DOTNET_CLI_UI_LANGUAGE=en LC_ALL=C.UTF-8

what=${1:-everything}
projects=(Properties Architecture Effects)
filter=()
case $what in
  everything) ;;
  properties) projects=(Properties) ;;
  architecture) projects=(Architecture) ;;
  effects) projects=(Effects) ;;
  fixtures) projects=(Effects) filter=(--filter Category=Fixtures) ;;
  malformed) exec bash "$root/scripts/malformed.sh" ;;
  terminated) exec bash "$root/scripts/terminated.sh" "${@:2}" ;;
  wrong-inputs) projects=(Effects) filter=(--filter "FullyQualifiedName~WrongInputs") ;;
  studies) export FLOE_STUDY_LOAD=1 && projects=(Effects) filter=(--filter "FullyQualifiedName~Studies") ;;
  mutation) exec bash "$root/scripts/mutation.sh" "${@:2}" ;;
  -h | --help) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  -*) die 2 "unknown option $what; see ./floe test --help" ;;
  *) filter=(--filter "FullyQualifiedName~$what") ;;
esac

if [[ ${projects[*]} == *Effects* ]]; then
  if [[ $what != fixtures ]]; then
    mapfile -t wanted < <(missing_test_packages)
    (install_packages "${wanted[@]}") || say "the tests that need ${wanted[*]} will be listed as not run"
  fi
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export FLOE_TEST_LOG=$results/cases.jsonl
: >"$FLOE_TEST_LOG"

broken=0
for project in "${projects[@]}"; do
  dotnet test "$root/tests/$project" -c Release --nologo -v quiet --results-directory "$results" --logger "trx;LogFileName=$project.trx" "${filter[@]}" ||
    broken=1
done

# --- what the fixtures gave, group by group ------------------------------------------------------------------------------------------------

field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }

cases() { grep -F "\"outcome\":\"$1\"" "$FLOE_TEST_LOG" || true; }

# The cases of one outcome, each with its reason. JSON escapes quotes as \u0027 and \u0022; %b reads them back.
listed() {
  [[ -n $(cases "$1") ]] || return 0
  printf '\n%s:\n' "$2"
  cases "$1" | while read -r line; do
    printf '  %s/%s: %b\n' "$(field group <<<"$line")" "$(field case <<<"$line")" "$(field detail <<<"$line")"
  done
}

if [[ -s $FLOE_TEST_LOG && ($what == fixtures || $what == everything || $what == effects) ]]; then
  printf '\n%-28s %7s %8s %7s %8s\n' "fixture group" passed refused failed "not run"
  field group <"$FLOE_TEST_LOG" | sort -u | while read -r group; do
    counts=()
    for outcome in passed refused failed absent; do
      counts+=("$(cases "$outcome" | field group | grep -cxF "$group" || true)")
    done
    printf '%-28s %7s %8s %7s %8s\n' "$group" "${counts[@]}"
  done
  listed refused 'refused by name, apart from passed'
  listed absent 'not run, apart from passed (FLOE_FIXTURES and FLOE_ASSETS say where fixtures and assets lie)'
fi
skipped=$(cat "$results"/*.trx 2>/dev/null | grep -E '<UnitTestResult .*outcome="NotExecuted"' | sed -E 's/.*testName="([^"]*)".*/  \1/' | sort || true)
[[ -z $skipped ]] || printf '\nskipped, apart from passed:\n%s\n' "$skipped"

# A failed test with what it said: name, message, and where. An entry of a result file spans lines.
failures() {
  cat "$results"/*.trx 2>/dev/null | awk '
    /<UnitTestResult .*outcome="Failed"/ { match($0, /testName="[^"]*"/); print "  " substr($0, RSTART + 10, RLENGTH - 11); failed = 1 }
    /<\/UnitTestResult>/ { failed = 0; told = 0 }
    failed && /<(Message|StackTrace)>/ { told = 1 }
    failed && told { line = $0; gsub(/<[^>]*>/, "", line); if (line ~ /[^ ]/) print "      " line }
    /<\/(Message|StackTrace)>/ { told = 0 }' | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#x[AD];//g; s/&amp;/\&/g'
}
[[ -z $(failures) ]] || printf '\nfailed:\n%s\n' "$(failures)"

# --- the sum -----------------------------------------------------------------------------------------------------------------------------------

total() { cat "$results"/*.trx 2>/dev/null | grep -oE "<Counters [^>]*>" | grep -oE "\b$1=\"[0-9]+\"" | grep -oE '[0-9]+' | awk '{ sum += $1 } END { print sum + 0 }'; }

# A refused case, and outside CI one that was not found, is a test that ends well and yet shows nothing: it is not among the passed.
passed=$(($(total passed) - $(cases refused | wc -l)))
[[ ${CI-} == true ]] || passed=$((passed - $(cases absent | wc -l)))
failed=$(total failed)
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $broken -eq 0 && $failed -eq 0 && $passed -gt 0 ]]
