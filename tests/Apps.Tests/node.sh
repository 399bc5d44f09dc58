#!/bin/sh
# node.sh CORE CGROUP DISK: g8os-core init as pid 1 of namespaces of its own, with a /run, /var/lib and /etc that nobody else sees; DISK, on ext4 or xfs,
# is its /var/lib/g8os.
set -e
core=$1 group=$2 disk=$3
export hierarchies disk
hierarchies=$(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2, $3, $4 }' /proc/self/mounts)

# Into a cgroup of its own in every hierarchy: the namespace's root is where one stands when it is made.
echo "$hierarchies" | while read -r path type options; do
    mkdir -p "$path/$group"
    if [ -e "$path/cpuset.cpus" ] && [ "$type" = cgroup ]; then
        for file in cpuset.cpus cpuset.mems; do
            cat "$path/$file" > "$path/${group%/*}/$file"
            cat "$path/$file" > "$path/$group/$file"
        done
    fi
    echo $$ > "$path/$group/cgroup.procs"
done

exec unshare --pid --mount --net --ipc --uts --cgroup --fork --kill-child --propagation private sh -ec '
    mount --bind "$disk" /mnt
    for directory in /run /var/lib; do mount -t tmpfs test $directory; done
    mkdir /var/lib/g8os
    mount --move /mnt /var/lib/g8os
    mount -t tmpfs test /mnt
    mount -t proc proc /proc
    mount -t tmpfs cgroup /sys/fs/cgroup
    echo "$hierarchies" | while read -r path type options; do
        mkdir -p "$path"
        [ "$type" = cgroup ] || { mount -t cgroup2 cgroup2 "$path"; continue; }
        only=$(echo "$options" | tr , "\n" | grep -vE "^(rw|relatime|nosuid|nodev|noexec|xattr|release_agent.*)$" | paste -sd ,)
        case $only in name=*) only=none,$only ;; esac
        mount -t cgroup -o "$only" cgroup "$path"
    done
    mkdir -p /run/etc/upper /run/etc/work
    mount -t overlay etc -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work /etc
    ip link set lo up
    mkdir -p /etc/g8os /run/g8os
    touch /run/g8os-test-ready
    while [ ! -e /etc/g8os/net.toml ]; do sleep 0.05; done
    exec "$0" init' "$core"
