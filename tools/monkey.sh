#!/usr/bin/env bash
# Random actions on the state (with sanitizers) and on the page, until something breaks or MONKEY_ACTIONS are done; MONKEY_SEED repeats a run.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
export MONKEY_ACTIONS=${MONKEY_ACTIONS:-5000} MONKEY_SEED=${MONKEY_SEED:-$RANDOM}
echo "  MONKEY_SEED=$MONKEY_SEED MONKEY_ACTIONS=$MONKEY_ACTIONS"
tools/setup.sh build native test
tools/build-native.sh test
"$build/test/kvx_tests" --gtest_filter='Monkey.*' --gtest_brief=1 2>"$logs/monkey.log" || { tail -n 60 "$logs/monkey.log"; fail "the state broke: above are the last actions (all: $logs/monkey.log)"; }
newer_node
node tests/e2e/run.mjs monkey
