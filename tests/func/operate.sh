#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Manual settings, with hosts: a port is taken down and up, BGP is culled and
# forwarded again (RFC 8327), a flapping link is held down, and an apply ends the
# manual settings.
. "$(dirname "$0")/_env.sh"
need iperf3

fabric ixp-basic 1 2 3
mesh 1 2 3

# tcp A B PORT: host A opens a connection to host B at PORT, by IPv4 and by IPv6,
# and moves data.
tcp() {
	local patience
	patience=$(slowness)

	tcp_to "$1" "$2" "$3" "192.0.2.$2" && tcp_to "$1" "$2" "$3" "2001:db8::$2"
}

tcp_to() {
	local server rc=0

	: > "$run/server"
	in_host_start "$2" iperf3 -s -1 -p "$3" --forceflush > "$run/server" 2>&1
	server=$!
	wait_for 5 grep -q listening "$run/server" || fail "no server on h$2"
	in_host "$1" timeout $((4 * ${patience:-1})) iperf3 -c "$4" -p "$3" -n 10K \
		--connect-timeout $((700 * ${patience:-1})) > "$run/client" 2>&1 || rc=1
	kill "$server" 2> /dev/null
	wait "$server" 2> /dev/null
	return $rc
}

# cull_count PORT: its BGP frames culled so far, in and out.
cull_count() {
	echo $(($(dropped "$1" bgp_cull) + $(dropped "$1" egress_cull)))
}

# port_is PORT STATE...: it is in one of these.
port_is() {
	[[ " ${*:2} " = *" $(port_state "$1") "* ]]
}

# A port down, and up again.
ctl port down m2 > "$run/down" || fail "port down"
grep -q 'port m2: off' "$run/down" || fail "$(cat "$run/down")"
grep -qx 'until ixctl port up m2, or an apply that changes the port' "$run/down" ||
	fail "$(cat "$run/down")"
pings 1 2 -W 1 > /dev/null && fail "h2 is reached by a port that is down"
in_host 2 ping -q -c 2 -i 0.05 -W 1 192.0.2.1 > /dev/null
[ "$(dropped m2 port_disabled)" -ge 1 ] || fail "port_disabled does not count"
pings 1 3 > /dev/null || fail "h3 suffers from what was done to h2"
ctl status | grep 'override .*port m2: state down' > /dev/null || fail "not in status"
ctl -j status | jq -e '.healthy and (.overrides | length) == 1' > /dev/null ||
	fail "$(ctl -j status)"
ctl port up m2 | grep 'port m2: up' > /dev/null || fail "port up"
wait_for 5 pings 1 2 || fail "h2 did not come back"
ctl -j status | jq -e '.overrides == []' > /dev/null || fail "not taken back"

# BGP culled, nothing else.
tcp 1 2 179 || fail "no BGP to begin with: $(cat "$run/client")"
ctl port cull m2 on > "$run/cull" || fail "port cull"
grep -q '0 frames dropped' "$run/cull" || fail "$(cat "$run/cull")"
grep -q 'ixctl port cull m2 off' "$run/cull" || fail "no word on its end"
tcp_to 1 2 179 192.0.2.2 && fail "BGP to a culled port, IPv4"
tcp_to 1 2 179 2001:db8::2 && fail "BGP to a culled port, IPv6"
tcp_to 2 1 179 192.0.2.1 && fail "BGP from a culled port, IPv4"
tcp_to 2 1 179 2001:db8::1 && fail "BGP from a culled port, IPv6"
[ "$(cull_count m2)" -ge 4 ] || fail "culled: $(cull_count m2)"
[ "$(cull_count m1)" = 0 ] || fail "counted on a port that is not culled"
pings 1 2 > /dev/null || fail "no ping while BGP is culled"
tcp 1 2 180 || fail "other TCP is culled: $(cat "$run/client")"
tcp 1 3 179 || fail "BGP of others is culled: $(cat "$run/client")"
ctl port cull m2 off > /dev/null || fail "port cull off"
tcp 1 2 179 || fail "no BGP after it: $(cat "$run/client")"

# The whole fabric: an apply that does not change it leaves it culled.
ctl fabric cull on > /dev/null || fail "fabric cull"
tcp_to 1 3 179 192.0.2.3 && fail "BGP through a culled fabric"
ctl -j port show | jq -e 'all(.[]; .culled)' > /dev/null || fail "not shown"
ctl config apply > /dev/null || fail "apply"
ctl -j status | jq -e '.overrides | length == 1' > /dev/null ||
	fail "the apply ended the override"
tcp_to 1 3 179 192.0.2.3 && fail "BGP after an apply without a change"
ctl fabric cull off > /dev/null || fail "fabric cull off"
ctl -j status | jq -e '.overrides == []' > /dev/null || fail "an override is left"
tcp 1 3 179 || fail "no BGP after the cull: $(cat "$run/client")"

# Four changes of a link are too many.
for _ in 1 2; do
	in_host 3 ip link set eth0 down
	wait_for 5 port_is m3 down || fail "m3 is $(port_state m3)"
	in_host 3 ip link set eth0 up
	wait_for 5 port_is m3 up flapping || fail "m3 is $(port_state m3)"
done
port_is m3 flapping || fail "m3 is $(port_state m3)"
pings 1 2 > /dev/null || fail "the others suffer"
ctl port up m3 | grep 'link flaps' > /dev/null || fail "port up does not end it"
in_host 3 ip addr replace 2001:db8::3/64 dev eth0 nodad
wait_for 5 pings 1 3 || fail "h3 did not come back"

ctl port down m4 > "$run/unknown" 2>&1
[ $? = 1 ] || fail "a port that is not there"
grep -q "did you mean 'm[123]'" "$run/unknown" || fail "$(cat "$run/unknown")"
accounted
drops_only port_disabled bgp_cull egress_cull unknown_unicast ipv4_mcast mld
