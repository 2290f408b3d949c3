#!/usr/bin/env bash
# Formatting, include rules, scripts, clang-tidy: every check that does not run the program.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
tools/setup.sh build check
faults=0
check() { # name, message on failure, command…
    local name=$1 mend=$2
    shift 2
    if "$@" >"$logs/check-$name.log" 2>&1; then
        echo "  $name: OK"
    else
        faults=$((faults + 1))
        tail -n "${LINES_SHOWN:-40}" "$logs/check-$name.log" >&2
        echo "  $name: $mend" >&2
    fi
}
ours() { git ls-files -co --exclude-standard "$@" | while read -r path; do [[ -e $path ]] && echo "$path"; done; }

format() { ours 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' | xargs -r clang-format --dry-run --Werror; }
check format "run make format" format
check includes "a floor includes what it must not" node tools/check-includes.mjs
scripts() { ours 'web/*.js' 'sw.js' 'tools/*.mjs' 'tests/*.mjs' | while read -r path; do node tools/check-script.mjs "$path" || exit 1; done; }
check scripts "a script does not parse" scripts
shells() { ours 'tools/*.sh' .ci/run | while read -r path; do bash -n "$path" || exit 1; done; }
check shell "a shell script does not parse" shells

tools/build-native.sh cli
tools/build-native.sh test
# compile_commands.json of the native build covers core, sim, app, lm and cli; the rest is compiled by emcc with -Werror
tidy() {
    local path files=()
    for path in $(ours 'src/core/*.cpp' 'src/sim/*.cpp' 'src/app/*.cpp' 'src/lm/*.cpp' 'src/cli/*.cpp'); do
        files+=("$path")
    done
    ((${#files[@]} == 0)) || printf '%s\0' "${files[@]}" | xargs -0 -n 4 -P "$(jobs_wanted)" clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option -p "$build/native" 2>/dev/null
}
check clang-tidy "clang-tidy found faults" tidy
((faults == 0)) || fail "$faults checks failed."
