# Shared by the tools: where things are, and one line for each step. Source it from the top of the checkout.
export PYTHONDONTWRITEBYTECODE=1
build=build
logs=$build/logs
mkdir -p "$logs" "$build/stamps"

fail() {
    echo "error: $1" >&2
    exit 1
}

# Debian's emcc finds its JavaScript helpers only with this when node is not Debian's own
if [[ -d /usr/share/nodejs && -z ${NODE_PATH:-} ]]; then export NODE_PATH=/usr/share/nodejs; fi
# an activated or unpacked Emscripten SDK goes first
if [[ -n ${EMSDK:-} && -x $EMSDK/upstream/emscripten/emcc ]]; then PATH=$EMSDK/upstream/emscripten:$PATH; fi

# The browsers' drivers need Node.js 20, Debian 12 has 18: fetch a newer one from npm, for them alone.
newer_node() {
    local cpu dir=$PWD/$build/node
    if (($(node -p 'process.versions.node.split(".")[0]') >= 20)); then return 0; fi
    case $(uname -m) in
    x86_64) cpu=x64 ;;
    aarch64) cpu=arm64 ;;
    *) fail "the browser tests need Node.js 20 or newer; found $(node --version): install a newer one." ;;
    esac
    [[ -x $dir/node_modules/node-linux-$cpu/bin/node ]] ||
        step node "Fetching Node.js for the browsers' drivers (npm)" "the browser tests need Node.js 20 or newer; found $(node --version), and npm could not fetch one" \
            npm install --prefix "$dir" --no-save --ignore-scripts --no-audit --no-fund "node-linux-$cpu@24.21.0"
    PATH=$dir/node_modules/node-linux-$cpu/bin:$PATH
}

jobs_wanted() { echo "${JOBS:-$(nproc 2>/dev/null || echo 2)}"; }

# two makes at once would write the same files: the second waits (and usually finds nothing left to do)
one_at_a_time() { # name
    command -v flock >/dev/null || return 0
    exec 9>"$build/stamps/$1.lock"
    flock -n 9 || { echo "  waiting for another build of $1"; flock 9; }
}

# step NAME "What is done" "How to fix it" command…: output goes to build/logs/NAME.log and is shown only on failure
step() {
    local name=$1 what=$2 mend=$3 log=$logs/$1.log started=$SECONDS pid status=0
    shift 3
    if [[ -t 1 ]]; then
        printf '  %s …' "$what"
        "$@" >"$log" 2>&1 </dev/null 9>&- &
        pid=$!
        while kill -0 "$pid" 2>/dev/null; do
            # ninja's [3/120] is the only progress worth showing
            printf '\r\033[K  %s … %s' "$what" "$(tail -c 300 "$log" | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1 || true)"
            sleep 0.3
        done
        wait "$pid" || status=$?
        printf '\r\033[K'
    else
        "$@" >"$log" 2>&1 </dev/null 9>&- || status=$?
    fi
    if ((status)); then
        echo "  $what: failed" >&2
        grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" | tail -n 40 | { c++filt 2>/dev/null || cat; } >&2 || true
        fail "$mend (whole output: $log)"
    fi
    # ninja found everything up to date
    if tail -n 1 "$log" | grep -q 'no work to do'; then return 0; fi
    echo "  $what: done in $((SECONDS - started)) s"
}
