#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Under an ixp profile a member floods the exchange: with ARP, with other
# broadcast, with faulty neighbour discovery.  What the others get of it is what
# the meters let through, two members lose none of their frames, and the one
# port is named with its reasons.
. "$(dirname "$0")/_storm.sh"

limits='arp_pps = 2000\narp_burst = 1000\nstorm_bcast = 5000pps'
exchange ixp-basic 1 2 3 4 | sed "/^profile/a $limits" | storm_fabric 1 2 3 4

# The meter lets through its burst at once, and its rate from then on.
arp_storm() {
	local before

	before=$(got 4)
	flood arp 5
	about $((1000 + 2000 * ms / 1000)) $(($(got 4) - before))
}

# unreceived KIND: no other host receives any of it.
unreceived() {
	local before

	before=$(got 4)
	flood "$1" 2
	[ "$(got 4)" = "$before" ] ||
		fail "h4 received $(($(got 4) - before)) of $1"
}

during arp_storm
blamed m3 arp_rate
during unreceived dhcp
during unreceived nd
blamed m3 arp_rate bcast_not_arp \
	ipv6_mcast_not_nd nd_fragment nd_hoplimit nd_malformed
