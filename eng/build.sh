#!/bin/bash
# Publishes the programs into artifacts/publish, each only when a file it is made of has changed, and links ./g8os.
#   artifacts/publish/g8os   g8os-core   g8os-fs   g8os-controller/g8os-controller
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

publish=artifacts/publish
stamps=artifacts/stamps
mkdir -p "$publish" "$stamps"

# The directory of a project and of all it refers to.
projects() {
    local directory=$1 reference
    echo "$directory"
    grep -oP '<ProjectReference Include="\K[^"]+' "$directory"/*.csproj | while read -r reference; do
        projects "$(realpath --relative-to=. "$directory/$(dirname "$reference")")"
    done
}

# One hash over everything a program is made of.
stamp() {
    {
        projects "$1" | sort -u | while read -r directory; do
            find "$directory" -type f -not -path '*/bin/*' -not -path '*/obj/*'
        done
        ls Directory.*.props Directory.*.targets global.json .editorconfig
    } | sort -u | tr '\n' '\0' | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
    dotnet --version
}

# program project: publishes the project when its stamp or its output is not as it was.
program() {
    local name=$1 project=$2 output=$publish/$1 now fresh started=$SECONDS
    now=$(stamp "$project")
    [ -e "$output" ] && [ "$now" = "$(cat "$stamps/$name" 2>/dev/null)" ] && return 0
    echo "building $name"
    fresh=$(mktemp -d "$publish/.$name.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf '$fresh'" EXIT
    if ! dotnet publish "$project" -c Release -o "$fresh" -v q --nologo -nodeReuse:false >"artifacts/$name.log" 2>&1; then
        cat "artifacts/$name.log" >&2
        echo "cannot build $name: see above" >&2
        exit 1
    fi
    # A running lab keeps the old file: it is replaced, not written over.
    if [ -e "$fresh/$name.dll" ]; then
        rm -rf "$publish/.old-$name"
        [ ! -e "$output" ] || mv "$output" "$publish/.old-$name"
        mv "$fresh" "$output"
        chmod 755 "$output"
        rm -rf "$publish/.old-$name"
    else
        mv -f "$fresh/$name" "$output"
        rm -rf "$fresh"
    fi
    trap - EXIT
    echo "$now" > "$stamps/$name"
    echo "built $name in $((SECONDS - started)) s"
}

program g8os-core src/Core
program g8os-fs src/Fs
program g8os-controller src/Controller
program g8os src/Cli
ln -sfn artifacts/publish/g8os g8os
