#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A frame to one member is seen by that member only.
. "$(dirname "$0")/_env.sh"
need tcpdump

fabric open 1 2 3
mesh 1 2 3
in_host_start 3 tcpdump -i eth0 -Q in -n -p -U --immediate-mode \
	-w "$run/h3.pcap" ip 2> "$run/tcpdump"
listener=$!
wait_for 10 grep -q 'listening on' "$run/tcpdump" || fail "no tcpdump"
in_host 1 ping -q -c 200 -i 0.002 192.0.2.2 > /dev/null ||
	fail "h1 does not reach h2"
# A frame that h3 must see, so that silence is not taken for a proof.
in_host 1 ping -q -c 1 192.0.2.3 > /dev/null || fail "h1 does not reach h3"
seen() {
	tcpdump -n -r "$run/h3.pcap" "$@" 2> /dev/null | wc -l
}
own_seen() {
	[ "$(seen dst host 192.0.2.3)" = 1 ]
}
wait_for 5 own_seen || fail "h3 did not see its own frame"
[ "$(seen not dst host 192.0.2.3)" = 0 ] ||
	fail "h3 saw $(seen not dst host 192.0.2.3) frames of others"
kill -INT "$listener"
accounted
