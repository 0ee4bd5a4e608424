# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# The test of sponge.sh and sponge6.sh: the address of h2, of $family, dies and is
# sponged; it comes back, and all hosts reach it within a second, whatever its
# first sign of life is.
. "$(dirname "${BASH_SOURCE[0]}")/_sponge.sh"

if [ "${family:?}" = 4 ]; then
	two=192.0.2.2 three=192.0.2.3 own=192.0.2.251 length=24 cache=arp_cache
	notify=net.ipv4.conf.eth0.arp_notify options=()
else
	two=2001:db8::2 three=2001:db8::3 own=fe80::53:ff:fe00:1 length=64 cache=ndisc_cache
	notify=net.ipv6.conf.eth0.ndisc_notify options=(nodad)
fi

# The last that the fabric has of it is a request for an address of the fabric,
# and the kernels of the others have nothing to ask it.
dies() {
	quiet
	capture 3
	request 2 "$own" 1 1
	mark 2 3
	end_capture
	ip -n h2 addr del $two/$length dev eth0
}

returns() {
	ip -n h2 addr add $two/$length dev eth0 "${options[@]}"
}

ping_three() {
	in_host 2 ping -q -c 1 -W "$(slowness)" -I $two $three > /dev/null
}

# Data alone, to a host whose MAC address is known.
by_data() {
	returns
	ip -n h2 neigh replace $three dev eth0 lladdr 02:00:00:00:00:03 \
		nud permanent
	ping_three
}

by_a_request() {
	returns
	ip -n h2 neigh flush dev eth0 nud all
	ping_three
}

by_a_gratuitous_message() {
	returns
	in_host 2 sysctl -qw $notify=1
	ip -n h2 link set eth0 address 02:00:00:00:00:02
}

# apply KEY...: another configuration of the LAN.
apply() {
	keys=$(sponge_keys "$@") bound ixp-strict 1 2 3 4 | config
	ctl config apply > /dev/null || fail "apply"
}

# Requests go to the owner alone.
keys=$(sponge_keys) neigh_fabric ixp-strict 1 2 3 4
mesh 1 2 3 4
dies
sponged $two
[ "$(requests 3 h1)$(probes 3)" = 00 ] || fail "h3 gets requests for h2"
answered $two
back $two by_data

# ... or to all, until it is dead.  For IPv6 h1 gets no update when it is back, but
# its kernel finds out: no host confirms the entry with the sponge's MAC address.
if [ "$family" = 4 ]; then
	apply 'arp_mode = flood'
else
	apply 'arp_mode = flood' 'sponge_arp_update = none'
	ip -n h1 ntable change name $cache dev eth0 base_reachable 1000 \
		delay_probe 300 retrans 300
	patience=5
fi
dies
sponged $two
[ "$(requests 3 h1) $(probes 3)" = "$depth $((pending + 1))" ] ||
	fail "h3 got $(requests 3 h1) requests and $(probes 3) probes"
answered $two
back $two by_a_request
patience=1
[ "$family" = 4 ] || ip -n h1 ntable change name $cache dev eth0 \
	base_reachable 30000 delay_probe 3600000 retrans 1000

# A burst of requests of one host counts as one.
flood_protection=3 apply
dies
capture 3
not_sponged $two
end_capture
sponged_by_kernels $two $cache
answered $two
back $two by_a_gratuitous_message
accounted
