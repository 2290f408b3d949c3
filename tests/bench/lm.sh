#!/usr/bin/env bash
# Speed of the small model beside a plain C program of the same shape, same compiler and flags, one after the other.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench
mkdir -p "$out"
cc -std=c11 -D_POSIX_C_SOURCE=199309L -O3 -o "$out/plain_lm" tests/bench/plain_lm.c -lm
c++ -std=c++20 -O3 -ffp-contract=off -Isrc -o "$out/lm_speed" tests/bench/lm_speed.cpp src/lm/*.cpp
for _ in 1 2 3; do
    "$out/plain_lm"
    "$out/lm_speed"
done
