#!/usr/bin/env bash
# Fetches the SDL2 and Dear ImGui sources as Debian source packages and unpacks them into build/third_party.
# Uses a private apt state directory: the system's package lists and sources are never touched.
# usage: tools/fetch-sources.sh [build dir]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath -m "${1:-build}")
downloads=$build/downloads third=$build/third_party apt=$build/apt patches=$PWD/cmake/patches
mkdir -p "$downloads" "$third" "$build/logs"
log=$build/logs/fetch-sources.log
: >"$log"

# two at once would overwrite each other
if command -v flock >/dev/null; then
    exec 9>"$build/third_party.lock"
    flock 9
fi

say() { echo "  $*"; }
die() {
    tail -n 15 "$log" >&2 || true
    echo "error: $1" >&2
    exit 1
}

# name, source package, suites in order of preference, wanted version prefix, minimum version
sources() {
    echo "sdl2 libsdl2 trixie 2.32. 2.32"
    echo "imgui imgui forky,testing,sid 1.92. 1.92"
}
# the versions the project was built and measured with; preferred while they are served
preferred() { case $1 in sdl2) echo 2.32.4+dfsg ;; imgui) echo 1.92.2b+ds ;; esac; }

# a changed patch or wanted version unpacks again; archives are kept
fingerprint() { (shopt -s nullglob && preferred "$1" && cat "$patches/$1"-*.patch /dev/null) | sha256sum | cut -c1-16; }
fresh() { [[ $(cat "$third/$1.stamp" 2>/dev/null) == "$(fingerprint "$1")" ]]; }

# Debian mirrors from the machine's own apt configuration (both file formats); other archives fail the signature check
mirrors() {
    apt-get update --print-uris 2>/dev/null |
        sed -nE "s#^'(.*)/dists/[a-z]+/(In)?Release'.*#\1#p" | awk '!seen[$0]++' | { grep -v -- '-security' || true; }
}

keyring() {
    local k
    for k in /usr/share/keyrings/debian-archive-keyring.pgp /usr/share/keyrings/debian-archive-keyring.gpg; do
        [[ -r $k ]] && { echo "$k"; return; }
    done
    die "the Debian archive keyring is missing: install the package debian-archive-keyring."
}

options() {
    apt_opts=(
        -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
        -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
        -o Acquire::Languages=none -o Acquire::Retries=1 -o Acquire::http::Timeout=40
        -o APT::Update::Post-Invoke::= -o APT::Update::Post-Invoke-Success::=
    )
    # apt drops to the user _apt, who may not be able to write to a private build folder
    if [[ $(id -u) == 0 ]]; then apt_opts+=(-o APT::Sandbox::User=root); fi
}

# downloads the index of one suite only (about 10 MB) from the first mirror that has it, properly signed
update() { # suite
    local suite=$1 mirror key
    key=$(keyring)
    rm -rf "$apt"
    mkdir -p "$apt"/state/lists/partial "$apt"/cache/archives/partial
    : >"$apt/status"
    for mirror in $(mirrors); do
        echo "deb-src [signed-by=$key] $mirror $suite main" >"$apt/sources.list"
        if apt-get "${apt_opts[@]}" --error-on=any update >>"$log" 2>&1; then return 0; fi
    done
    return 1
}

versions() { apt-cache "${apt_opts[@]}" showsrc --only-source "$1" 2>>"$log" | sed -n 's/^Version: //p' | sort -uVr; }

choose() { # package, wanted prefix, least
    local v
    for v in $(versions "$1"); do
        if [[ -n $4 && $v == "$4"-* ]]; then echo "$v"; return; fi
    done
    for v in $(versions "$1"); do
        if [[ $v == "$2"* ]]; then echo "$v"; return; fi
    done
    for v in $(versions "$1"); do
        if dpkg --compare-versions "$v" ge "$3"; then echo "$v"; return; fi
    done
}

download() { # name package suites prefix least
    local name=$1 package=$2 suites=$3 prefix=$4 least=$5 suite version wanted
    wanted=$(preferred "$name")
    [[ -n $(mirrors) ]] || die "no Debian mirror is set up on this machine: add one to apt's sources, or put the source package of $package (.dsc and archives) into $downloads/$name."
    options
    for suite in ${suites//,/ }; do
        say "$name: reading Debian's list of sources ($suite)"
        update "$suite" || continue
        version=$(choose "$package" "$prefix" "$least" "$wanted")
        [[ -n $version ]] || continue
        if [[ $version != "$wanted"-* ]]; then say "$name: $wanted is no longer served, taking $version"; fi
        say "$name: downloading $version"
        mkdir -p "$downloads/$name.part"
        # apt checks the archive's signature and every file's hash
        (cd "$downloads/$name.part" && apt-get "${apt_opts[@]}" --only-source --download-only source "$package=$version") >>"$log" 2>&1 || continue
        rm -rf "${downloads:?}/$name"
        mv "$downloads/$name.part" "$downloads/$name"
        return 0
    done
    die "the sources of $name could not be fetched. Is there a network, and does the machine's Debian mirror serve ${suites%%,*}? Try again, or put the source package of $package ($least or newer: .dsc and archives) into $downloads/$name."
}

# the .dsc names every file with its SHA-256: a truncated or changed archive is found here
verify() {
    [[ -d $1 ]] || return 1
    (cd "$1" && ls ./*.dsc >/dev/null 2>&1 &&
        awk '/^Checksums-Sha256:/{f=1;next} /^[^ ]/{f=0} f{print $1"  "$3}' ./*.dsc | grep . | sha256sum --check --quiet) >>"$log" 2>&1
}

unpack() { # name
    local name=$1 from=$downloads/$1 to=$third/$1 archive p
    archive=$(ls "$from"/*.orig.tar.* | grep -v '\.asc$' | head -n 1)
    rm -rf "$to" "$to.part"
    mkdir -p "$to.part"
    tar -xf "$archive" -C "$to.part" --strip-components=1
    for p in "$patches/$name"-*.patch; do
        [[ -e $p ]] || continue
        patch -d "$to.part" -p1 --quiet <"$p" >>"$log" 2>&1 || die "$(basename "$p") does not apply to $(basename "$archive"): update the patch."
    done
    mv "$to.part" "$to"
}

# on file descriptor 3, so that nothing in the loop reads the list from standard input
while read -r -u 3 name package suites prefix least; do
    fresh "$name" && continue
    command -v tar >/dev/null && command -v patch >/dev/null || die "tar and patch are needed: install the packages tar and patch."
    if ! verify "$downloads/$name"; then
        command -v apt-get >/dev/null || die "$name is fetched with Debian's apt, which this system lacks: put the source package of $package ($least or newer: .dsc and archives) into $downloads/$name."
        download "$name" "$package" "$suites" "$prefix" "$least"
        verify "$downloads/$name" || die "the downloaded archives of $name are damaged: remove $downloads/$name and try again."
    fi
    unpack "$name"
    fingerprint "$name" >"$third/$name.stamp"
    say "$name: $(basename "$(ls "$downloads/$name"/*.dsc)" .dsc) in ${third#"$PWD"/}/$name"
done 3< <(sources)
rm -rf "$apt"
