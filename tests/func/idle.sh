#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# While no member sends, the threads of the daemon sleep; and when one does, the frame
# is forwarded and the fabric answers as fast as if they had not.
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
	sleep 1
	[ $(($(sleeps) - before)) -lt 120 ]
}
wait_for 30 rests || fail "the daemon wakes more than 120 times a second"

# The request is answered by control, which rests, and the answer sent by a worker,
# which rests, too.
for _ in {1..15}; do
	forget 1
	in_host 1 ping -q -c 1 -W 2 192.0.2.2 |
		sed -n 's#^rtt.* = \([0-9]*\)\..*#\1#p'
done > "$run/times"
median=$(sort -n "$run/times" | sed -n 8p)
[ "$(wc -l < "$run/times")" -ge 14 ] || fail "answers are missing"
[ "$median" -lt $((10 * $(load))) ] || fail "an answer takes $median ms"

# A link that changes, an operator and the end of the daemon are seen meanwhile.
wait_for 30 rests || fail "the daemon does not rest again"
ip -n h2 link set eth0 down
is_down() {
	[ "$(port_state "$1")" = down ]
}
wait_for 5 is_down m2 || fail "the link of h2 does not go down"
