#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# While no member sends, the threads of the daemon sleep, whatever its devices are; and
# when one does, the frame is forwarded and the fabric answers as fast as if they had
# not.  What counts is how often they wake: the time that it takes depends on the load.
. "$(dirname "$0")/_neigh.sh"

keys='arp_mode = proxy' neigh_fabric ixp-strict 1 2
mesh 1 2

# How often threads of the daemon have gone to sleep.
sleeps() {
	cat /proc/"$daemon"/task/*/status |
		awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'
}

# Less than a hundred times a second: control alone looks fifty times.  Hosts are quiet
# at some time, when the kernel has joined its groups.
rests() {
	local before

	before=$(sleeps)
	sleep 0.5
	[ $(($(sleeps) - before)) -lt 60 ]
}
wait_for 30 rests || fail "the daemon wakes more than 120 times a second"

# answers HOST ADDRESS MS: it answers within that time on a machine without load.
# Control rests, and so does each worker that the frames pass.
answers() {
	local median

	for _ in {1..9}; do
		forget 1
		in_host "$1" ping -q -c 1 -W 2 "$2" |
			sed -n 's#^rtt.* = \([0-9]*\)\..*#\1#p'
	done > "$run/times"
	median=$(sort -n "$run/times" | sed -n 5p)
	[ "$(wc -l < "$run/times")" -ge 8 ] || fail "$2: answers are missing"
	[ "$median" -lt $(($3 * $(load))) ] || fail "$2 answers after $median ms"
}
answers 1 192.0.2.2 10

# A link that changes, an operator and the end of the daemon are seen meanwhile.
wait_for 30 rests || fail "the daemon does not rest again"
ip -n h2 link set eth0 down
is_down() {
	[ "$(port_state "$1")" = down ]
}
wait_for 5 is_down m2 || fail "the link of h2 does not go down"
# The socket of an interface that was down has an error, which is readable.
ip -n h2 link set eth0 up
ip link set p2 down
wait_for 10 rests || fail "an interface that is down keeps it awake"
ip link set p2 up
wait_for 10 links_up 1 2 || fail "the link does not come up again"

# The same on devices of other kinds: the host behind the TAP device answers as fast.
# waits [TEXT]: how worker 0 waits for frames, with these ports more.
waits() {
	{
		exchange open 1 2
		# What is sent to a ring comes in by it.
		printf '[lan loop]\nprofile = open\n'
		printf '[port r1]\nlan = loop\ndevice = net_ring1\n'
		printf '[port t1]\nlan = peering\ndevice = net_tap1,iface=tap1\n'
		printf '%b' "${1-}"
	} > "$run/kinds.ini"
	ctl config apply "$run/kinds.ini" > "$run/said" 2>&1 ||
		fail "not applied: $(cat "$run/said")"
	ctl -j worker show |
		jq -r '.[0] | .wait + ":" + (.by_clock | join(" "))'
}
[ -e /dev/net/tun ] || exit 0
[ "$(waits)" = frames: ] || fail "waits for $(waits)"
ip address add 192.0.2.9/24 dev tap1
ip link set tap1 up
wait_for 10 in_host 1 ping -q -c 1 -W 1 192.0.2.9 > "$run/ping" ||
	fail "no answer by the TAP device"
wait_for 30 rests || fail "a TAP device or a ring keeps it awake"
answers 1 192.0.2.9 10

# One device that cannot be waited for: by the clock, until it has gone.
[ "$(waits '[port n1]\nlan = peering\ndevice = net_null1,no-rx=1\n')" = clock:n1:0 ] ||
	fail "waits for $(waits)"
ctl -j port show > "$run/ports"
[ "$(jq -r '.[] | select(.wait == "clock").port' "$run/ports")" = n1 ] ||
	fail "ports wait: $(jq -c 'map({port, wait})' "$run/ports")"
! rests || fail "it does not look at a device that it cannot wait for"
answers 1 192.0.2.9 10
[ "$(waits)" = frames: ] || fail "waits for $(waits)"
wait_for 30 rests || fail "the daemon does not rest without that device"
