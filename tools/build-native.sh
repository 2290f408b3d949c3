#!/usr/bin/env bash
# Compiles natively: the command line into build/native, or the tests (sanitizers, fuzz targets) into build/test.
# usage: tools/build-native.sh cli|test [TARGET…]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh

kind=${1:-cli}
case $kind in
cli) dir=$build/native options=() ;;
test)
    dir=$build/test options=(-DKVX_TESTS=ON -DKVX_APP=OFF -DKVX_SANITIZE=ON)
    # clang has libFuzzer, and is the compiler Emscripten uses
    if command -v clang++ >/dev/null; then options+=(-DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++); fi
    ;;
*) fail "build-native.sh: cli or test." ;;
esac
one_at_a_time "${dir##*/}"
key="${options[*]} $PWD"
if [[ ! -e $dir/build.ninja || $(cat "$dir/configured" 2>/dev/null) != "$key" ]]; then
    step "configure-$kind" "Configuring ($kind)" "CMake could not configure the build" \
        cmake -S . -B "$dir" -G Ninja "${options[@]}"
    echo "$key" >"$dir/configured"
fi
step "native-$kind" "Compiling ($kind)" "the code does not compile; see the lines above" ninja -C "$dir" -j "$(jobs_wanted)" "${@:2}"
