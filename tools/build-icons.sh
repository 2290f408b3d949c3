#!/usr/bin/env bash
# Renders assets/icons/*.svg into build/icons.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh
one_at_a_time icons
out=$build/icons stamp=$build/stamps/icons
if [[ -e $stamp && -z $(find assets/icons tools/build-icons.sh -newer "$stamp") ]]; then exit 0; fi
mkdir -p "$out"
draw() { rsvg-convert -w "$2" -h "$2" "${@:4}" "assets/icons/$1.svg" -o "$out/$3"; }
# iOS rounds the corners itself and paints transparency black
icons() {
    draw icon 192 icon-192.png &&
    draw icon 512 icon-512.png &&
    draw maskable 192 maskable-192.png &&
    draw maskable 512 maskable-512.png &&
    draw maskable 180 apple-touch-icon.png -b '#0A0E17' &&
    cp assets/icons/icon.svg "$out/favicon.svg"
}
step icons "Drawing icons" "the icons could not be drawn: rsvg-convert (package librsvg2-bin) is needed" icons
touch "$stamp"
