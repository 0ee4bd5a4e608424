#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixctl doctor on machines made of files, each with one thing missing: it says what, and
# the command that mends it, and nothing else.  No daemon.
set -u -o pipefail

build=${IXF_BUILD:-build}
ixctl=$build/apps/ixctl
[ -x "$ixctl" ] || {
	echo "skipped: ixctl is not built"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/machine
pci=$root/sys/bus/pci
nic=0000:3b:00.0

fail() {
	echo "FAILED: $*" >&2
	cat "$work/out" >&2
	exit 1
}

put() {
	mkdir -p "$(dirname "$root$1")"
	printf '%s\n' "$2" > "$root$1"
}

# A machine that has all it needs.
machine() {
	local device=$pci/devices/$nic

	rm -rf "$root"
	put /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages 1024
	put /sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages 1000
	put /sys/devices/system/cpu/online 0-3
	put /sys/devices/system/cpu/isolated 2-3
	put /sys/devices/system/clocksource/clocksource0/current_clocksource tsc
	put "/sys/bus/pci/devices/$nic/class" 0x020000
	put "/sys/bus/pci/devices/$nic/modalias" \
		pci:v00008086d00001572sv00008086sd00000000bc02sc00i00
	put /lib/modules/0/modules.alias 'alias pci:v00008086d00001572sv*sd*bc*sc*i* i40e'
	mkdir -p "$pci/drivers/vfio-pci" "$pci/drivers/i40e" "$root/sys/kernel/iommu_groups/7" \
		"$root/var/lib/ixfabric" "$root/usr/lib/x/dpdk/pmds-23.0"
	ln -s ../../drivers/vfio-pci "$device/driver"
	ln -s ../../../../kernel/iommu_groups/7 "$device/iommu_group"
	put /dev/vfio/7 ''
	touch "$root"/usr/lib/x/dpdk/pmds-23.0/librte_{net_i40e,net_af_packet,mempool_ring}.so.23
	mkdir -p "$root/sys/class/net/eth1/queues/rx-0"
	put /etc/passwd "ixfabric:x:$(id -u):$(id -g)::/:/bin/false"
	put /etc/group "ixfabric:x:$(id -g):"
	put /lib/systemd/system/ixfabric.service ''
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -s /lib/systemd/system/ixfabric.service \
		"$root/etc/systemd/system/multi-user.target.wants/ixfabric.service"
	put /etc/ixfabric/ixfabric.ini "[fabric]
workers = 2,3
state = /var/lib/ixfabric/sponge.json
[lan l]
profile = open
[port as64500]
device = $nic
lan = l
[port as64501]
device = net_af_packet0,iface=eth1
lan = l"
}

# look CODE: what doctor finds; it ends with this code.
look() {
	local rc=0

	"$ixctl" doctor root "$root" > "$work/out" 2>&1 || rc=$?
	[ $rc = "$1" ] || fail "exit code $rc, not $1"
}

# finds STATE TEXT: that is found, and nothing else but what is in order.
finds() {
	grep -E "^$1 +" "$work/out" | grep -F -- "$2" > /dev/null ||
		fail "no $1 with '$2'"
	[ "$(grep -cE '^(missing|hint)' "$work/out")" = 1 ] || fail "more than '$2'"
}

says() {
	grep -F -- "$1" "$work/out" > /dev/null || fail "no '$1'"
}

machine
look 0
[ "$(grep -cE '^(missing|hint)' "$work/out")" = 0 ] || fail "all is there"
says "ok       $nic: bound to vfio-pci"
"$ixctl" -j doctor root "$root" | python3 -c '
import json, sys
rows = json.load(sys.stdin)
assert {r["state"] for r in rows} == {"ok"}, rows
assert all(r["fix"] == [] for r in rows), rows' || fail "no JSON"

machine
echo 0 > "$root/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
look 0
finds hint "huge pages: none is reserved"
says vm.nr_hugepages=1024

machine
ln -sfn ../../drivers/i40e "$pci/devices/$nic/driver"
look 1
finds missing "a port uses it, and it is bound to i40e"
says "dpdk-devbind.py --bind=vfio-pci $nic"
says "echo 'pci $nic vfio-pci' >> /etc/dpdk/interfaces"

machine
rm "$root/usr/lib/x/dpdk/pmds-23.0/librte_net_i40e.so.23"
look 1
finds missing "$nic: DPDK's driver for it is not installed"
says "apt install librte-net-i40e23"

machine
rm -r "$root/sys/kernel/iommu_groups"
look 1
finds missing "IOMMU: off"
says "intel_iommu=on"

machine
rmdir "$pci/drivers/vfio-pci"
look 1
finds missing "the module vfio-pci is not loaded"
says "modprobe vfio-pci"

machine
put /etc/passwd "ixfabric:x:4711:4711::/:/bin/false"
put /etc/group "ixfabric:x:4711:"
chown 4711:4711 "$root/var/lib/ixfabric" 2> /dev/null || rm -r "$root/var/lib/ixfabric"
if [ "$(id -u)" = 0 ]; then
	look 1
	finds missing "the user ixfabric may not open $root/dev/vfio/7"
	says "udevadm trigger"

	# What a start as root has left.
	chown 0:0 "$root/var/lib/ixfabric"
	chown 4711:4711 "$root/dev/vfio/7"
	look 1
	finds missing "disk: $root/var/lib/ixfabric does not belong to ixfabric"
	says "chown -R ixfabric:ixfabric $root/var/lib/ixfabric"
fi

machine
rm -r "$pci/devices/$nic"
look 1
grep -F "$nic: port as64500 uses it, and there is no such PCI device" "$work/out" \
	> /dev/null || fail "an absent NIC is not named"

machine
rm -r "$root/sys/class/net/eth1"
look 1
finds missing "eth1: port as64501 uses it, and there is no such interface"

machine
echo 0-1 > "$root/sys/devices/system/cpu/online"
look 1
finds missing "workers = names the cores 2-3, and this machine has 0-1"

machine
echo > "$root/sys/devices/system/cpu/isolated"
look 0
finds hint "other programs run on the cores 2-3"
says "isolcpus=2-3"

# The unit makes its own directory, and no other.
machine
rm -r "$root/var/lib/ixfabric"
look 0
says "ok       disk: $root/var/lib/ixfabric is made when the service starts"
sed -i 's|^state = .*|state = /srv/ixfabric/sponge.json|' "$root/etc/ixfabric/ixfabric.ini"
look 1
finds missing "disk: $root/srv/ixfabric is not there"
says "install -d -o ixfabric"

machine
echo 'nonsense = 1' >> "$root/etc/ixfabric/ixfabric.ini"
look 1
grep -E "^missing +configuration: .* has errors" "$work/out" > /dev/null ||
	fail "the faulty file is not named"
says "ixctl config check"

machine
echo hpet > "$root/sys/devices/system/clocksource/clocksource0/current_clocksource"
look 0
finds hint "clock source hpet"

# Without a network there is no way to a collector; loopback alone has one.
machine
printf '[sflow]\ncollector = 192.0.2.9\n' >> "$root/etc/ixfabric/ixfabric.ini"
sed -i 's/^profile = open/&\nvlan = 10/' "$root/etc/ixfabric/ixfabric.ini"
if unshare --net --user true 2> /dev/null; then
	unshare --net --user -- "$ixctl" doctor root "$root" > "$work/out" 2>&1
	grep -E '^hint +sflow: collector 192\.0\.2\.9:6343: Network is unreachable' "$work/out" \
		> /dev/null || fail "no hint about the collector"
	says "ip route get 192.0.2.9"
fi
sed -i 's/^collector = .*/collector = 127.0.0.1/' "$root/etc/ixfabric/ixfabric.ini"
look 0
says "ok       sflow: there is a route to collector 127.0.0.1:6343"
[ "$(grep -cE '^(missing|hint)' "$work/out")" = 0 ] || fail "a hint without a cause"

# On this machine it says something, whatever it is, and changes nothing.
rc=0
"$ixctl" doctor > "$work/out" 2>&1 || rc=$?
[ $rc -le 1 ] || fail "exit code $rc"
says 'clock'
