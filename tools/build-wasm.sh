#!/usr/bin/env bash
# Compiles the page's module into build/wasm (release), build/debug (DEBUG=1) or the tests into build/wasm-test.
# usage: tools/build-wasm.sh release|debug|test
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh

kind=${1:-release}
has() { command -v "$1" >/dev/null 2>&1; }
has emcc || fail "Emscripten is missing: install the package emscripten or activate an Emscripten SDK."
version=$(emcc -dumpversion 2>/dev/null | grep -oE '^[0-9]+\.[0-9]+\.[0-9]+' || true)
[[ $(printf '%s\n' 3.1.6 "${version:-0}" | sort -V | head -n 1) == 3.1.6 ]] ||
    fail "Emscripten 3.1.6 or newer is needed; found ${version:-none}."

options=()
case $kind in
release)
    dir=$build/wasm
    # npm's native Closure Compiler needs no Java; newer Emscripten has its own
    native=$PWD/node_modules/google-closure-compiler-linux/compiler
    if [[ $version != 3.1.6 ]]; then
        if has closure-compiler || [[ -d $(dirname "$(command -v emcc)")/node_modules/google-closure-compiler ]]; then
            options+=(-DKVX_CLOSURE=ON)
        else
            options+=(-DKVX_CLOSURE=OFF)
        fi
    elif "$native" --version >/dev/null 2>&1; then
        export EM_CLOSURE_COMPILER=$native
        options+=(-DKVX_CLOSURE=ON)
    else
        echo "  Closure Compiler does not run here; the JavaScript glue is about 8 kB larger."
        options+=(-DKVX_CLOSURE=OFF)
    fi
    # binaryen's splitter and a reader of object files; without them everything is in one module
    if [[ $version == 3.1.6 ]] && has wasm-split && has wasm-dis && { has llvm-nm-14 || has llvm-nm; }; then
        options+=(-DKVX_SPLIT=ON)
    else
        options+=(-DKVX_SPLIT=OFF)
        rm -rf "$dir/split"
        echo "  wasm-split is missing or untested with this Emscripten; all pages are in one module."
    fi
    ;;
debug) dir=$build/debug options=(-DKVX_DEBUG=ON) ;;
test) dir=$build/wasm-test options=(-DKVX_TESTS=ON -DKVX_APP=OFF) ;;
*) fail "build-wasm.sh: release, debug or test." ;;
esac

# newer Emscripten exports the heap only on request, 3.1.6 always
if [[ $(printf '%s\n' 3.1.50 "$version" | sort -V | head -n 1) == 3.1.50 ]]; then options+=(-DKVX_EXPORT_HEAP=,HEAPU8); fi

one_at_a_time "${dir##*/}"
key="$version ${options[*]} $PWD"
if [[ ! -e $dir/build.ninja || $(cat "$dir/configured" 2>/dev/null) != "$key" ]]; then
    step "configure-$kind" "Configuring WebAssembly ($kind, Emscripten $version)" "CMake could not configure the build" \
        emcmake cmake -S . -B "$dir" -G Ninja "${options[@]}"
    echo "$key" >"$dir/configured"
fi
step "wasm-$kind" "Compiling WebAssembly ($kind)" "the code does not compile; see the lines above" \
    ninja -C "$dir" -j "$(jobs_wanted)"
if [[ " ${options[*]} " == *" -DKVX_SPLIT=ON "* ]]; then
    step "split" "Splitting the module by page" "the module could not be split; see the lines above" \
        node tools/split-wasm.mjs "$dir"
fi
