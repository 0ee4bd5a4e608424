#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A frame from an address that is not the member's is dropped and counted by its
# reason and no other, no host receives it, and frames from the member's own
# address pass as before.
. "$(dirname "$0")/_env.sh"
need tcpdump

fabric ixp-basic 1 2 3
mesh 1 2 3
others() {
	ctl -j port drops | jq -c '[.[] | select(.reason != "mac_lock") |
		{port, reason, frames}]'
}
before=$(others)
in_host_start 1 tcpdump -i eth0 -Q in -n -l --immediate-mode -e \
	ether src 02:00:00:00:00:99 > "$run/seen" 2> "$run/tcpdump"
listener=$!
wait_for 10 grep -q 'listening on' "$run/tcpdump" || fail "no tcpdump"

in_host 3 ip link set eth0 address 02:00:00:00:00:99
pings4 3 1 > /dev/null && fail "a foreign address got through"
counted() {
	[ "$(dropped m3 mac_lock)" -ge 1 ]
}
wait_for 5 counted || fail "not counted"
[ "$(dropped m1 mac_lock)$(dropped m2 mac_lock)" = 00 ] ||
	fail "counted on the wrong port"
[ "$(others)" = "$before" ] || fail "another reason counted: $before $(others)"
ctl -j fdb show | grep 02:00:00:00:00:99 > /dev/null && fail "it was learned"

in_host 3 ip link set eth0 address 02:00:00:00:00:03
in_host 3 ip neigh flush all
mesh 1 2 3
kill -INT "$listener"
wait "$listener"
! grep -q . "$run/seen" || fail "h1 saw: $(cat "$run/seen")"
accounted
