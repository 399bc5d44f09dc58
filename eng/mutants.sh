#!/bin/bash
# Plants each bug of tests/mutants/*.patch into a copy of the decisions and sees the simulator find it: eng/mutants.sh [SEEDS, 10000].
# The last line is "N found, N missed". A patch that no longer fits, or does not build, counts as missed.
set -uo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
export seeds=${1:-10000}
work=$(mktemp -d "${TMPDIR:-/tmp}/g8os-mutants.XXXXXX")
export work
trap 'rm -rf "$work"' EXIT
options='-c Release -v q --nologo -nodeReuse:false -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false'
export options

# The simulator without a bug, built once; its decisions alone are built again for each bug.
mkdir -p "$work/right/src"
cp -r src/Model src/Decisions "$work/right/src/"
cp -r sim global.json Directory.*.props Directory.Build.targets .editorconfig "$work/right/"
# shellcheck disable=SC2086
dotnet build "$work/right/sim" $options >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; echo "cannot build the simulator: see above" >&2; exit 1; }

# patch: plants one bug and prints what the simulator says of it.
verdict() {
    local copy said dll=artifacts/bin/Sim/release/G8os.Decisions.dll
    copy=$work/$(basename "$1" .patch)
    cp -a "$work/right" "$copy"
    if ! patch -d "$copy" -p1 --no-backup-if-mismatch -s <"$1" >"$copy/patch.log" 2>&1; then
        echo "the patch does not fit: $(tail -n 1 "$copy/patch.log")"
    # shellcheck disable=SC2086
    elif ! dotnet build "$copy/src/Decisions" --no-restore --no-dependencies $options >"$copy/build.log" 2>&1; then
        echo "it does not build"
    elif cp "$copy/artifacts/bin/Decisions/release/G8os.Decisions.dll" "$copy/$dll" && cmp -s "$copy/$dll" "$work/right/$dll"; then
        echo "it builds to the same program as without it"
    elif said=$("$copy/artifacts/bin/Sim/release/sim" --seeds "$seeds" 2>&1); then
        echo "not found in $seeds worlds"
    else
        grep -m 1 -E '^(seed [0-9]+ FAILED|coverage:|Unhandled)' <<<"$said" | cut -c 1-150
    fi
    rm -rf "$copy"
}
export -f verdict

# As many at a time as there are cores: a build keeps hardly more than one busy.
# shellcheck disable=SC2016
printf '%s\0' tests/mutants/*.patch | xargs -0 -P "$(nproc)" -I '{}' bash -c 'verdict "$1" >"$work/$(basename "$1").said"' _ '{}'

found=0 missed=0
for patch in tests/mutants/*.patch; do
    said=$(cat "$work/$(basename "$patch").said")
    case $said in
        "seed "*|coverage:*|Unhandled*) found=$((found + 1)) ;;
        *) missed=$((missed + 1)) ;;
    esac
    printf '%-34s %s\n' "$(basename "$patch" .patch)" "$said"
done
echo "$found found, $missed missed"
[ "$missed" = 0 ]
