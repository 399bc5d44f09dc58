#!/bin/bash
# Installs what building and running need and this machine lacks, through apt. Nothing is done when nothing is missing.
set -euo pipefail
. "$(dirname "$0")/common.sh"

if ! have_sdk; then
    echo "the .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download/dotnet/10.0, then run this again" >&2
    exit 1
fi
lacking=$(missing)
[ -n "$lacking" ] || exit 0
if [ "$(id -u)" != 0 ]; then
    echo "cannot install packages: not root; run: sudo make setup" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt-get update -q >"$log" 2>&1 || { tail -n 5 "$log" >&2; echo "apt-get update failed; going on with the package lists that are there" >&2; }
while read -r package _; do
    echo "installing $package"
    apt-get install -q -y --no-install-recommends "$package" >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        echo "cannot install $package: apt-get failed, see above" >&2
        exit 1
    }
done <<<"$lacking"
