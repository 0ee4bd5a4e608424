#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Under an ixp profile an ARP request or neighbour solicitation reaches the owner
# of the address and no other host.
#
#   h1 requests        h2 is the owner        h3, h4 must get nothing
. "$(dirname "$0")/_neigh.sh"

neigh_fabric ixp-strict 1 2 3 4
near2=fe80::ff:fe00:2
mesh 1 2 3 4
# The fabric learns the owner of a link-local address from its use.
answers_to 2 fe80::ff:fe00:4%eth0 || fail "no link-local address"

# no_other: h3 and h4 have got no request of h1.
no_other() {
	local n

	mark 1 3 4
	for n in 3 4; do
		[ "$(requests $n h1)" = 0 ] || {
			tcpdump -n -e -r "$run/h$n.pcap"
			fail "h$n got requests"
		}
	done
}

# found ADDRESS [%DEVICE]: h1 finds h2, and h2 alone got the request.
found() {
	forget 1
	answers_to 1 "$1${2-}" || fail "h1 does not reach $1"
	neighbour_is 1 "$1" 02:00:00:00:00:02 ||
		fail "$1 is at $(neighbour 1 "$1")"
	mark 1 2
	[ "$(requests 2 "$1")" -ge 1 ] || fail "h2 got no request for $1"
	no_other
}

capture 1 2 3 4
found 192.0.2.2
found 2001:db8::2
found $near2 %eth0

# A kernel that checks an entry sends a unicast request to the owner.
check() {
	local before

	before=$(requests 2 "$1")
	ip -n h1 neigh replace "$1" dev eth0 lladdr 02:00:00:00:00:02 nud probe
	wait_for 5 neighbour_reachable 1 "$1" ||
		fail "$1 is $(neighbour_state 1 "$1") after a unicast request"
	mark 1 2
	[ "$(requests 2 "$1")" -gt "$before" ] || fail "the owner got no request"
	no_other
}
check 192.0.2.2
check 2001:db8::2
check $near2

# Duplicate address detection reaches the owner, which defends its address (RFC
# 5227, RFC 4862).
[ "$(free4 1 192.0.2.2)" = "taken 02:00:00:00:00:02" ] ||
	fail "192.0.2.2 is free"
dad 1 2001:db8::2 && fail "2001:db8::2 is free"
ip -n h1 addr del 2001:db8::2/64 dev eth0
no_other
# ... or its own.
ip -n h2 addr del 192.0.2.2/24 dev eth0
[ "$(free4 2 192.0.2.2)" = free ] || fail "192.0.2.2 is taken"
ip -n h2 addr add 192.0.2.2/24 dev eth0
ip -n h2 addr del 2001:db8::2/64 dev eth0
dad 2 2001:db8::2 || fail "2001:db8::2 is taken"
forget 1
mesh 1 2

# Requests for an address without owner go to all, unless unknown_arp is drop.
end_capture
capture 2 3 4
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null && fail "192.0.2.99 answers"
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null &&
	fail "2001:db8::99 answers"
mark 1 3 4
for n in 3 4; do
	for address in 192.0.2.99 2001:db8::99; do
		[ "$(requests $n $address)" -ge 1 ] ||
			fail "h$n got no request for $address"
	done
done
keys='unknown_arp = drop' bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
end_capture
capture 2 3 4
forget 1
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null
no_other
mark 1 2
[ "$(requests 2 h1)" = 0 ] || fail "h2 got requests"
[ "$(dropped m1 unknown_arp)" -ge 2 ] || fail "unknown_arp does not count"
mesh 1 2 3 4

# h2 has one more address: it is not reached before it is configured.
ip -n h2 addr add 192.0.2.22/24 dev eth0
dad 2 2001:db8::22 || fail "2001:db8::22 is taken"
reached() {
	in_host 1 ping -q -c 1 -W 1 "$1" > /dev/null 2>&1
}
reached 192.0.2.22 && fail "192.0.2.22 before it is configured"
reached 2001:db8::22 && fail "2001:db8::22 before it is configured"
keys='' bound ixp-strict 1 2 3 4 |
	sed -E 's/^ipv[46] = .*:?[.:]2$/&\n&2/' | config
ctl config apply > /dev/null || fail "apply"
forget 1
answers_to 1 192.0.2.22 || fail "192.0.2.22 is not reached"
answers_to 1 2001:db8::22 || fail "2001:db8::22 is not reached"
end_capture
capture 1 2 3 4
found 192.0.2.22
found 2001:db8::22

accounted
drops_only mld nd_rs ipv4_mcast unknown_arp arp_spa_spoof nd_target_spoof
