#!/usr/bin/env bash
# ./floe test mutation [PART]: plants the faults of tests/mutation/faults.txt in the Domain, one at a time, and runs the properties against each.
# Ends with "caught N of N" and fails when a fault survives. PART takes only the faults whose file or words contain it.
# All faulty Domains are compiled in one build; the tests are compiled once, and only Floe.Domain.dll is exchanged.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
list=$root/tests/mutation/faults.txt
part=${1-}
# Fewer cases than ./floe test: a fault that hides behind these is tried again with more.
cases=${FLOE_CASES:-100}
more=${FLOE_MORE_CASES:-2000}
patience=${FLOE_MUTATION_SECONDS:-90}

fail() {
  printf 'mutation: %s\n' "$*" >&2
  exit 1
}

tree=$(mktemp -d "${TMPDIR:-/tmp}/floe-mutation.XXXXXX")
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/src" "$tree/tests" "$tree/faults"
cp "$root"/Directory.*.props "$root/global.json" "$tree/"
copy() { (cd "$root" && tar -c --exclude=bin --exclude=obj "$1") | tar -x -C "$tree"; }
copy src/Floe.Domain
copy tests/Properties

# --- the list -------------------------------------------------------------------------------------------------------------------------------

files=() folders=() words=() finds=() puts=()
field=
while IFS= read -r line || [[ -n $line ]]; do
  case $line in
    '@ '*) read -r _ file folder <<<"$line"; files+=("$file"); folders+=("$folder"); field= ;;
    '# '*) words+=("${line#'# '}"); field= ;;
    '- '*) finds+=("${line#'- '}"); field=find ;;
    '+ '*) puts+=("${line#'+ '}"); field=put ;;
    '') field= ;;
    *)
      case $field in
        find) finds[-1]+=$'\n'$line ;;
        put) puts[-1]+=$'\n'$line ;;
      esac
      ;;
  esac
done <"$list"
[[ ${#files[@]} -eq ${#words[@]} && ${#files[@]} -eq ${#finds[@]} && ${#files[@]} -eq ${#puts[@]} ]] || fail "$list: a fault has not all of its four parts"

chosen=()
for i in "${!files[@]}"; do
  [[ -z $part || ${files[i]} == *"$part"* || ${words[i]} == *"$part"* ]] || continue
  chosen+=("$i")
  folder=$tree/faults/$i
  cp -r "$tree/src/Floe.Domain" "$folder"
  text=$(<"$folder/${files[i]}")
  rest=${text#*"${finds[i]}"}
  [[ $rest != "$text" ]] || fail "${files[i]}: not found: ${finds[i]}"
  [[ $rest != *"${finds[i]}"* ]] || fail "${files[i]}: found more than once: ${finds[i]}"
  printf '%s\n' "${text%%"${finds[i]}"*}${puts[i]}$rest" >"$folder/${files[i]}"
done
[[ ${#chosen[@]} -gt 0 ]] || fail "no fault contains '$part'"

# --- one build ------------------------------------------------------------------------------------------------------------------------------

cat >"$tree/all.proj" <<'XML'
<Project DefaultTargets="Build">
  <ItemGroup>
    <Test Include="tests/Properties/Properties.csproj" />
    <Fault Include="faults/*/Floe.Domain.csproj" />
  </ItemGroup>
  <PropertyGroup>
    <Plain>Configuration=Release;TreatWarningsAsErrors=false;RunAnalyzers=false;EnforceCodeStyleInBuild=false;GenerateDocumentationFile=false;WarningLevel=0</Plain>
  </PropertyGroup>
  <Target Name="Build">
    <MSBuild Projects="@(Test);@(Fault)" Targets="Restore" Properties="$(Plain);Step=Restore" />
    <MSBuild Projects="@(Test);@(Fault)" Targets="Build" Properties="$(Plain)" BuildInParallel="true" />
  </Target>
</Project>
XML
printf 'building %s faulty Domains\n' "${#chosen[@]}"
dotnet msbuild "$tree/all.proj" -v:quiet -nologo -m || fail "a fault does not compile"
tests=$(echo "$tree"/tests/Properties/bin/Release/*/)

# --- one run each ----------------------------------------------------------------------------------------------------------------------------

# Succeeds where the tests of a folder pass. A run that does not end is a fault that was noticed.
holds() {
  FLOE_CASES=$2 timeout "$patience" dotnet vstest "$tests/Floe.Tests.Properties.dll" \
    --TestCaseFilter:"FullyQualifiedName~Floe.Tests.Properties.$1." >"$tree/log" 2>&1
}

for folder in $(for i in "${chosen[@]}"; do echo "${folders[i]}"; done | sort -u); do
  holds "$folder" "$cases" || { tail -n 40 "$tree/log" >&2; fail "the tests of $folder fail without any fault"; }
done

caught=0
for i in "${chosen[@]}"; do
  cp "$tree/faults/$i"/bin/Release/*/Floe.Domain.dll "$tests/Floe.Domain.dll"
  if holds "${folders[i]}" "$cases" && holds "${folders[i]}" "$more"; then
    printf 'SURVIVED  %s: %s\n' "${files[i]}" "${words[i]}"
  else
    caught=$((caught + 1))
    printf 'caught    %s: %s\n' "${files[i]}" "${words[i]}"
  fi
done
printf 'caught %s of %s\n' "$caught" "${#chosen[@]}"
[[ $caught -eq ${#chosen[@]} ]] || exit 5
