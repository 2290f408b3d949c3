#!/usr/bin/env bash
# Runs every suite, says what each part took, and ends with one line: N passed, N failed. usage: tools/test.sh [suite…] (native wasm cli fuzz scripts dist e2e browsers)
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
suites=("$@")
((${#suites[@]})) || suites=(native wasm cli fuzz scripts dist e2e browsers)
fuzz_seconds=${FUZZ_SECONDS:-10}
passed=0 failed=0 spent=()
failures=() # listed again at the end, where a log cut to its tail still shows them

wants() { [[ " ${suites[*]} " == *" $1 "* ]]; }
list_failures() { # log, grep's arguments…
    local log=$1
    shift
    readarray -t -O "${#failures[@]}" failures < <(grep -E "$@" "$log" | head -n 60 || true)
}
count() { # suite, passed, failed
    passed=$((passed + $2)) failed=$((failed + $3))
    echo "  $1: $2 passed, $3 failed"
}

# how long each part of a run takes, builds apart from tests; the budget is half an hour on two idle cores
part() { # name, command…
    local name=$1 started=$SECONDS status=0
    shift
    "$@" || status=$?
    spent+=("$(printf '  %-24s %5d s' "$name" $((SECONDS - started)))")
    echo "  $name took $((SECONDS - started)) s"
    return $status
}

# GoogleTest in several processes, each with its share of the tests (GTEST_TOTAL_SHARDS)
gtest() { # suite, processes, command…
    local suite=$1 shards=$2 shard log status good bad all_good=0 all_bad=0
    shift 2
    for ((shard = 0; shard < shards; shard++)); do
        log=$logs/test-$suite-$shard
        {
            status=0
            GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard "$@" >"$log.log" 2>&1 </dev/null || status=$?
            echo "$status" >"$log.status"
        } &
    done
    wait
    for ((shard = 0; shard < shards; shard++)); do
        log=$logs/test-$suite-$shard
        status=$(<"$log.status")
        good=$(sed -nE 's/^\[  PASSED  \] ([0-9]+) tests?\..*/\1/p' "$log.log" | tail -n 1)
        bad=$(sed -nE 's/^\[  FAILED  \] ([0-9]+) tests?, listed below:.*/\1/p' "$log.log" | tail -n 1)
        # a process that ended badly without saying so counts as one failure
        if ((status)) && ((${bad:-0} == 0)); then bad=1; fi
        if ((status)); then grep -E -B 12 '^\[  FAILED  \]|ERROR: AddressSanitizer|runtime error|Aborted|RuntimeError' "$log.log" | head -n 80 || tail -n 40 "$log.log"; fi
        list_failures "$log.log" -A 1 '^\[  FAILED  \] [[:alpha:]]|: Failure$|ERROR: AddressSanitizer|runtime error'
        all_good=$((all_good + ${good:-0})) all_bad=$((all_bad + ${bad:-0}))
    done
    count "$suite" "$all_good" "$all_bad"
}

# a script that prints a line for each test and at last "N passed, N failed"
script() { # suite, command…
    local suite=$1 log=$logs/test-$1.log status=0 line good=0 bad=0 started=$SECONDS progress
    shift
    echo "  $suite: running (${log#"$PWD"/} grows)"
    while sleep 60 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do echo "  $suite: $(grep -cE '^(ok|FAIL|--) ' "$log") tests after $((SECONDS - started)) s"; done &
    progress=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$progress" 2>/dev/null && wait "$progress" 2>/dev/null || true
    line=$(grep -oE '[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
    if [[ -n $line ]]; then
        good=${line%% *} line=${line#*, } bad=${line%% *}
    fi
    if ((status && bad == 0)) || [[ $good == 0 && $bad == 0 ]]; then bad=$((bad + 1)); fi
    if ((bad)); then tail -n 60 "$log"; fi
    list_failures "$log" -A 6 '^ *(FAIL|FAILED) '
    count "$suite" "$good" "$bad"
}

# every parser for FUZZ_SECONDS, as many at once as there are cores
fuzz() {
    local target name dir targets=()
    for target in "$build"/test/fuzz/fuzz_*; do
        if [[ -x $target && -f $target ]]; then targets+=("$target"); fi
    done
    echo "  fuzz: ${#targets[@]} parsers, $fuzz_seconds s each"
    for target in "${targets[@]}"; do
        while (($(jobs -rp | wc -l) >= $(jobs_wanted))); do wait -n || true; done
        name=${target##*/fuzz_}
        # new inputs go to build/; the corpus in tests/ is only read
        mkdir -p "$build/fuzz/$name"
        local seeds=()
        for dir in "tests/fuzz/corpus/$name" "tests/data/${name/#own/config}s"; do
            if [[ -d $dir ]]; then seeds+=("$dir"); fi
        done
        {
            status=0
            "$target" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=1536 -max_len=65536 -print_final_stats=1 \
                -artifact_prefix="$build/fuzz/$name-" "$build/fuzz/$name" "${seeds[@]}" >"$logs/test-fuzz-$name.log" 2>&1 </dev/null || status=$?
            echo "$status" >"$logs/test-fuzz-$name.status"
        } &
    done
    wait
    for target in "${targets[@]}"; do
        name=${target##*/fuzz_}
        if [[ $(<"$logs/test-fuzz-$name.status") == 0 ]]; then
            count "fuzz $name" 1 0
        else
            tail -n 30 "$logs/test-fuzz-$name.log"
            list_failures "$logs/test-fuzz-$name.log" ' s for \?|^SUMMARY|runtime error'
            count "fuzz $name" 0 1
        fi
    done
}

# node's own runner: "# pass N", "# fail N"
node_tests() {
    local log=$logs/test-scripts.log
    node --test --test-reporter=tap tests/web/*.test.mjs >"$log" 2>&1 </dev/null || tail -n 60 "$log"
    count scripts "$(sed -n 's/^# pass //p' "$log")" "$(sed -n 's/^# fail //p' "$log")"
}

# a suite that does not build is a failure, and the others still run
built() { # suite, command…
    local suite=$1
    shift
    if "$@"; then return 0; fi
    count "$suite" 0 1
    return 1
}

jobs=(build native test)
if wants browsers; then jobs+=(browsers); fi
part "tools" tools/setup.sh "${jobs[@]}"
make --no-print-directory node_modules/.package-lock.json

if wants native || wants fuzz; then
    if part "build: native tests" built native tools/build-native.sh test; then
        if wants native && [[ -x $build/test/kvx_tests ]]; then
            export UBSAN_OPTIONS=print_stacktrace=1
            part "native" gtest native "$(jobs_wanted)" "$build/test/kvx_tests" --gtest_brief=1 --gtest_print_time=0
        fi
        if wants fuzz; then part "fuzz" fuzz; fi
    fi
fi
if wants wasm; then
    if part "build: wasm tests" built wasm tools/build-wasm.sh test && [[ -e $build/wasm-test/kvx_tests.cjs ]]; then
        # node 18's own fetch confuses the output of older Emscripten
        flags=()
        if [[ $(node -p 'process.versions.node.split(".")[0]') == 18 ]]; then flags=(--no-experimental-fetch); fi
        # in one process: WebAssembly under node does not see the environment variables that select a shard
        part "wasm" gtest wasm 1 node "${flags[@]}" "$build/wasm-test/kvx_tests.cjs" --gtest_brief=1 --gtest_print_time=0
    fi
fi
if wants cli && part "build: kvx" built cli tools/build-native.sh cli; then part "cli" script cli node tests/cli/run.mjs; fi
if wants scripts; then part "scripts" node_tests; fi
if wants dist || wants e2e || wants browsers; then
    if part "build: page" built dist make --no-print-directory dist; then
        if wants dist; then part "dist" script dist node tools/check-dist.mjs; fi
        # they compare the page with the command line
        if { wants e2e || wants browsers; } && part "build: kvx" built e2e tools/build-native.sh cli; then
            newer_node
            if wants e2e; then part "e2e" script e2e node tests/e2e/run.mjs; fi
            if wants browsers; then part "browsers" script browsers node tests/engines/run.mjs; fi
        fi
    fi
fi

((${#failures[@]})) && printf '%s\n' "${failures[@]}"
((${#spent[@]})) && printf '%s\n' "${spent[@]}"
echo "  all of it: $SECONDS s"
# a run that tested nothing is not a success
if ((passed + failed == 0)); then failed=1; fi
echo "$passed passed, $failed failed"
((failed == 0))
