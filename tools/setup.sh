#!/usr/bin/env bash
# Installs what is missing for the named jobs on Debian and Ubuntu; elsewhere lists what is needed and continues if it is present.
# usage: tools/setup.sh build|native|test|browser|browsers|check …
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/lib.sh

missing=()
need() { missing+=("$1"); }
wanted=()
want() { wanted+=("$1"); } # installed only where apt has it
add_wanted() {
    local package
    for package in "${wanted[@]}"; do
        has apt-cache && apt-cache show "$package" >/dev/null 2>&1 && [[ " ${missing[*]} " != *" $package "* ]] && missing+=("$package")
    done
    return 0
}
has() { command -v "$1" >/dev/null 2>&1; }
node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

for job in "$@"; do
    case $job in
    build)
        has emcc || need emscripten
        has cmake || need cmake
        has ninja || need ninja-build
        (($(node_major) >= 18)) || need nodejs
        [[ -d node_modules/esbuild ]] || has npm || need npm
        has patch || need patch
        has xz || need xz-utils
        has rsvg-convert || need librsvg2-bin
        [[ -e /usr/include/nlohmann/json.hpp || -e /usr/local/include/nlohmann/json.hpp ]] || need nlohmann-json3-dev
        [[ -e build/fonts/mono-500.ttf ]] || {
            { [[ -x /usr/bin/python3 ]] && /usr/bin/python3 -c 'import fontTools' 2>/dev/null; } || need python3-fonttools
            [[ -d /usr/share/fonts/opentype/inter ]] || need fonts-inter
            [[ -d /usr/share/fonts/truetype/jetbrains-mono ]] || need fonts-jetbrains-mono
        }
        ;;
    native)
        has cmake || need cmake
        has ninja || need ninja-build
        has g++ || has clang++ || need g++
        [[ -e /usr/include/nlohmann/json.hpp || -e /usr/local/include/nlohmann/json.hpp ]] || need nlohmann-json3-dev
        ;;
    test)
        has clang++ || need clang
        # the sanitizers and libFuzzer; clang alone only suggests them
        compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a' >/dev/null ||
            compgen -G '/usr/lib/clang/*/lib/*/libclang_rt.fuzzer*.a' >/dev/null || need libclang-rt-14-dev
        [[ -d /usr/src/googletest ]] || need googletest
        has chromium || has google-chrome || need chromium
        has chromium-headless-shell || want chromium-headless-shell # half the CPU time of the full browser
        has java || need default-jre-headless # the W3C's checker
        ;;
    browsers) # Firefox and WebKit need a display for WebGL2
        has chromium || has google-chrome || need chromium
        has firefox-esr || has firefox || need firefox-esr
        [[ -e /usr/bin/WebKitWebDriver ]] || need webkit2gtk-driver
        has xvfb-run || need xvfb
        has xauth || need xauth
        ;;
    browser) has chromium || has google-chrome || need chromium ;;
    check)
        has clang-format || need clang-format
        has clang-tidy || need clang-tidy
        ;;
    *) fail "tools/setup.sh does not know the job '$job'." ;;
    esac
done
add_wanted
((${#missing[@]})) || exit 0
# two jobs may need the same package
readarray -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)

if ! has apt-get; then
    fail "missing packages (Debian's names): ${missing[*]}. Install them with your system's package manager, then run make again."
fi
as_root=()
if [[ $(id -u) != 0 ]]; then
    has sudo || fail "these packages are missing: ${missing[*]}. Install them as root (apt-get install ${missing[*]}), then run make again."
    as_root=(sudo)
    # ask for the password now, not during a step whose output is hidden
    sudo -v || fail "installing packages needs root: as root run apt-get install ${missing[*]}, then make again."
fi
# Debian 13 and later have other compiler versions
if [[ " ${missing[*]} " == *" libclang-rt-14-dev "* ]] && ! apt-cache show libclang-rt-14-dev >/dev/null 2>&1; then
    missing=("${missing[@]/libclang-rt-14-dev/libclang-rt-dev}")
fi
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "${missing[@]}"
}
install_fresh() { "${as_root[@]}" apt-get update -o Acquire::Retries=3 && add_wanted && install; }
step packages "Installing ${missing[*]}" \
    "the packages ${missing[*]} could not be installed; is there a network and does apt-get install work?" install_fresh
(($(node_major) >= 18)) || [[ " $* " != *" build "* ]] || fail "Node.js 18 or newer is needed; found $(node --version 2>/dev/null || echo none): install a newer one."
