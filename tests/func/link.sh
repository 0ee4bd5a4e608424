#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A link goes down: the port shows it and forgets its learned addresses, others
# lose no frame.  The link comes up, and its host is reached again.
. "$(dirname "$0")/_env.sh"

fabric open 1 2 3
mesh 1 2 3
port_is() {
	[ "$(port_state "$1")" = "$2" ]
}
learned() {
	ctl -j fdb show port "$1" | jq length
}
forgotten() {
	[ "$(learned "$1")" = 0 ]
}
[ "$(learned m3)" -ge 1 ] || fail "h3 was not learned"

dropped=$(kernel_drops)
numbered 1 2 2000 3 > "$run/numbers" &
numbers=$!
in_host 3 ip link set eth0 down
wait_for 5 port_is m3 down || fail "m3 is $(port_state m3)"
wait_for 5 forgotten m3 || fail "m3 keeps its addresses"
pings 1 2 > /dev/null || fail "h1 does not reach h2"
in_host 3 ip link set eth0 up
in_host 3 ip addr replace 2001:db8::3/64 dev eth0 nodad
wait_for 5 port_is m3 up || fail "m3 is $(port_state m3)"
wait_for 5 pings 1 3 || fail "h3 did not come back"
wait $numbers
cat "$run/numbers"
unharmed "$(cat "$run/numbers")" $(($(kernel_drops) - dropped)) ||
	fail "the others lost frames"
accounted
