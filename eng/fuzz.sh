#!/bin/bash
# Fuzzes every parser for some seconds each: eng/fuzz.sh [SECONDS]. A crash is kept in tests/Fuzz/corpus and told how to replay.
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
dotnet build tests/Fuzz -c Release -v q --nologo -nodeReuse:false >artifacts/fuzz.log 2>&1 || { cat artifacts/fuzz.log >&2; exit 1; }
for target in tests/Fuzz/corpus/*/; do
    dotnet run --no-build -c Release --project tests/Fuzz -- --target "$(basename "$target")" --seconds "${1:-60}"
done
