# Sourced by quickstart and check: installs what building and testing sinter needs, and does nothing when all is there.
# Debian packages come from apt (as root, or through sudo), Python packages from pip into a virtual environment under
# the user's cache folder, one per content of test/requirements.txt.
#
# After `sinter_setup`: $SINTER_PYTHON is the interpreter of that environment.
# `sinter_build TARGET...` configures build/ when it is new and builds the targets.

sinter_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sinter_cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/sinter
# clang may reuse the precompiled header through ccache only with this leniency (ccache's manual, "Precompiled headers").
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}

sinter_packages=(
  llvm-22-dev libmlir-22-dev mlir-22-tools llvm-22-tools clang-22 clang-format-22 lld-22 liblld-22-dev libclang-rt-22-dev
  libprotobuf-dev protobuf-compiler libfmt-dev libcli11-dev zlib1g-dev libzstd-dev libxml2-dev libgtest-dev
  g++ libc6-dev cmake ninja-build ccache python3 python3-venv python3-pip ca-certificates
)

sinter_as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "setup: expected root or sudo to install packages, got user $(id -un); run as root: $*" >&2
    return 1
  fi
}

# Prints the packages that are not installed. dpkg-query fails when it does not know one of them.
sinter_missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${sinter_packages[@]}" 2>/dev/null || true)
  for package in "${sinter_packages[@]}"; do
    case $'\n'"$installed"$'\n' in
      *$'\n'"$package installed"$'\n'*) ;;
      *) echo "$package" ;;
    esac
  done
}

sinter_install_packages() {
  local missing
  mapfile -t missing < <(sinter_missing_packages)
  [ ${#missing[@]} = 0 ] && return 0
  echo "setup: installing ${missing[*]}"
  sinter_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 update >&2 &&
    sinter_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 install -y \
      --no-install-recommends "${missing[@]}" >&2
}

# The first Python that is new enough and can make environments: Debian's own before whatever shadows it on PATH.
sinter_find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  echo "setup: expected Python 3.10 or newer with the module ensurepip, got none" >&2
  return 1
}

sinter_make_environment() {
  local hash venv python
  hash=$(sha256sum "$sinter_root/test/requirements.txt" | cut -c1-12)
  venv=$sinter_cache/venv-$hash
  SINTER_PYTHON=$venv/bin/python
  export SINTER_PYTHON
  [ -e "$venv/.complete" ] && [ -x "$SINTER_PYTHON" ] && return 0
  mkdir -p "$sinter_cache" || return 1
  (
    flock 9
    [ -e "$venv/.complete" ] && [ -x "$SINTER_PYTHON" ] && exit 0
    echo "setup: making the Python environment $venv"
    rm -rf "$venv"
    python=$(sinter_find_python) && "$python" -m venv "$venv" &&
      "$SINTER_PYTHON" -m pip install -q --disable-pip-version-check -r "$sinter_root/test/requirements.txt" >&2 &&
      touch "$venv/.complete"
  ) 9>"$sinter_cache/venv.lock"
}

sinter_setup() { sinter_install_packages && sinter_make_environment; }

sinter_build() {
  if [ ! -e "$sinter_root/build/build.ninja" ]; then
    (cd "$sinter_root" && cmake --preset default) || return 1
  fi
  ninja -C "$sinter_root/build" "$@"
}
