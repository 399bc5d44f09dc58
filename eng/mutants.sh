#!/bin/bash
# Plants each bug of tests/mutants/*.patch into a copy of the decisions and sees the simulator find it: eng/mutants.sh [SEEDS, 10000].
# The last line is "N found, N missed". A patch that no longer fits, or does not build, counts as missed.
set -uo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
seeds=${1:-10000}
copy=$(mktemp -d "${TMPDIR:-/tmp}/g8os-mutants.XXXXXX")
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/src"
cp -r src/Model src/Decisions "$copy/src/"
cp -r sim global.json Directory.*.props Directory.Build.targets .editorconfig "$copy/"
build() { dotnet build "$copy/sim" -c Release -v q --nologo -nodeReuse:false -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >"$copy/build.log" 2>&1; }
build || { cat "$copy/build.log" >&2; echo "cannot build the simulator: see above" >&2; exit 1; }

found=0 missed=0
for patch in tests/mutants/*.patch; do
    name=$(basename "$patch" .patch)
    if ! patch -d "$copy" -p1 --no-backup-if-mismatch -s <"$patch" >"$copy/patch.log" 2>&1; then
        verdict="the patch does not fit: $(tail -n 1 "$copy/patch.log")"
        cp -r src/Decisions "$copy/src/"
    else
        if ! build; then
            verdict="it does not build"
        elif said=$("$copy/artifacts/bin/Sim/release/sim" --seeds "$seeds" 2>&1); then
            verdict="not found in $seeds worlds"
        else
            verdict=$(grep -m 1 -E '^(seed [0-9]+ FAILED|coverage:|Unhandled)' <<<"$said" | cut -c 1-150)
        fi
        patch -d "$copy" -p1 -R --no-backup-if-mismatch -s <"$patch"
    fi
    case $verdict in
        "seed "*|coverage:*|Unhandled*) found=$((found + 1)) ;;
        *) missed=$((missed + 1)) ;;
    esac
    printf '%-34s %s\n' "$name" "$verdict"
done
echo "$found found, $missed missed"
[ "$missed" = 0 ]
