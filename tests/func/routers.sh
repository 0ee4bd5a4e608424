#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Real routers on an exchange under ixp-strict that disables the port of each
# violation: no session is lost but where that is wanted.
#
#   h1 BIRD       h2 FRR       h3 route server, BIRD       h4 FRR
#   h5 a host with two MAC addresses, one after the other       h6 comes and goes
#
# Each has sessions with h3, by IPv4 and IPv6; h2 and h4 have one with each other,
# with BFD echo.
. "$(dirname "$0")/_routers.sh"
need chrt

workers=$(($(nproc) > 1 ? 1 : 0))
members=(1 2 3 4)

# variant K: the members' ports as they are, the rest by K.
variant() {
	exchange ixp-strict 1 2 3 4 5 | sed -E \
		-e "/^workers/a descriptors = 8192" \
		-e "/^profile/a violation = shutdown\narp_pps = $((20 + $1))" \
		-e "/^profile/a nd_pps = $((20 + $1))" \
		-e "/^profile/a check = ip4_spoof shutdown" \
		-e "/^profile/a check = ip6_spoof shutdown" \
		-e "/^profile/a check = icmp_redirect shutdown" \
		-e "/^profile/a check = nd_redirect shutdown" \
		-e '/= 02:00:00:00:00:05$/a mac = 02:00:00:00:00:15' \
		-e 's/^description = Host h(.)$/&\
ipv4 = 192.0.2.\1\
ipv6 = 2001:db8::\1/'
	[ $(($1 % 2)) = 0 ] || cat << EOT

[port m6]
device = net_af_packet6,iface=p6
lan = peering
mac = 02:00:00:00:00:$(printf %02x $((0x20 + $1)))
EOT
}

# each COMMAND LIST...: of the sessions, each with both families.
each() {
	local s family

	for s in "${@:2}"; do
		for family in 4 6; do
			wait_for 20 "$1" "${s%/*}" "${s#*/}" $family ||
				fail "$1: h${s%/*} with h${s#*/}, IPv$family"
		done
	done
}

all_up() {
	each established 3/1 3/2 3/4 1/3 2/3 2/4 4/2 4/3
	each bfd_up 3/1 3/2 1/3 2/3 2/4 4/2
}

all_routes() {
	local n of family

	for n in 1 2 4; do
		for of in 1 2 4; do
			for family in 4 6; do
				[ $n = $of ] ||
					wait_for 20 has_route $n $family $of ||
					fail "h$n has no route to h$of"
			done
		done
	done
}

# note N...: what has become of the sessions of the hosts N so far.
note() {
	local n

	for n; do
		changes "$n" > "$run/changes$n"
	done
}

# unchanged N...: no session of the hosts N has changed since.
unchanged() {
	local n

	for n; do
		changes "$n" | diff "$run/changes$n" - ||
			fail "$what: a session of h$n has changed"
	done
	echo "$what: done after $SECONDS s"
	for n in "${members[@]}" 5; do
		[ "$(port_state "m$n")" = up ] ||
			fail "$what: m$n is $(port_state "m$n")"
	done
}

for n in "${members[@]}" 5 6; do
	host "$n"
	in_host "$n" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
done
variant 0 | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 4 5 || fail "the links did not come up"
hurry || skip "no right to put the worker first"
mesh 1 2 3 4 5
server=yes bird_start 3 1/all 2/bfd 4/ttl
bird_start 1 3/all
frr_start 2 3/bfd 4/echo
frr_start 4 2/echo 3/ttl
all_up
all_routes
echo "all sessions are up after $SECONDS s"
note "${members[@]}"

what='30 applies'
for k in $(seq 1 30); do
	variant "$k" > "$run/next.ini"
	ctl config apply "$run/next.ini" > "$run/apply" 2>&1 || {
		cat "$run/apply"
		fail "apply $k"
	}
done
unchanged "${members[@]}"

# h1 and h2 are asked to forward to each other what h4 sends, so send it back onto
# the LAN, and tell h4 of the shorter way: of IPv6 h2 does, which has learned the
# link-local address of h1.
sent_back() {
	[ "$(dropped m1 ip4_spoof)" -gt 0 ] &&
		[ "$(dropped m1 ip6_spoof)" -gt 0 ] &&
		[ "$(dropped m1 icmp_redirect)" -gt 0 ] &&
		[ "$(dropped m2 nd_redirect)" -gt 0 ]
}

in_host 4 ip route add 203.0.113.33/32 via 192.0.2.1
in_host 4 ip route add 2001:db8:f2::1/128 via 2001:db8::1
in_host 4 ip route add 2001:db8:f1::1/128 via 2001:db8::2
ask_back() {
	in_host 4 ping -q -c 3 -i 0.1 -W 0.1 203.0.113.33
	in_host 4 ping -q -c 3 -i 0.1 -W 0.1 -I 2001:db8::4 2001:db8:f2::1
	in_host 4 ping -q -c 3 -i 0.1 -W 0.1 -I 2001:db8::4 2001:db8:f1::1
	sent_back
}
wait_for 10 ask_back || fail "nothing was sent back: $(
	ctl -j port drops | jq -c '.[] | select(.frames > 0)')"
what='30 applies and a way back' unchanged "${members[@]}"

# The router is replaced by another with the other address, which says nothing.
pings 1 5 > /dev/null || fail "h1 does not reach h5"
in_host 5 ip link set eth0 address 02:00:00:00:00:15
reach() {
	in_host 1 ping -q -c 1 -W 1 192.0.2.5 &&
		in_host 1 ping -q -c 1 -W 1 2001:db8::5
}
wait_for 20 reach || fail "h1 does not reach the other router: $(
	ip -n h1 neigh)"
what='a router replaced' unchanged "${members[@]}"

# RFC 8327: BGP of the member ends by its hold time, BFD does not, and the others
# do not notice.
what='a cull'
ctl port cull m1 on > /dev/null || fail "no cull"
ended_with() {
	! established 3 "$1" 4 && ! established 3 "$1" 6
}
wait_for $((hold * 2)) ended_with 1 || fail "BGP of h1 is still up"
each bfd_up 1/3 3/1
unchanged 2 4
ctl port cull m1 off > /dev/null || fail "no end of the cull"
all_up
unchanged 2 4

what='a link that flaps'
note "${members[@]}"
ip link set p2 down
wait_for 20 ended_with 2 || fail "BGP of h2 is still up"
ip link set p2 up
wait_for 10 links_up 2 || fail "the link of m2 did not come up"
all_up
all_routes
unchanged 1

# Until control sees that a link is down, frames wait in vain for room.
drops_only ip4_spoof ip6_spoof icmp_redirect nd_redirect bgp_cull egress_cull \
	mld nd_rs tx_down tx_full unknown_unicast
for n in 1 3 4 5; do
	[ "$(dropped m$n tx_full)" = 0 ] || fail "m$n has had too little room"
done
for n in 3 4 5; do
	for reason in ip4_spoof ip6_spoof nd_redirect; do
		[ "$(dropped "m$n" $reason)" = 0 ] || fail "m$n: $reason"
	done
done
accounted > /dev/null
echo "all is up again after $SECONDS s"
routers_stop
