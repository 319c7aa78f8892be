#!/bin/sh
# The first process of a guest: Linux in user mode, whose root is this machine's, read-only.
#
# Runs `script` of the host folder named by tandem_folder= on the kernel's command line, leaves
# what it prints in `output` and its status in `status` there, and powers off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
for word in $(cat /proc/cmdline); do
    case $word in tandem_folder=*) folder=${word#*=} ;; esac
done
mkdir /run/host
mount -t hostfs none /run/host -o "$folder"
exec >/run/host/output 2>&1

# hmac: SCTP signs its cookies with it, and cannot listen without.
modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in lib/crc-ccitt net/ipv6/ipv6 net/ipv4/udp_tunnel net/ipv6/ip6_udp_tunnel \
    crypto/hmac net/sctp/sctp net/sched/sch_netem drivers/net/veth; do
    # What is built in is not there as a module.
    [ ! -e "$modules/$module.ko" ] || busybox insmod "$modules/$module.ko"
done
ip link set lo up

# Ends by itself, even if nobody waits for it any more.
timeout -k 1 100 sh /run/host/script
echo $? >/run/host/status
sync
poweroff -f >/dev/null 2>&1
