#!/bin/bash
# Brings up the whole thing on this machine, with the commands a person would type: a lab, the sandboxes, the AYS repository, the example app.
# What is there already is left as it is, so that a second run takes seconds.   eng/grid.sh [LAB.toml]
set -euo pipefail
. "$(dirname "$0")/common.sh"
cd "$root"
# It would come before the CA of the grid that g8os login told git.
unset GIT_SSL_CAINFO
lab=${1:-lab/examples/three.toml}
built=artifacts/sandboxes
checkout=artifacts/grid/ays

step() { printf '\n== %s\n' "$*"; }

step "the lab"
./g8os lab up "$lab"

step "the sandboxes"
mkdir -p "$built"
# sandbox RECIPE VERSION: built when its recipe, or a program in it, has changed; pushed in any case, which sends only what the grid lacks.
sandbox() {
    local recipe=sandboxes/$1 directory=$built/$1@$2 now
    now=$({ find "$recipe" -type f -exec sha256sum {} +; [ "$1" != g8os ] || cat artifacts/stamps/*; } | sort | sha256sum)
    if [ ! -e "$directory/sandbox.json" ] || [ "$now" != "$(cat "$directory.stamp" 2>/dev/null)" ]; then
        rm -rf "$directory"
        ./g8os sandbox build "$recipe" --as "$2" -o "$built"
        echo "$now" > "$directory.stamp"
    fi
    ./g8os sandbox push "$directory"
}
sandbox os-tools 12.1
sandbox jumpscale 1.0
sandbox g8os "$(./g8os --version | grep -oE '[0-9][0-9.]*' | head -n 1)"
sandbox ovs 3.1
sandbox hello 1.0
sandbox hello 2.0

step "the AYS repository"
# A checkout of a grid that is gone is of no use.
if ! git -C "$checkout" pull -q --rebase 2>/dev/null; then
    rm -rf "$checkout"
    mkdir -p "$(dirname "$checkout")"
    ./g8os ays clone "$checkout"
fi
# The example is copied once: what was changed since stays.
if [ ! -e "$checkout/blueprints/hello.yaml" ]; then
    cp -r examples/hello/. "$checkout/"
    git -C "$checkout" add -A
    git -C "$checkout" -c user.name=operator -c user.email=operator@example.org commit -q -m "hello: a web server on two nodes"
    git -C "$checkout" push
fi
./g8os wait --for ready app/hello --timeout 5m

# The example answers on each node that publishes its port.
answers() { # HOST:PORT
    exec 3<>"/dev/tcp/${1%:*}/${1#*:}" && printf 'GET / HTTP/1.0\r\n\r\n' >&3 && cat <&3
}
urls=$(./g8os lab status | grep -oE '8080:127\.0\.0\.1:[0-9]+' | cut -d : -f 2-)
for url in $urls; do
    answers "$url" | grep -q hello || { echo "cannot reach the example app at http://$url: see ./g8os explain app/hello" >&2; exit 1; }
done

step "the grid is up"
./g8os app ls
cat <<TXT

The example app answers at$(printf '  http://%s' $urls)

next:
  ./g8os explain app/hello                          # why it runs where it runs
  ./g8os logs app/hello -f
  ./g8os exec --on node-1 -- /sandbox/jumpscale/bin/js -c 'print(j.nodes.list())'
  cd $checkout; edit blueprints/hello.yaml (sandbox: hello@2.0); git commit -a; git push
  ./g8os ays status
  make grid-down
TXT
