#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Under an ixp profile who asks for an address, by ARP or by neighbour
# solicitation, disturbs its owner and nobody else.
#
#   h1 asks        h2 is asked        h3, h4 are to hear nothing
. "$(dirname "$0")/_neigh.sh"

neigh_fabric ixp-strict 1 2 3 4
near2=fe80::ff:fe00:2
mesh 1 2 3 4
# The fabric learns who has a link-local address from who uses it.
in_host 2 ping -q -c 1 -W 2 fe80::ff:fe00:4%eth0 > /dev/null ||
	fail "no link-local address"

# nobody_else: h3 and h4 have heard no question of h1.
nobody_else() {
	local n

	mark 1 3 4
	for n in 3 4; do
		[ "$(questions $n h1)" = 0 ] || {
			tcpdump -n -e -r "$run/h$n.pcap"
			fail "h$n heard questions"
		}
	done
}

# asked ADDRESS [%DEVICE]: h1 finds h2, and h2 alone was asked.
asked() {
	forget 1
	in_host 1 ping -q -c 1 -W 2 "$1${2-}" > /dev/null ||
		fail "h1 does not reach $1"
	neighbour_is 1 "$1" 02:00:00:00:00:02 ||
		fail "$1 is at $(neighbour 1 "$1")"
	mark 1 2
	[ "$(questions 2 "$1")" -ge 1 ] || fail "nobody was asked for $1"
	nobody_else
}

listen 1 2 3 4
asked 192.0.2.2
asked 2001:db8::2
asked $near2 %eth0

# A kernel that doubts what it knows asks the owner directly.
doubt() {
	local before

	before=$(questions 2 "$1")
	ip -n h1 neigh replace "$1" dev eth0 lladdr 02:00:00:00:00:02 nud probe
	wait_for 5 neighbour_reachable 1 "$1" ||
		fail "$1 is $(neighbour_state 1 "$1") after a unicast question"
	mark 1 2
	[ "$(questions 2 "$1")" -gt "$before" ] || fail "the owner was not asked"
	nobody_else
}
doubt 192.0.2.2
doubt 2001:db8::2
doubt $near2

# Who wants an address asks its owner, who defends it (RFC 5227, RFC 4862).
is_free() {
	in_host "$1" "$build/tests/func/ask" eth0 "$2" free
}
[ "$(is_free 1 192.0.2.2)" = "taken 02:00:00:00:00:02" ] ||
	fail "192.0.2.2 is free"
dad 1 2001:db8::2 && fail "2001:db8::2 is free"
ip -n h1 addr del 2001:db8::2/64 dev eth0
nobody_else
# ... or its own.
ip -n h2 addr del 192.0.2.2/24 dev eth0
[ "$(is_free 2 192.0.2.2)" = free ] || fail "192.0.2.2 is taken"
ip -n h2 addr add 192.0.2.2/24 dev eth0
ip -n h2 addr del 2001:db8::2/64 dev eth0
dad 2 2001:db8::2 || fail "2001:db8::2 is taken"
forget 1
mesh 1 2

# An address that nobody has: all are asked, unless the LAN says otherwise.
unlisten
listen 2 3 4
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null && fail "192.0.2.99 answers"
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null &&
	fail "2001:db8::99 answers"
mark 1 3 4
for n in 3 4; do
	for address in 192.0.2.99 2001:db8::99; do
		[ "$(questions $n $address)" -ge 1 ] ||
			fail "h$n was not asked for $address"
	done
done
keys='unknown_arp = drop' bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
unlisten
listen 2 3 4
forget 1
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null
nobody_else
mark 1 2
[ "$(questions 2 h1)" = 0 ] || fail "h2 heard questions"
[ "$(dropped m1 unknown_arp)" -ge 2 ] || fail "unknown_arp does not count"
mesh 1 2 3 4

# h2 has one address more: nobody believes it before the configuration does.
ip -n h2 addr add 192.0.2.22/24 dev eth0
dad 2 2001:db8::22 || fail "2001:db8::22 is taken"
reached() {
	in_host 1 ping -q -c 1 -W 1 "$1" > "$run/ping" 2>&1
}
reached 192.0.2.22 && fail "192.0.2.22 before it is configured"
reached 2001:db8::22 && fail "2001:db8::22 before it is configured"
keys='' bound ixp-strict 1 2 3 4 |
	sed -E 's/^ipv[46] = .*:?[.:]2$/&\n&2/' | config
ctl config apply > /dev/null || fail "apply"
forget 1
reached 192.0.2.22 || fail "192.0.2.22: $(cat "$run/ping")"
reached 2001:db8::22 || fail "2001:db8::22: $(cat "$run/ping")"
unlisten
listen 1 2 3 4
asked 192.0.2.22
asked 2001:db8::22

accounted
drops_only mld nd_rs ipv4_mcast unknown_arp arp_spa_spoof nd_target_spoof
