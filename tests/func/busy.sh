#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A member that sends data, as much as an interface takes, is never taken for dead,
# however many requests there are for it, though its kernel answers none.
#
#   h1 requests        h2 sends to h3        h3 receives
. "$(dirname "$0")/_sponge.sh"
need chrt

workers=$(($(nproc) > 1 ? 1 : 0))
depth=1000
enough=$((depth + depth / 5)) # also if h2 sends a moment longer
limits=('arp_pps = 100000' 'arp_burst = 10000' 'nd_pps = 100000'
	'nd_burst = 10000' 'storm_bcast = off' 'storm_mcast = off')
keys=$(sponge_keys "${limits[@]}") neigh_fabric ixp-strict 1 2 3
mesh 1 2 3
hurry || skip "no right to put the worker first"
ip -n h2 -4 addr flush dev eth0
ip -n h2 addr del 2001:db8::2/64 dev eth0

# request_often: h1 requests both addresses of h2 until $enough requests have been
# counted: a busy machine may lose some.
request_often() {
	local arp nd

	arp=$(sponge_counter arp_requests)
	nd=$(sponge_counter nd_solicitations)
	until [ $(($(sponge_counter arp_requests) - arp)) -gt $enough ] &&
		[ $(($(sponge_counter nd_solicitations) - nd)) -gt $enough ]; do
		request 1 192.0.2.2 500 1000 &
		request 1 2001:db8::2 500 1000
		wait $! || fail "h1 cannot send requests"
		[ $SECONDS -lt $((10 * $(slowness))) ] || fail "the requests do not arrive"
	done
}

sponge_counter() {
	ctl -j sponge stats | jq ".[0].$1"
}

suspects() {
	sponge_counter transitions.pending
}

in_host_start 2 "$build/tests/func/flood" data eth0 60 02:00:00:00:00:03
flood=$!
before=$(counter m2 rx_frames)
sends() {
	[ "$(counter m2 rx_frames)" -gt $((before + 1000)) ]
}
wait_for 5 sends || fail "h2 does not send"
before=$(counter m2 rx_frames)
begun=$(date +%s%N)
request_often
frames=$(($(counter m2 rx_frames) - before))
ms=$((($(date +%s%N) - begun) / 1000000))
echo "$enough requests or more for each address, and $frames frames of h2 in $ms ms"
ended $flood && fail "h2 has stopped to send"
[ "$(suspects)" = 0 ] || fail "h2 is pending, and sends all the time"
sponge_state 192.0.2.2 alive || fail "192.0.2.2 is not alive"
sponge_state 2001:db8::2 alive || fail "2001:db8::2 is not alive"
kill $flood
wait $flood

# The same number of requests is enough when it is silent.
request_often
[ "$(suspects)" = 2 ] || fail "$(suspects) addresses are pending, not both"
accounted
