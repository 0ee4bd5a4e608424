#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# One cable joins two member ports, so that each broadcast comes in again by both.
# If ports are locked to their addresses, no host receives it twice; if not, no
# more often than the limits allow.  Other members lose no frame, the log names
# the two ports, and traffic recovers without a restart when the cable is pulled.
. "$(dirname "$0")/_storm.sh"

ip link add p3 type veth peer name p4
ip link set p3 up
ip link set p4 up
exchange ixp-basic 1 2 3 4 5 | storm_fabric 1 2 5
in_host 1 sysctl -qw net.ipv4.neigh.eth0.mcast_solicit=1

# ask: h1 asks for 30 hosts that are not there; $asked what came of it, and
# $before and $after what m3, m4 and h5 had seen.
ask() {
	local reason=$1 n

	asked=$(counter m1 rx_broadcast)
	before=("$(dropped m3 "$reason")" "$(dropped m4 "$reason")" "$(got 5)")
	for n in {201..230}; do
		in_host 1 bash -c "echo > /dev/udp/192.0.2.$n/9"
		sleep 0.04
	done
	accounted > /dev/null
	asked=$(($(counter m1 rx_broadcast) - asked))
	[ $asked -ge 10 ] || fail "h1 asked $asked times"
	after=("$(dropped m3 "$reason")" "$(dropped m4 "$reason")" "$(got 5)")
}

broken() {
	local i

	ask mac_lock
	for i in 0 1 2; do
		[ $((after[i] - before[i])) = $asked ] ||
			fail "$asked questions: ${before[*]}, then ${after[*]}"
	done
}

# Each of m3 and m4 may send 500 a second, and as many at once.
bounded() {
	local ms most got

	ms=$(date +%s%3N)
	ask storm_bcast
	ms=$(($(date +%s%3N) - ms))
	most=$((asked + 2 * (500 + 500 * ms / 1000)))
	got=$((after[2] - before[2]))
	echo "h1 asked $asked times, h5 heard $got in $ms ms"
	[ $got -gt 1000 ] || fail "there is no loop"
	[ $got -le $((most * 102 / 100)) ] || fail "h5 received $got, not $most"
}

during broken
blamed "m3 m4" mac_lock
for port in m3 m4; do
	grep -q "loop: port $port: frames from port m1's address" "$log" ||
		fail "no log line about a loop at $port"
done

limits='storm_bcast = 500pps\ncheck = storm_bcast drop'
sed -i "s/^profile.*/profile = open\n$limits/; /^mac = .*:0[34]/d" "$ini"
ctl config apply || fail "not open"
during bounded
blamed "m3 m4" mac_lock storm_bcast

ip link del p3
heard=$(got 5)
pings4 1 2 > /dev/null || fail "h2 is lost without the loop"
pings4 1 5 > /dev/null || fail "h5 is lost without the loop"
[ $(($(got 5) - heard)) -lt 20 ] || fail "it goes on"
