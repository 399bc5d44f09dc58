#!/usr/bin/env bash
# The README's two commands on a clean machine: a fresh Debian 12 tree in its own mount and pid namespace, with git, make,
# ca-certificates, the .NET SDK and this machine's package sources only. Needs mmdebstrap and root. Leaves nothing behind.
#   eng/test-fresh.sh [COMMAND]     default: make lab && make lab-down && make test
set -euo pipefail
here=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
command=${1:-"make lab && make lab-down && make test"}
[ "$(id -u)" = 0 ] || { echo "cannot make a clean machine: root is needed" >&2; exit 1; }
command -v mmdebstrap >/dev/null || apt-get install -y -q mmdebstrap >/dev/null

base=${G8OS_FRESH_DIR:-/var/tmp}/g8os-fresh.$$
tree=$base/tree
clean() { umount -R "$tree" 2>/dev/null || true; rm -rf --one-file-system "$base"; }
trap clean EXIT
mkdir -p "$base"

# This machine's package sources: deb822 files as they are, one-line files after each other.
sources=()
for file in /etc/apt/sources.list.d/*.sources; do [ ! -e "$file" ] || sources+=("$file"); done
cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | grep -E '^deb ' >"$base/sources.list" || true
[ ! -s "$base/sources.list" ] || sources+=("$base/sources.list")
mmdebstrap --variant=apt --include=git,make,ca-certificates,libicu72 --aptopt='APT::Install-Recommends "false"' \
    bookworm "$tree" "${sources[@]}" >"$base/log" 2>&1 \
    || { tail -20 "$base/log" >&2; echo "cannot make the tree: see above" >&2; exit 1; }

# what reaches the package sources from here, and the SDK, as this machine has them
cp -a /etc/resolv.conf /etc/hosts "$tree/etc/" 2>/dev/null || true
cp -a /etc/apt/apt.conf.d/. "$tree/etc/apt/apt.conf.d/" 2>/dev/null || true
cp -a /usr/local/share/ca-certificates/. "$tree/usr/local/share/ca-certificates/" 2>/dev/null || true
cp -a /etc/ssl/certs/. "$tree/etc/ssl/certs/" 2>/dev/null || true
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$tree$sdk"
git clone -q "$here" "$tree/g8os"

unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    tree=$1 sdk=$2 command=$3
    mount --bind "$tree" "$tree"
    mount --bind -o ro "$sdk" "$tree$sdk"
    mount -t proc proc "$tree/proc"
    mount --rbind /sys "$tree/sys"
    mount --rbind /dev "$tree/dev"
    mount -t tmpfs tmpfs "$tree/run"
    env -i PATH="$sdk:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root LANG=C.UTF-8 CI="${CI:-}" \
        $(env | grep -iE "^(https?_proxy|no_proxy|SSL_CERT_[A-Z]+|NUGET_[A-Z_]+|DOTNET_[A-Z_]+)=" | sed "s/ /\\ /g") \
        chroot "$tree" bash -c "cd /g8os && $command"
' fresh "$tree" "$sdk" "$command"
