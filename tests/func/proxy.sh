#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# With arp_mode = proxy the fabric answers in place of the owner of an address, and
# the owner gets no request; but a unicast request is answered by the owner.
#
#   h1 and h2 request each other        h3 captures
. "$(dirname "$0")/_neigh.sh"

keys='arp_mode = proxy' neigh_fabric ixp-strict 1 2 3
mesh 1 2 3

# Requests that were answered by the fabric and not forwarded.
answers() {
	echo $(($(dropped m1 sponge_suppressed) + $(dropped m2 sponge_suppressed)))
}

# finds A B ADDRESS: host A finds host B by the address; no host gets the request.
finds() {
	local before

	end_capture
	capture 1 2 3
	before=$(answers)
	forget "$1" "$2"
	answers_to "$1" "$3" ||
		fail "h$1 does not reach $3"
	neighbour_is "$1" "$3" "02:00:00:00:00:0$2" ||
		fail "$3 is at $(neighbour "$1" "$3")"
	[ "$(answers)" -ge $((before + 2)) ] ||
		fail "$(($(answers) - before)) answers"
	mark "$1" "$2" 3
	[ "$(requests "$2" "$3")" = 0 ] || fail "h$2 gets requests"
	[ "$(requests 3 "h$1")" = 0 ] || fail "h3 gets requests"
}
finds 1 2 192.0.2.2
finds 2 1 192.0.2.1
finds 1 2 2001:db8::2
finds 2 1 2001:db8::1

# checks A B ADDRESS: host A sends a unicast request to host B, which alone
# answers it.
checks() {
	local before requests

	before=$(answers)
	requests=$(requests "$2" "$3")
	ip -n "h$1" neigh replace "$3" dev eth0 \
		lladdr "02:00:00:00:00:0$2" nud probe
	wait_for 5 neighbour_reachable "$1" "$3" ||
		fail "$3 is $(neighbour_state "$1" "$3")"
	mark "$1" "$2"
	[ "$(requests "$2" "$3")" -gt "$requests" ] || fail "h$2 got no request"
	[ "$(answers)" = "$before" ] || fail "the fabric answered, too"
}
checks 1 2 192.0.2.2
checks 1 2 2001:db8::2

# A request for an address without owner goes to all.
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null && fail "192.0.2.99 answers"
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null &&
	fail "2001:db8::99 answers"
mark 1 2 3
for n in 2 3; do
	for address in 192.0.2.99 2001:db8::99; do
		[ "$(requests $n $address)" -ge 1 ] ||
			fail "h$n got no request for $address"
	done
done
accounted
drops_only mld nd_rs ipv4_mcast sponge_suppressed
