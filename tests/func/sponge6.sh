#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An IPv6 address dies and is sponged; it comes back, and all who want it have
# it within a second, however it shows that it is alive.
. "$(dirname "$0")/_sponge.sh"

dies() {
	ip -n h2 addr del 2001:db8::2/64 dev eth0
}

returns() {
	ip -n h2 addr add 2001:db8::2/64 dev eth0 nodad
}

# Nothing but data, to somebody whom nobody has to be asked for.
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

# Questions are for the owner alone.
keys=$(sponge_keys) neigh_fabric ixp-strict 1 2 3 4
mesh 1 2 3 4
dies
sponged 2001:db8::2
[ "$(questions 3 h1)$(probes 3)" = 00 ] || fail "h3 is asked for h2"
answered 2001:db8::2
back 2001:db8::2 by_data

# ... or for all, until it is dead.  h1 is not told that it is back, but its
# kernel finds so: nobody confirms any more what it was told by the sponge.
keys=$(sponge_keys 'arp_mode = flood' 'sponge_arp_update = none') \
	bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
ip -n h1 ntable change name ndisc_cache dev eth0 base_reachable 1000 \
	delay_probe 300 retrans 300
dies
sponged 2001:db8::2
[ "$(questions 3 h1) $(probes 3)" = "$depth $((pending + 1))" ] ||
	fail "h3 heard $(questions 3 h1) questions and $(probes 3) probes"
answered 2001:db8::2
patience=5 back 2001:db8::2 by_a_question

# What one host alone asks in haste counts for little.
keys=$(flood_protection=3 sponge_keys) bound ixp-strict 1 2 3 4 | config
ctl config apply > /dev/null || fail "apply"
dies
listen 3
not_sponged 2001:db8::2
unlisten
sponged_by_kernels 2001:db8::2 ndisc_cache
answered 2001:db8::2
back 2001:db8::2 by_an_unsolicited_advertisement
accounted
