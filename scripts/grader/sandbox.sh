#!/bin/sh
# Runs a command where it sees nothing but what it needs. Called within new namespaces (user, mount, pid, network, ipc):
#
#   sandbox.sh BYTES PROCESSES HIDDEN PATH... -- COMMAND...
#
# The new root is a file system in memory of BYTES bytes; the PATHs are in it, read-only. Whatever else lies on the
# machine is not there: the expected outputs, other submissions, anyone's home. A PATH around the folder HIDDEN shows
# that one empty; of it only what later PATHs name is seen.
set -eu

bytes=$1 processes=$2 hidden=$3 root=/mnt
shift 3
mount -t tmpfs -o "size=$bytes,mode=755" sandbox "$root"

# Everything below is mounted before the command starts, and it has no right to change a mount.
while [ "$1" != -- ]; do
  if [ -L "$1" ] && [ "${1%/*}" = "" ]; then # /bin, /lib: links into /usr
    cp -P "$1" "$root$1"
  elif [ -d "$1" ]; then
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
    case $hidden in "$1"/*) mount -t tmpfs -o size=1m,mode=755 hidden "$root$hidden" ;; esac
  elif [ -e "$1" ]; then
    mkdir -p "$root${1%/*}"
    : > "$root$1"
    mount --bind "$1" "$root$1"
    mount -o remount,bind,ro "$root$1"
  fi
  shift
done
shift
if mountpoint -q "$root$hidden"; then mount -o remount,ro "$root$hidden"; fi

mkdir -p "$root/etc" "$root/proc" "$root/dev/shm" "$root/tmp" "$root/submission" "$root/run" "$root/old"
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
echo 'learner:x:0:0::/submission:/bin/sh' > "$root/etc/passwd"
mount -t proc proc "$root/proc"

cd "$root"
pivot_root . old
umount -l old
rmdir old

# No further namespaces, and few processes where Linux counts them by namespace (6.14).
echo 0 > /proc/sys/user/max_user_namespaces
echo "$processes" > /proc/sys/kernel/pid_max 2> /dev/null || true
echo 1000 > /proc/self/oom_score_adj
# The owner of the machine's settings may write them without any right: root, where it is root who grades.
mount -o remount,bind,ro /proc

cd /submission
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- \
  prlimit --core=0 --nofile=4096 --nproc="$processes" -- "$@"
