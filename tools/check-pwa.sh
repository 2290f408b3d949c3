#!/usr/bin/env bash
# Is a site a good progressive web app? Works for any site. usage: tools/check-pwa.sh URL
set -euo pipefail
[[ $# == 1 && $1 != -* ]] || { echo "usage: tools/check-pwa.sh URL" >&2; exit 2; }
cd "$(dirname "$0")/.."
. tools/lib.sh
tools/setup.sh build browser >&2
make --no-print-directory node_modules/.package-lock.json >&2
exec node tools/check-pwa.mjs "$1"
