# Sourced by ./floe and scripts/test.sh with $root set: what the machine lacks, the tool.
# shellcheck shell=bash
: "${root:?}"
build="$root/.build"
# The SDK needs no ICU this way; Floe's own programs are culture-invariant anyway.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

say() { printf 'floe: %s\n' "$*" >&2; }

# die CODE WORDS: the tool's own exit codes; 2 usage, 4 what the machine lacks or refuses.
die() {
  say "${@:2}"
  exit "$1"
}

[[ $(uname -s) == Linux ]] || die 4 "this script is for Linux; here: dotnet run --project src/Floe.Cli -c Release -- COMMAND"
command -v dotnet >/dev/null || die 4 "dotnet was not found; install the .NET 10 SDK (https://dotnet.microsoft.com/download)"
if [[ ! -w ${HOME:-/nonexistent} ]]; then
  export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-$build/home} NUGET_PACKAGES=${NUGET_PACKAGES:-$build/home/packages}
fi

# --- what is missing -------------------------------------------------------------------------------------------------------------------

# What .NET needs to fetch packages; ca-certificates brings OpenSSL.
has_https() {
  [[ -n ${SSL_CERT_FILE-} || -e /etc/ssl/certs/ca-certificates.crt || -e /etc/pki/tls/certs/ca-bundle.crt ]] || return 1
  compgen -G '/usr/lib*/libssl.so*' >/dev/null || compgen -G '/usr/lib/*/libssl.so*' >/dev/null
}

# What only tests need: a browser for the report's pages, npm for the readers that open Floe's tables, a database server for the studies that lie in one.
missing_test_packages() {
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium
  command -v npm >/dev/null || echo npm
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
}

# Installs with apt where this user may; else prints the line that would.
install_packages() {
  [[ $# -gt 0 ]] || return 0
  local as_root=() line="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || die 4 "missing: $*; this system has no apt-get: install them by its own means"
  if [[ $(id -u) -ne 0 ]]; then
    sudo -n true 2>/dev/null || die 4 "missing: $*; install with: $(command -v sudo >/dev/null && echo "sudo sh -c '$line'" || echo "$line (as root)")"
    as_root=(sudo -n)
  fi
  say "installing $*"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } >&2 || die 4 "could not install; try as root: $line"
}

build_folder() {
  mkdir -p "$1" 2>/dev/null && [[ -w $1 ]] || die 4 "$1 cannot be written, and Floe builds itself there: clone it into a folder of your own"
}

# --- the tool: published once for each state of its sources ------------------------------------------------------------------------------

tool_key() {
  cd "$root"
  { find src data ./*.props ./*.targets global.json \
      \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort
    stat -Lc '%n %s %Y' "$(command -v dotnet)"; } | sha256sum | cut -c1-16
}

build_tool() {
  local key
  key=$(tool_key)
  [[ $(readlink "$build/tool/current" 2>/dev/null) != "$key" ]] || return 0
  build_folder "$build/tool"
  exec 8>"$build/tool/lock"
  flock 8
  if [[ ! -e $build/tool/$key/floe.dll ]]; then
    has_https || install_packages ca-certificates
    say "building the tool"
    publish_tool "$build/tool/$key" -p:PublishReadyToRun=true || publish_tool "$build/tool/$key" || {
      tail -n 30 "$build/tool/log.txt" >&2
      die 1 "the tool did not build; the whole log is $build/tool/log.txt"
    }
  fi
  ln -sfn "$key" "$build/tool/current"
  # A run that started earlier may still load from its own folder.
  find "$build/tool" -mindepth 1 -maxdepth 1 -type d ! -name "$key" ! -name artifacts -mtime +1 -exec rm -rf {} +
  exec 8>&-
}

# Own folders for intermediate files and locks, so that a plain `dotnet build` beside it finds its own as it left them. Downloads are kept once,
# unpacked, in the package cache; the sources were checked by analyzers where they were written.
publish_tool() {
  local folder=$1 arch=x64
  shift
  [[ $(uname -m) == aarch64 ]] && arch=arm64
  rm -rf "$folder.new"
  dotnet publish "$root/src/Floe.Cli" -c Release -r "linux-$arch" --self-contained false --artifacts-path "$build/tool/artifacts" \
    -p:NuGetLockFilePath=obj/tool.lock.json -p:RestoreLockedMode=false -p:FloeInPlace=true -p:GenerateDocumentationFile=false -p:DebugType=none \
    -p:RestoreNoHttpCache=true -p:DisableTransitiveFrameworkReferenceDownloads=true -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false \
    "$@" -o "$folder.new" -v quiet >"$build/tool/log.txt" 2>&1 8>&- && mv "$folder.new" "$folder"
}
