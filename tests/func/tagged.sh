#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A reseller's trunk carries two members by VLAN tag; a third has a port of its
# own.  Each has rules of its own, and each reaches the others.
#
#   h4 -- 101 --+
#               h1 [eth0] --tags-- [t1]  ixfabricd  [p3] ---- h3
#   h5 -- 102 --+
. "$(dirname "$0")/_env.sh"
need tc
[ -e /dev/net/tun ] || skip "no /dev/net/tun"

host 1
host 3
in_host 1 ip addr flush dev eth0
for n in 4 5; do
	host $n
	ip link set p$n netns h1
	ip -n h1 link set p$n up
done
{
	exchange ixp-basic 3
	cat << 'EOF_INI'

[port trunk]
device = net_tap1,iface=t1

[port m4]
parent = trunk
tag = 101
lan = peering
mac = 02:00:00:00:00:04

[port m5]
parent = trunk
tag = 102
lan = peering
mac = 02:00:00:00:00:05
EOF_INI
} | config
fabric_start || fail "no fabric"
tap 1
in_host_start 1 "$build/tests/func/tagger" eth0 101=p4 102=p5 > "$run/tagger"
wait_for 5 grep -q ready "$run/tagger" || fail "no tagger"
wait_for 10 links_up 3 4 5 || fail "the links did not come up"
mesh 3 4 5
[ "$(dropped m4 mac_lock)" = 0 ] || fail "h4 was refused"

# h5's address behind h4's tag.
in_host 5 ip link set eth0 down
in_host 4 ip link set eth0 address 02:00:00:00:00:05
pings4 4 3 > /dev/null && fail "a neighbour's address got through"
[ "$(dropped m4 mac_lock)" -gt 0 ] || fail "not counted on m4"
[ "$(dropped m5 mac_lock)" = 0 ] || fail "counted on m5"

# No tag.
in_host 1 ip addr add 192.0.2.1/24 dev eth0
pings4 1 3 > /dev/null && fail "an untagged frame got into the LAN"
untagged() {
	[ "$(dropped trunk untagged_not_allowed)" -gt 0 ]
}
wait_for 5 untagged || fail "untagged frames are not counted"
accounted
