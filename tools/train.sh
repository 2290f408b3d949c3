#!/usr/bin/env bash
# Trains the learn page's model from scratch: assets/learn/model.bin and report.json. The same seed gives the same bytes.
# usage: tools/train.sh [FOLDER [STEPS]]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
tools/build-native.sh cli
step train-build "Compiling the trainer" "the trainer does not compile; see the lines above" ninja -C "$build/native" kvx-train
folder=${1:-assets/learn}
mkdir -p "$folder"
"$build/native/kvx-train" "$folder" ${2:+"$2"}
