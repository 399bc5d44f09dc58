#!/bin/bash
# Builds, runs every test project and the planted bugs, and ends with one line: N passed, N failed.
# Arguments go to dotnet test, e.g. --filter NAME; the planted bugs are left out then.
set -uo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
mkdir -p artifacts/test
passed=0 failed=0

# name good bad log: one line, and the log when something failed.
tell() {
    passed=$((passed + $2)) failed=$((failed + $3))
    echo "$1: $2 passed, $3 failed"
    [ "$3" = 0 ] || sed 's/^/    /' "$4"
}

eng/build.sh || { echo "0 passed, 1 failed"; exit 1; }
echo "building the tests"
if ! dotnet build g8os.slnx -nodeReuse:false -v q --nologo >artifacts/test/build.log 2>&1; then
    grep -E 'error|warning' artifacts/test/build.log | sort -u >&2
    echo "0 passed, 1 failed"
    exit 1
fi
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    log=artifacts/test/$name.log
    grep -q Microsoft.NET.Test.Sdk "$project" || continue
    dotnet test "$project" --no-build --nologo "$@" >"$log" 2>&1
    code=$?
    # "Passed!  - Failed:     0, Passed:    44, Skipped:     0, Total:    44, …"
    summary=$(grep -E '^(Passed|Failed)! +- Failed:' "$log" | tail -n 1)
    good=$(sed -n 's/.*Passed: *\([0-9]*\),.*/\1/p' <<<"$summary")
    bad=$(sed -n 's/.*- Failed: *\([0-9]*\),.*/\1/p' <<<"$summary")
    # A project that dies before its summary is a failure too.
    if [ "$code" != 0 ] && [ "${bad:-0}" = 0 ]; then bad=1; fi
    tell "$name" "${good:-0}" "${bad:-0}" "$log"
done
if [ $# = 0 ]; then
    eng/mutants.sh >artifacts/test/mutants.log 2>&1
    summary=$(tail -n 1 artifacts/test/mutants.log)
    good=$(sed -n 's/^\([0-9]*\) found, .*/\1/p' <<<"$summary")
    bad=$(sed -n 's/.* \([0-9]*\) missed$/\1/p' <<<"$summary")
    tell "planted bugs" "${good:-0}" "${bad:-1}" artifacts/test/mutants.log
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
