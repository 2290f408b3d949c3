#!/usr/bin/env bash
# Subsets the fonts into build/fonts, once, with python3-fonttools.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
one_at_a_time fonts
stamp=$build/stamps/fonts
if [[ -e $stamp && $stamp -nt tools/build-fonts.py ]]; then exit 0; fi
# another python in PATH often lacks what Debian's has
python=python3
if [[ -x /usr/bin/python3 ]] && /usr/bin/python3 -c 'import fontTools' 2>/dev/null; then python=/usr/bin/python3; fi
step fonts "Subsetting fonts" "the fonts could not be made: fonts-inter, fonts-jetbrains-mono and python3-fonttools are needed" \
    "$python" tools/build-fonts.py "$build/fonts"
grep '^  ' "$logs/fonts.log" || true
touch "$stamp"
