# Sourced by ./floe and scripts/test.sh with $root set: what the machine lacks, the native part, the tool.
# shellcheck shell=bash
: "${root:?}"
build="$root/.build"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What trains fastest (docs/results/threads.md), for every process started from here; what the user has set stands.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)}
[[ -n ${OMP_WAIT_POLICY-} ]] || export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}

say() { printf 'floe: %s\n' "$*" >&2; }

die() {
  say "$@"
  exit 1
}

command -v dotnet >/dev/null || die "dotnet was not found; install the .NET 10 SDK (https://dotnet.microsoft.com/download)"

# --- what is missing -------------------------------------------------------------------------------------------------------------------

has_torch() {
  local folder
  for folder in /usr/share/cmake/Torch /usr/lib/*/cmake/Torch ${CMAKE_PREFIX_PATH:+"${CMAKE_PREFIX_PATH%%:*}"/share/cmake/Torch}; do
    [[ -e $folder/TorchConfig.cmake ]] && return 0
  done
  python3 -c 'import torch' 2>/dev/null
}

has_openblas() {
  local folder
  for folder in /usr/lib/*/openblas-openmp; do
    [[ -e $folder/libblas.so.3 ]] && return 0
  done
  return 1
}

missing_packages() {
  command -v c++ >/dev/null || echo g++
  command -v cmake >/dev/null || echo cmake
  command -v make >/dev/null || echo make
  has_torch || echo libtorch-dev
  has_openblas || echo libopenblas0-openmp
}

# What only tests need: a browser for the report's pages, npm for the readers that open Floe's tables.
missing_test_packages() {
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium
  command -v npm >/dev/null || echo npm
}

# Installs with apt where this user may; else prints the line that would.
install_missing() {
  local packages
  mapfile -t packages < <(missing_packages)
  install_packages "${packages[@]}"
}

install_packages() {
  [[ $# -gt 0 ]] || return 0
  local as_root=() line="apt-get update && apt-get install -y --no-install-recommends $*"
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || die "missing: $*; install with: sudo sh -c '$line'"
    as_root=(sudo -n)
  fi
  command -v apt-get >/dev/null || die "missing: $*; this system has no apt-get: install a LibTorch, a C++ compiler, CMake and OpenBLAS (OpenMP build)"
  say "installing $*"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } >&2 || die "could not install; try: $line"
}

# --- the native part: cached by the content of its sources and the LibTorch it was built for ------------------------------------------------

native_key() {
  { cat "$root"/compat/TorchSharp/native/*; stat -c '%n %s %Y' /usr/share/cmake/Torch/TorchConfigVersion.cmake 2>/dev/null
    printf '%s' "${CMAKE_PREFIX_PATH-}"; } | sha256sum | cut -c1-16
}

native_is_built() {
  [[ -e $build/native/$(native_key)/libfloe_torch.so && $(readlink "$build/native/current" 2>/dev/null) == "$(native_key)" ]]
}

native_summary() { echo "native part $(readlink "$build/native/current")"; }

build_native() {
  local key folder work
  key=$(native_key)
  folder=$build/native/$key
  mkdir -p "$build/native"
  exec 9>"$build/native/lock"
  flock 9
  if [[ ! -e $folder/libfloe_torch.so ]]; then
    say "building the native part (once)"
    work=$(mktemp -d "$build/native/work.XXXXXX")
    { cmake -S "$root/compat/TorchSharp/native" -B "$work" -DCMAKE_BUILD_TYPE=Release && cmake --build "$work" --parallel; } >"$build/native/log.txt" 2>&1 || {
      tail -n 30 "$build/native/log.txt" >&2
      rm -rf "$work"
      die "the native part did not build; the whole log is $build/native/log.txt"
    }
    mkdir -p "$folder"
    mv "$work/libfloe_torch.so" "$folder/libfloe_torch.so"
    rm -rf "$work"
  fi
  ln -sfn "$key" "$build/native/current"
  exec 9>&-
}

# --- the tool: published once for each state of its sources ------------------------------------------------------------------------------

tool_key() {
  cd "$root"
  { find src compat data ./*.props global.json \
      \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort
    stat -Lc '%n %s %Y' "$(command -v dotnet)"; } | sha256sum | cut -c1-16
}

build_tool() {
  local key
  key=$(tool_key)
  [[ $(readlink "$build/tool/current" 2>/dev/null) != "$key" ]] || return 0
  mkdir -p "$build/tool"
  exec 8>"$build/tool/lock"
  flock 8
  if [[ ! -e $build/tool/$key/floe.dll ]]; then
    say "building the tool"
    publish_tool "$build/tool/$key" -p:PublishReadyToRun=true || publish_tool "$build/tool/$key" || {
      tail -n 30 "$build/tool/log.txt" >&2
      die "the tool did not build; the whole log is $build/tool/log.txt"
    }
  fi
  ln -sfn "$key" "$build/tool/current"
  # A run that started earlier may still load from its own folder.
  find "$build/tool" -mindepth 1 -maxdepth 1 -type d ! -name "$key" ! -name artifacts -mtime +1 -exec rm -rf {} +
  exec 8>&-
}

# Own folders for intermediate files and locks, so that a plain `dotnet build` beside it finds its own as it left them.
publish_tool() {
  local folder=$1 arch=x64
  shift
  [[ $(uname -m) == aarch64 ]] && arch=arm64
  rm -rf "$folder.new"
  dotnet publish "$root/src/Floe.Cli" -c Release -r "linux-$arch" --self-contained false --artifacts-path "$build/tool/artifacts" \
    -p:NuGetLockFilePath=obj/tool.lock.json -p:RestoreLockedMode=false -p:GenerateDocumentationFile=false -p:DebugType=none \
    "$@" -o "$folder.new" -v quiet >"$build/tool/log.txt" 2>&1 8>&- && mv "$folder.new" "$folder"
}
