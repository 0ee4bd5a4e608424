#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the sockets of net_af_packet do to frames: one that is larger than their
# buffers counts as oversize, one with a tag of 802.1ad as tag_not_allowed, under
# every profile, and no piece of it is forwarded.  One with a tag of 802.1Q stays as
# it is, and passes where tags do.
. "$(dirname "$0")/_env.sh"
need python3

# send N TYPE OCTETS TIMES: host N broadcasts frames of this type and payload.
send() {
	in_host "$1" python3 - "$2" "$3" "$4" "$1" << 'PYTHON'
import socket, sys
kind, octets, times, host = sys.argv[1:]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('eth0', 0))
head = bytes.fromhex('ffffffffffff02000000000%s' % host + kind)
for _ in range(int(times)):
    s.send(head + bytes.fromhex('0123') + bytes.fromhex('88b5') +
           bytes(int(octets) - 4))
PYTHON
}

counts() {
	[ "$(dropped "$1" "$2")" = "$3" ]
}

for profile in open ixp-basic; do
	for n in 1 2; do
		[ $profile != open ] || host $n
		in_host $n ip link set eth0 mtu 9000
		ip link set p$n mtu 9000
	done
	exchange $profile 1 2 | config
	fabric_start || fail "no fabric"
	wait_for 10 links_up 1 2 || fail "the links did not come up"
	mesh 1 2
	sent=$(counter m2 tx_frames)
	send 1 88a8 60 5
	wait_for 5 counts m1 tag_not_allowed 5 ||
		fail "$profile: 802.1ad: $(ctl -j port drops m1 | jq -c \
			'.[] | select(.frames > 0)')"
	send 1 08ff 5000 7
	wait_for 5 counts m1 oversize 7 ||
		fail "$profile: oversize: $(dropped m1 oversize)"
	counts m1 rx_error 0 || fail "$profile: rx_error: $(dropped m1 rx_error)"
	[ "$(counter m2 tx_frames)" -le $((sent + 3)) ] ||
		fail "$profile: h2 was sent $(counter m2 tx_frames) frames"
	accounted
	if [ $profile = open ]; then
		sent=$(counter m2 tx_frames)
		send 1 8100 60 5
		passed() {
			[ "$(counter m2 tx_frames)" -ge $((sent + 5)) ]
		}
		wait_for 5 passed || fail "802.1Q does not pass"
	else
		ctl -j port drops m1 | jq -e '.[] |
			select(.reason == "tag_not_allowed").example |
			contains("vlan 291")' > /dev/null ||
			fail "the record does not name the tag"
	fi
	fabric_stop || fail "it does not stop"
done
