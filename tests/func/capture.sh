#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Captures of the running fabric, as tshark and tcpdump read them: names of ports,
# directions, drop reasons; a filter; and the end.
. "$(dirname "$0")/_ctl.sh"
need tshark tcpdump python3

fabric ixp-basic 1 2 3
mesh 1 2 3

# begin ARGUMENTS...: a capture in the background, which runs when this returns.
begin() {
	: > "$run/capture"
	"$build/apps/ixctl" -s "$sock" capture start "$@" 2> "$run/capture" &
	capture=$!
	wait_for 5 grep -q runs "$run/capture" || fail "$(cat "$run/capture")"
}

# complete [WHY]: it has ended by itself, with all frames.
complete() {
	wait $capture || fail "exit code $?: $(cat "$run/capture")"
	grep -E "capture [0-9]+: $1; frames [0-9]+, lost 0\$" "$run/capture" > /dev/null ||
		fail "$(cat "$run/capture")"
}

# shows FILE FILTER N: so many frames are in it, or at least one: "some".
shows() {
	local n

	n=$(tshark -r "$1" -Y "$2" 2> "$run/tshark" | wc -l)
	[ "$n" = "$3" ] || { [ "$3" = some ] && [ "$n" -gt 0 ]; } || {
		tshark -r "$1" -T fields -e frame.interface_name \
			-e frame.packet_flags_direction -e frame.comment -e _ws.col.Info
		fail "$1: $n frames, not $3: $2; $(cat "$run/tshark")"
	}
}

# foreign N COUNT: frames from host N with the address of no member.
foreign() {
	in_host "$1" python3 -c '
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
for i in range(int(sys.argv[1])):
    s.send(b"\2\0\0\0\0\3\2\0\0\0\0\xee\x08\0" + b"E" + bytes(45))' "$2"
}

# Why is this member down?  The drops of one port, and of no other; and no frame of a
# conversation.
begin port m1 dir drop count 3 -w "$run/drops.pcapng"
foreign 2 2
pings 2 3 > /dev/null || fail "the members notice it"
foreign 1 3
complete 'count reached'
shows "$run/drops.pcapng" 'frame' 3
shows "$run/drops.pcapng" 'frame.comment contains "drop=mac_lock port=m1 rule=" &&
	frame.interface_name == "m1" && frame.packet_flags_direction == 1 &&
	eth.src == 02:00:00:00:00:ee' 3
[ "$(stat -c %a "$run/drops.pcapng")" = 600 ] || fail "others can read it"

# ARP alone, of all ports, in both directions; a flood leaves by two.
begin filter 'arp and arp[6:2] = 1' -w "$run/arp.pcapng"
in_host 1 ip neigh flush dev eth0
pings 1 2 > /dev/null || fail "the members notice it"
says 0 capture list
line 'all +all +- .*arp and arp.* running'
json 0 'length == 2 and .[1].state == "running" and .[1].lost == 0' capture list
says 0 capture stop all
line '^1 capture ended'
complete 'stopped by .*'
shows "$run/arp.pcapng" '!arp' 0
shows "$run/arp.pcapng" 'frame.interface_name == "m1" && frame.packet_flags_direction == 1' some
shows "$run/arp.pcapng" 'frame.interface_name == "m2" && frame.packet_flags_direction == 2' some
shows "$run/arp.pcapng" 'frame.interface_name == "m3" && frame.packet_flags_direction == 2' some

# Into tcpdump, as it happens; which then wants no more.
"$build/apps/ixctl" -s "$sock" capture start port m2 filter icmp -w - 2> "$run/capture" |
	tcpdump -nr - -c 4 > "$run/dump" 2> "$run/tcpdump" &
pipe=$!
wait_for 5 grep -q runs "$run/capture" || fail "$(cat "$run/capture")"
pings 1 2 -c 4 > /dev/null || fail "the members notice it"
wait_for 5 grep -q 'ICMP echo reply' "$run/dump" || fail "$(cat "$run/dump" "$run/tcpdump")"
all_ended() {
	pings 1 2 > /dev/null
	ctl -j capture list | jq -e 'all(.[]; .state == "ended")' > /dev/null
}
wait_for 5 all_ended || fail "$(ctl capture list)"
wait $pipe

# Interrupted, the file is complete.
begin port m3 -w "$run/interrupted.pcapng"
pings 1 3 > /dev/null || fail "the members notice it"
kill -INT $capture
complete 'ended by its reader'
shows "$run/interrupted.pcapng" 'icmp && frame.interface_name == "m3"' some

# What makes no sense starts nothing, and makes no file.
says 2 capture start filter 'arp and foo' -w "$run/no"
complains "column 5, at 'and foo'"
says 1 capture start port m9 -w "$run/no"
says 2 capture start reason mac_lok -w "$run/no"
complains "did you mean 'mac_lock'?"
says 2 capture start dir tx reason mac_lock -w "$run/no"
says 2 capture start -w
says 2 status -w x
[ ! -e "$run/no" ] || fail "a file of no capture"
says 1 capture start port m1 -w /nowhere/x
complains '/nowhere/x: cannot be written'
says 1 capture stop 99
wait_for 5 all_ended || fail "$(ctl capture list)"
grep -E 'capture 1 started by .*: port m1, frames dropped, 128 octets of each' "$log" > /dev/null ||
	fail "no line in the log"
accounted
