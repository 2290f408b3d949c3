#!/usr/bin/env bash
# Builds one test file with the sanitizers, and only the libraries it needs, then runs it.
# usage: tools/test-one.sh tests/core/catalog/catalog_test.cpp ['Catalog.FindsModels*']
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh

file=${1:-}
[[ $file == tests/*_test.cpp && -e $file ]] || fail "usage: tools/test-one.sh tests/…_test.cpp [FILTER]"
name=${file#tests/} name=${name%.cpp} name=${name//\//-}
tools/build-native.sh test "$name"
"$build/test/one/$name" --gtest_filter="${2:-*}" --gtest_brief=1
