#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# With arp_mode = proxy the fabric answers in place of whoever has an address, and
# he hears nothing; but who doubts what he knows, and asks him alone, gets his
# own answer.
#
#   h1 and h2 ask for each other        h3 listens
. "$(dirname "$0")/_neigh.sh"

keys='arp_mode = proxy' neigh_fabric ixp-strict 1 2 3
mesh 1 2 3

# Questions that were answered by the fabric, and sent to nobody.
answers() {
	echo $(($(dropped m1 sponge_suppressed) + $(dropped m2 sponge_suppressed)))
}

# asks A B ADDRESS: host A finds host B by the address, and nobody hears of it.
asks() {
	local before

	unlisten
	listen 1 2 3
	before=$(answers)
	forget "$1" "$2"
	in_host "$1" ping -q -c 1 -W 1 "$3" > /dev/null ||
		fail "h$1 does not reach $3"
	neighbour_is "$1" "$3" "02:00:00:00:00:0$2" ||
		fail "$3 is at $(neighbour "$1" "$3")"
	[ "$(answers)" -ge $((before + 2)) ] ||
		fail "$(($(answers) - before)) answers"
	mark "$1" "$2" 3
	[ "$(questions "$2" "$3")" = 0 ] || fail "h$2 is asked"
	[ "$(questions 3 "h$1")" = 0 ] || fail "h3 is asked"
}
asks 1 2 192.0.2.2
asks 2 1 192.0.2.1
asks 1 2 2001:db8::2
asks 2 1 2001:db8::1

# doubts A B ADDRESS: host A asks host B alone, and is answered by nobody else.
doubts() {
	local before heard

	before=$(answers)
	heard=$(questions "$2" "$3")
	ip -n "h$1" neigh replace "$3" dev eth0 \
		lladdr "02:00:00:00:00:0$2" nud probe
	wait_for 5 neighbour_reachable "$1" "$3" ||
		fail "$3 is $(neighbour_state "$1" "$3")"
	mark "$1" "$2"
	[ "$(questions "$2" "$3")" -gt "$heard" ] || fail "h$2 was not asked"
	[ "$(answers)" = "$before" ] || fail "the fabric answered, too"
}
doubts 1 2 192.0.2.2
doubts 1 2 2001:db8::2

# Nobody can be answered for whom nobody knows: all are asked.
in_host 1 ping -q -c 1 -W 1 192.0.2.99 > /dev/null && fail "192.0.2.99 answers"
in_host 1 ping -q -c 1 -W 1 2001:db8::99 > /dev/null &&
	fail "2001:db8::99 answers"
mark 1 2 3
for n in 2 3; do
	for address in 192.0.2.99 2001:db8::99; do
		[ "$(questions $n $address)" -ge 1 ] ||
			fail "h$n was not asked for $address"
	done
done
accounted
drops_only mld nd_rs ipv4_mcast sponge_suppressed
