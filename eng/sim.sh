#!/bin/bash
# Runs the simulator: eng/sim.sh --seeds 10000 | --seconds 60 | --seed N --trace
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
dotnet build sim -c Release -v q --nologo -nodeReuse:false >artifacts/sim.log 2>&1 || { cat artifacts/sim.log >&2; exit 1; }
exec artifacts/bin/Sim/release/sim "$@"
