#!/bin/bash
# Says what this machine lacks to build g8os and to draw a lab: one line and the remedy for each. Exit code 1 when something is missing.
set -euo pipefail
. "$(dirname "$0")/common.sh"

bad=0
say() { echo "missing: $1: $2"; bad=1; }

[ "$(id -u)" = 0 ] || say "not root" "a lab makes namespaces and mounts; run make with sudo"
kernel=$(uname -r | sed 's/[^0-9.].*//')
[ "$(printf '6.12\n%s\n' "$kernel" | sort -V | head -n 1)" = 6.12 ] || say "kernel $kernel is older than 6.12" "install a newer one: apt-get install linux-image-6.12-amd64, or the next release's"
[ "$(uname -m)" = x86_64 ] || say "machine $(uname -m)" "this version builds for x86_64 only"
have_sdk || say "the .NET 10 SDK" "install it from https://dotnet.microsoft.com/download/dotnet/10.0"
command -v apt-get >/dev/null || say "apt-get" "make setup installs packages through apt; on another system install those of eng/needs.txt by hand"
while read -r package probe; do
    [ -z "$package" ] || say "$probe" "apt-get install $package (make setup does it)"
done <<<"$(missing)"
[ -e /dev/fuse ] || say "/dev/fuse" "modprobe fuse"
grep -q " /sys/fs/cgroup[^ ]* cgroup2\? " /proc/self/mounts || say "a cgroup hierarchy below /sys/fs/cgroup" "boot with an init that mounts them"
free=$(df -Pk "$root" | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge 3072 ] || say "disk space: $free MiB free" "a build needs 3 GiB below $root"
# The built program looks closer: file systems, the runtime of the controller.
if [ -x "$root/g8os" ] && [ "$bad" = 0 ]; then
    "$root/g8os" lab doctor || exit 1
elif [ "$bad" = 0 ]; then
    echo "nothing is missing"
fi
exit "$bad"
