#!/bin/bash
# Builds, runs every test project, and ends with one line: N passed, N failed. Arguments go to dotnet test, e.g. --filter NAME.
set -uo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"

eng/build.sh || { echo "0 passed, 1 failed"; exit 1; }
passed=0 failed=0
mkdir -p artifacts/test
for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    log=artifacts/test/$name.log
    grep -q Microsoft.NET.Test.Sdk "$project" || continue
    dotnet test "$project" -nodeReuse:false -v q --nologo "$@" >"$log" 2>&1
    code=$?
    # "Passed!  - Failed:     0, Passed:    44, Skipped:     0, Total:    44, …"
    summary=$(grep -E '^(Passed|Failed)! +- Failed:' "$log" | tail -n 1)
    good=$(sed -n 's/.*Passed: *\([0-9]*\),.*/\1/p' <<<"$summary")
    bad=$(sed -n 's/.*- Failed: *\([0-9]*\),.*/\1/p' <<<"$summary")
    # A project that does not build, or dies before its summary, is a failure too.
    if [ "$code" != 0 ] && [ "${bad:-0}" = 0 ]; then bad=1; fi
    passed=$((passed + ${good:-0})) failed=$((failed + ${bad:-0}))
    echo "$name: ${good:-0} passed, ${bad:-0} failed"
    [ "${bad:-0}" = 0 ] || sed 's/^/    /' "$log"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
