#!/usr/bin/env bash
# Checks any site as a progressive web app. usage: tools/check-pwa.sh URL
set -euo pipefail
[[ $# == 1 && $1 != -* ]] || { echo "usage: tools/check-pwa.sh URL" >&2; exit 2; }
cd "$(dirname "$0")/.."
. tools/lib.sh
tools/setup.sh browser >&2
[[ -d node_modules/playwright-core ]] ||
    step npm "Installing browser tools (npm)" "npm could not install package-lock.json; is there a network?" npm ci --ignore-scripts >&2
newer_node >&2
exec node tools/check-pwa.mjs "$1"
