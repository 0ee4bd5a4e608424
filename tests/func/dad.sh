#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Duplicate address detection (RFC 5227, RFC 4862) finds an address taken when a
# host has it, in each arp_mode, and when it is static; a dead address is free.
. "$(dirname "$0")/_sponge.sh"

# is_taken6 N ADDRESS: host N finds that the IPv6 address is taken.
is_taken6() {
	dad "$1" "$2" && fail "h$1 gets $2"
	ip -n "h$1" addr del "$2/64" dev eth0
}

# taken A B MAC: host A finds that the addresses of B are taken, by MAC.
taken() {
	local result

	result=$(free4 "$1" "192.0.2.$2")
	[ "$result" = "taken $3" ] || fail "to h$1 192.0.2.$2 is $result"
	is_taken6 "$1" "2001:db8::$2"
}

# leaves N: host N has no global address any more.
leaves() {
	ip -n "h$1" -4 addr flush dev eth0
	ip -n "h$1" addr del "2001:db8::$1/64" dev eth0
}

# takes A B: host A takes the addresses of B, which are free.
takes() {
	local result

	result=$(free4 "$1" "192.0.2.$2")
	[ "$result" = free ] || fail "to h$1 192.0.2.$2 is $result"
	ip -n "h$1" addr add "192.0.2.$2/24" dev eth0
	dad "$1" "2001:db8::$2" || fail "2001:db8::$2 is not free"
}

none_is_dead() {
	! sponge_state 192.0.2.2 dead && ! sponge_state 2001:db8::2 dead
}

both_are() {
	sponge_state 192.0.2.2 "$1" && sponge_state 2001:db8::2 "$1"
}

set_both() {
	local address

	for address in 192.0.2.2 2001:db8::2; do
		ctl sponge set "$1" $address > /dev/null ||
			fail "$address cannot be $1"
	done
	wait_for 5 both_are "$1" || fail "they do not become $1"
}

# Probes of a dead address take longer than the new host waits.
pending=$((3 * $(load)))
keys=$(sponge_keys) neigh_fabric ixp-strict 1 2 3
mesh 1 2 3
for mode in unicast flood proxy; do
	keys=$(sponge_keys "arp_mode = $mode") bound ixp-strict 1 2 3 | config
	ctl config apply > /dev/null || fail "apply"
	taken 3 2 02:00:00:00:00:02

	leaves 2
	set_both dead
	takes 2 2
	wait_for 5 none_is_dead || fail "an address is taken, and dead"
	forget 1
	mesh 1 2
	wait_for 5 both_are alive || fail "taken, and not alive"
done

# Address detection does not release a static address.
leaves 2
set_both static
taken 2 2 $sponge_mac
taken 3 2 $sponge_mac
both_are static || fail "not static any more"
set_both alive
takes 2 2
forget 1
mesh 1 2

# Without bindings any host may take it, but only if it is free.
sponge_keys | sed 's/\\n/\n/g' > "$run/keys"
bound open 1 2 3 | sed -e '/^description/,/^ipv6/d' -e "/^profile/r $run/keys" |
	config
ctl config apply > /dev/null || fail "apply"
mesh 1 2 3
taken 3 2 02:00:00:00:00:02
leaves 2
set_both dead
takes 3 2
forget 1
mesh 1 2
neighbour_is 1 192.0.2.2 02:00:00:00:00:03 || fail "192.0.2.2 is not h3"
accounted
