#!/bin/sh
# Builds the ONNX C++ library once per machine and prints the folder that holds it:
#   lib/libonnx_static.a   include/onnx/**.h   LICENSE
# usage: build.sh C++-COMPILER
# The folder's name hashes everything that the result depends on (sdist, recipe, compiler, protoc), so a changed recipe
# never meets an old archive. A lock makes concurrent callers wait for one build, the rename makes the result appear
# whole or not at all.
set -eu
sdist=onnx-1.23.2
sdist_sha256=008cb0467b2bbee41448acc7da8b6f4e704624cb0d327a2d5adafc7ce19bc5b8

compiler=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sinter
key=$({
  echo "$sdist_sha256"
  cat "$here/build.sh" "$here/source/CMakeLists.txt"
  "$compiler" --version
  protoc --version
} | sha256sum | cut -c1-16)
result=$cache/onnx-$key
if [ -d "$result" ]; then
  echo "$result"
  exit 0
fi

mkdir -p "$cache"
exec 9> "$cache/onnx.lock"
flock 9
if [ -d "$result" ]; then # another process built it while this one waited
  echo "$result"
  exit 0
fi

work=$(mktemp -d "$cache/onnx-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
echo "third_party/onnx: building $sdist (once per machine, about 100 CPU seconds)" >&2
echo "onnx==${sdist#onnx-} --hash=sha256:$sdist_sha256" > "$work/requirements.txt"
python3 -m pip download -q --disable-pip-version-check --no-deps --no-binary onnx --require-hashes \
  -r "$work/requirements.txt" -d "$work" >&2
tar -xf "$work/$sdist.tar.gz" -C "$work"
cmake -S "$here/source" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
  -DONNX_SOURCE_DIR="$work/$sdist" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
cmake --build "$work/build" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

mkdir -p "$work/result/lib" "$work/result/include"
cp "$work/build/libonnx_static.a" "$work/result/lib"
cp "$work/$sdist/LICENSE" "$work/result"
(cd "$work/$sdist" && find onnx -name '*.h' -exec cp --parents {} "$work/result/include" ';')
cp "$work"/build/generated/onnx/*.pb.h "$work/result/include/onnx"
mv -T "$work/result" "$result"
echo "$result"
