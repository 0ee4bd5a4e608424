#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Mirrors of the running fabric: to a port, as a program behind it sees the copies; into
# files on a disk that gets full; and a mirror port that goes.  Members notice nothing.
. "$(dirname "$0")/_ctl.sh"
need tshark tcpdump python3

for n in 1 2 9; do
	host $n
done
quiet_space h9
mkdir -p "$run/state/mirrors"
mount -t tmpfs -o size=2m tmpfs "$run/state/mirrors" || skip "no right to mount"

# mirrors LINE...: the exchange, and these sections.
mirrors() {
	exchange ixp-basic 1 2
	printf '%s\n' '[port nine]' 'device = net_af_packet9,iface=p9' "$@"
}
to_port=('[mirror one]' 'port = m1' 'to = nine' 'filter = icmp')

mirrors "${to_port[@]}" | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2

# value NAME KEY: a number of ixctl mirror show.
value() {
	ctl -j mirror show | jq -r --arg name "$1" ".[] | select(.mirror == \$name) | .$2"
}

# What m1 sends and gets, once each, in the order in which it went.
in_host 9 tcpdump -U -i eth0 -w "$run/copies.pcap" icmp 2> "$run/tcpdump" &
watcher=$!
wait_for 5 grep -q listening "$run/tcpdump" || fail "$(cat "$run/tcpdump")"
before=$(value one sent)
pings 1 2 -c 3 > /dev/null || fail "the members notice it"
copied() {
	[ "$(value one sent)" -ge $((before + $1)) ]
}
wait_for 5 copied 6 || fail "$(ctl mirror show)"
seen() {
	[ "$(tshark -r "$run/copies.pcap" -Y icmp 2> /dev/null | wc -l)" -ge "$1" ]
}
wait_for 5 seen 6 || fail "$(tshark -r "$run/copies.pcap")"
kill $watcher
wait $watcher
doubled=$(tshark -r "$run/copies.pcap" -T fields -e icmp.type -e icmp.ident -e icmp.seq \
	2> /dev/null | sort | uniq -d)
[ -z "$doubled" ] || fail "copied twice: $doubled"
says 0 mirror show
line '^one +m1 +- +both +nine +[0-9]+'

# What comes in by the port of a mirror goes nowhere.
in_host 9 python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
s.send(b"\xff" * 6 + b"\2\0\0\0\0\x99" + b"\x08\0" + bytes(46))'
ignored() {
	[ "$(dropped nine listen_only)" -ge 1 ]
}
wait_for 5 ignored || fail "$(ctl port drops)"
says 0 fdb show mac 02:00:00:00:00:99
[ "$(ctl -j fdb show mac 02:00:00:00:00:99 | jq length)" = 0 ] || fail "learned"

# The mirror port goes: copies are lost, and counted, and nothing else.
ip link set p9 down
gone() {
	[ "$(port_state nine)" = down ]
}
wait_for 10 gone || fail "$(ctl port show)"
before=$(value one lost_egress)
pings 1 2 -c 3 > /dev/null || fail "the members notice it"
lost() {
	[ "$(value one lost_egress)" -ge $((before + 6)) ]
}
wait_for 5 lost || fail "$(ctl mirror show)"
ip link set p9 up

# Into files, until the disk is full: once in the log, and counted.
mirrors "${to_port[@]}" '[mirror disk]' 'port = m1' 'file = m1.pcapng' 'file_size = 1M' \
	'files = 4' > "$run/next.ini"
says 0 config apply "$run/next.ini"
for _ in 1 2 3 4; do
	in_host 1 ping -q -f -s 1400 -c 500 192.0.2.2 > /dev/null || fail "the members notice it"
done
full() {
	in_host 1 ping -q -f -s 1400 -c 200 192.0.2.2 > /dev/null
	[ "$(value disk lost_egress)" -gt 0 ]
}
wait_for 5 full || fail "$(ctl mirror show; ls -l "$run/state/mirrors")"
[ "$(grep -c 'mirror disk: its file cannot be written' "$log")" -ge 1 ] || fail "no line in the log"
[ "$(grep -c 'mirror disk: its file cannot be written' "$log")" -le 3 ] || fail "many lines in the log"
file=$run/state/mirrors/m1.pcapng.1
tshark -r "$file" -Y icmp > "$run/read" 2> "$run/tshark" || fail "$(cat "$run/tshark")"
[ -s "$run/read" ] || fail "$file: nothing in it"
! grep -iE 'cut short|malformed' "$run/tshark" || fail "$file is not whole"
[ "$(stat -c %a "$file")" = 640 ] || fail "others can read it"
[ "$(value one taken)" -gt 0 ] || fail "the other mirror has gone"
accounted
