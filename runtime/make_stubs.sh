#!/bin/sh
# usage: make_stubs.sh TRIPLE BASE_VERSION ABI_LIST OUT_DIR CLANG LLD
# Writes OUT_DIR/{libc.so.6,...}: shared objects with versioned symbols and no code, to link executables against.
# A symbol of abi.txt is NAME, NAME@SIZE (data) or NAME:VERSION (appeared in that version, when that is newer than the base).
set -eu
triple=$1 base=$2 abi=$3 out=$4 clang=$5 lld=$6
mkdir -p "$out"
work=$(mktemp -d "$out/stubs.XXXXXX")
trap 'rm -rf "$work"' EXIT

# the version of symbol $1
version_of() {
  case $1 in
  *:*) printf '%s\n%s\n' "$base" "${1#*:}" | sort -V | tail -n 1 ;;
  *) echo "$base" ;;
  esac
}

for lib in $(grep -v '^#' "$abi" | cut -d' ' -f1 | sort -u); do
  : > "$work/versions"
  for symbol in $(grep "^$lib " "$abi" | cut -d' ' -f2-); do
    name=${symbol%%[@:]*}
    echo "$(version_of "$symbol") $name" >> "$work/versions"
    case $symbol in
    *@*) printf '.data\n.globl %s\n.type %s,%%object\n.size %s,%s\n%s: .zero %s\n' \
           "$name" "$name" "$name" "${symbol#*@}" "$name" "${symbol#*@}" ;;
    *) printf '.text\n.globl %s\n.type %s,%%function\n%s:\n' "$name" "$name" "$name" ;;
    esac
  done > "$work/$lib.s"
  for version in $(cut -d' ' -f1 "$work/versions" | sort -uV); do
    echo "$version { global:"
    grep "^$version " "$work/versions" | while read -r _ name; do echo "  $name;"; done
    echo "};"
  done > "$work/map"
  "$clang" --target="$triple" -c -o "$work/$lib.o" "$work/$lib.s"
  "$lld" -shared -soname "$lib" --version-script "$work/map" -o "$work/$lib" "$work/$lib.o"
  mv "$work/$lib" "$out/$lib"
done
