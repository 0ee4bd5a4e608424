#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames of 1500 and of 9000 octets arrive whole on their LANs; the larger ones are
# dropped as oversize on the LAN of the smaller.  The devices are net_pcap, the
# only one towards a kernel that takes 9000 octets.  Then those of net_af_packet: a
# larger MTU for which their buffers have room costs no frame.
. "$(dirname "$0")/_env.sh"

for n in 1 2 3 4; do
	host $n
	ip link set p$n mtu 9000
	in_host $n ip link set eth0 mtu 9000
done
{
	cat << EOF_INI
[fabric]
socket = $sock
state = $run/state/sponge.json
workers = 0

[lan small]
profile = ixp-basic
mtu = 1500

[lan jumbo]
profile = ixp-basic
mtu = 9000
EOF_INI
	for n in 1 2 3 4; do
		cat << EOF_INI

[port m$n]
device = net_pcap$n,rx_iface_in=p$n,tx_iface=p$n
lan = $([ $n -lt 3 ] && echo small || echo jumbo)
mac = 02:00:00:00:00:0$n
EOF_INI
	done
} | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 4 || fail "the links did not come up"

whole() {
	wait_for 5 in_host "$1" ping -q -c 1 -W 1 -M "do" -s "$3" "192.0.2.$2" ||
		fail "h$1 to h$2: $3 octets do not arrive"
}
whole 1 2 56
whole 1 2 1472
whole 3 4 56
whole 3 4 8972
in_host 3 ping -6 -q -c 3 -W 1 -M "do" -s 8952 2001:db8::4 > /dev/null ||
	fail "h3 to h4 by IPv6: 8952 octets do not arrive"
[ "$(dropped m1 oversize)" = 0 ] || fail "1500 octets count as oversize"
in_host 1 ping -q -c 2 -i 0.05 -W 1 -M "do" -s 1473 192.0.2.2 > /dev/null &&
	fail "1501 octets got through a LAN of 1500"
[ "$(dropped m1 oversize)" = 2 ] || fail "oversize: $(dropped m1 oversize)"
accounted
drops_only ipv4_mcast mld nd_rs unknown_unicast oversize
fabric_stop || fail "it does not stop"

ip link set p1 mtu 1500
exchange ixp-basic 1 2 | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
sed 's/^profile.*/&\nmtu = 1900/' "$ini" > "$run/next.ini"
ctl config diff "$run/next.ini" > "$run/said"
grep -q 'opened again' "$run/said" && fail "diff: $(cat "$run/said")"
numbered 1 2 2000 30 > "$run/numbers" &
numbers=$!
flowing() {
	[ "$(counter m2 tx_frames)" -gt 500 ]
}
wait_for 10 flowing || fail "no frames"
ctl -j config apply "$run/next.ini" > "$run/said" || fail "no apply"
jq -e '.devices_opened == 0 and .devices_closed == 0' "$run/said" ||
	fail "opened again: $(cat "$run/said")"
ip link show p1 | grep 'mtu 1900' > /dev/null || fail "$(ip link show p1)"
whole 1 2 1872
read -ra senders < "$run/senders"
kill "${senders[@]}"
wait $numbers
cat "$run/numbers"
unharmed "$(cat "$run/numbers")" || fail "frames were lost"
in_host 1 ping -q -c 2 -i 0.05 -W 1 -M "do" -s 1873 192.0.2.2 > /dev/null &&
	fail "1901 octets got through a LAN of 1900"
fabric_stop || fail "it does not stop"
ip link show p1 | grep 'mtu 1500' > /dev/null || fail "it leaves $(ip link show p1)"
