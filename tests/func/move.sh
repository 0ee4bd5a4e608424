#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A host moves: its address appears behind another port, and traffic follows.
. "$(dirname "$0")/_env.sh"

fabric open 1 2 3
mesh 1 2 3
h1_is_on() {
	[ "$(ctl -j fdb show mac 02:00:00:00:00:01 | jq -r '.[].port')" = "$1" ]
}
wait_for 5 h1_is_on m1 || fail "h1 was not learned"

# h3 takes the addresses of h1, which sends no more.
in_host 1 ip link set eth0 down
in_host 3 ip addr flush dev eth0
in_host 3 ip link set eth0 address 02:00:00:00:00:01
in_host 3 ip addr add 192.0.2.1/24 dev eth0
in_host 3 ip addr add 2001:db8::1/64 dev eth0 nodad
in_host 3 ping -q -c 1 192.0.2.2 > /dev/null || fail "its frames do not arrive"
pings 2 1 > /dev/null || fail "h2 does not find h1 in its new place"
h1_is_on m3 || fail "the table does not have it on m3"
accounted
