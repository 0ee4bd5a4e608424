#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An IPv6 address dies and is sponged; it comes back, and all hosts reach it within
# a second, whatever its first sign of life is.
. "$(dirname "$0")/_sponge.sh"

dies() {
	ip -n h2 addr del 2001:db8::2/64 dev eth0
}

returns() {
	ip -n h2 addr add 2001:db8::2/64 dev eth0 nodad
}

# Data alone, to a host whose MAC address is known.
by_data() {
	returns
	ip -n h2 neigh replace 2001:db8::3 dev eth0 lladdr 02:00:00:00:00:03 \
		nud permanent
	in_host 2 ping -q -c 1 -W 1 -I 2001:db8::2 2001:db8::3 > /dev/null
}

by_a_question() {
	returns
	ip -n h2 neigh flush dev eth0 nud all
	in_host 2 ping -q -c 1 -W 1 -I 2001:db8::2 2001:db8::3 > /dev/null
}

by_an_unsolicited_advertisement() {
	returns
	in_host 2 sysctl -qw net.ipv6.conf.eth0.ndisc_notify=1
	ip -n h2 link set eth0 address 02:00:00:00:00:02
}

# Requests go to the owner alone.
keys=$(sponge_keys) neigh_fabric ixp-strict 1 2 3 4
mesh 1 2 3 4
dies
sponged 2001:db8::2
[ "$(requests 3 h1)$(probes 3)" = 00 ] || fail "h3 gets requests for h2"
answered 2001:db8::2
back 2001:db8::2 by_data

# ... or to all, until it is dead.  h1 gets no update when it is back, but its
# kernel finds out: no host confirms the entry with the sponge's MAC address.
keys=$(sponge_keys 'arp_mode = flood' 'sponge_arp_update = none') \
	bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
ip -n h1 ntable change name ndisc_cache dev eth0 base_reachable 1000 \
	delay_probe 300 retrans 300
dies
sponged 2001:db8::2
[ "$(requests 3 h1) $(probes 3)" = "$depth $((pending + 1))" ] ||
	fail "h3 got $(requests 3 h1) requests and $(probes 3) probes"
answered 2001:db8::2
patience=5 back 2001:db8::2 by_a_question

# A burst of requests of one host counts as one.
keys=$(flood_protection=3 sponge_keys) bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
dies
capture 3
not_sponged 2001:db8::2
end_capture
sponged_by_kernels 2001:db8::2 ndisc_cache
answered 2001:db8::2
back 2001:db8::2 by_an_unsolicited_advertisement
accounted
