#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The machine of the fabric is a server like any: its kernel speaks IPv6, answers ARP
# for all of its addresses and merges received frames.  Members meet none of that, and
# nothing that it sends counts as theirs.  Its interfaces are as they were when the
# daemon has ended, also after it was killed.
. "$(dirname "$0")/_env.sh"
need python3 tc

# What a daemon can change there, in one line.
settings() {
	local flags

	flags=$(ip -o link show "$1" | sed 's/.*<\([^>]*\)>.*mtu \([0-9]*\).*/\1 \2/')
	flags=$(tr ',' '\n' <<< "$flags" | grep -v LOWER_UP | sort | tr '\n' ' ')
	echo "$flags gro $(feature "$1" generic-receive-offload)" \
		"no_ipv6 $(cat "/proc/sys/net/ipv6/conf/$1/disable_ipv6")" \
		"udp $(feature "$1" rx-udp-gro-forwarding)" \
		"$(tc qdisc show dev "$1" | grep -c clsact) clsact"
}

received() {
	in_host "$1" cat /sys/class/net/eth0/statistics/rx_packets
}

feature() {
	ethtool -k "$1" | sed -n "s/^$2: //p"
}

quiet() {
	[ "$(cat "/proc/sys/net/ipv6/conf/$1/disable_ipv6")" = 1 ] &&
		ip link show "$1" | grep NOARP > /dev/null &&
		tc qdisc show dev "$1" | grep clsact > /dev/null &&
		[ "$(feature "$1" generic-receive-offload)" = off ]
}

for n in 1 2 3; do
	host $n
	ethtool -K p$n gro on rx-udp-gro-forwarding on
done
ip link set p3 down
tc qdisc add dev p2 clsact || skip "no clsact here"
# An address of the LAN, and one of another network, as a server has them.
ip addr add 192.0.2.77/32 dev lo
ip addr add 10.9.9.1/24 dev lo
sysctl -qw net.ipv4.ip_forward=1
speaks_ipv6() {
	ip -6 addr show dev "$1" | grep fe80 > /dev/null
}
for n in 1 2; do
	wait_for 5 speaks_ipv6 p$n || fail "the kernel does not speak IPv6 on p$n"
	before[n]=$(settings p$n)
done
before[3]=$(settings p3)

# A foreign frame disables a port for good.
exchange ixp-strict 1 2 3 | sed 's/^mac = .*/&\nviolation = shutdown/' | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
for n in 1 2 3; do
	quiet p$n || fail "p$n is not quiet: $(settings p$n)"
	grep -q "port m$n: p$n set: .*ARP off, IPv6 off" "$log" ||
		fail "the log does not name what was set on p$n"
done
mesh 1 2 3

# The kernel answers for an address of its own neither by ARP nor by IPv6.
in_host 1 ip addr add 10.9.9.2/24 dev eth0
in_host 1 ping -q -c 2 -i 0.2 -W 1 192.0.2.77 > /dev/null &&
	fail "the machine of the fabric answers for 192.0.2.77"
in_host 1 ping -q -c 2 -i 0.2 -W 1 10.9.9.1 > /dev/null &&
	fail "the machine of the fabric answers for 10.9.9.1"
in_host 1 ip neigh show 192.0.2.77 | grep lladdr &&
	fail "the machine of the fabric gives its MAC address for 192.0.2.77"
in_host 1 ip addr del 10.9.9.2/24 dev eth0

# What the host sends on an interface is not received from there; p2 has a qdisc of
# an operator, so it does send.
before_rx=$(counter m2 rx_frames)
before_h2=$(received 2)
python3 - << 'PYTHON'
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('p2', 0))
for _ in range(50):
    s.send(bytes.fromhex('ffffffffffff0200000000990806') + bytes(46))
PYTHON
pings 1 2 > /dev/null || fail "h1 does not reach h2"
for n in 1 2 3; do
	[ "$(port_state m$n)" = up ] || fail "m$n is $(port_state m$n)"
	[ "$(dropped m$n mac_lock)" = 0 ] || fail "m$n: frames of another address"
done
[ "$(($(counter m2 rx_frames) - before_rx))" -lt 50 ] ||
	fail "what the host sent came in"
[ "$(($(received 2) - before_h2))" -ge 50 ] || fail "the host did not send"

# Another program sets things back: it is logged, and set again.
sysctl -qw net.ipv6.conf.p1.disable_ipv6=0
ip link set p1 arp on mtu 1400
tc qdisc del dev p1 clsact
ethtool -K p1 gro on
wait_for 15 quiet p1 || fail "what was set back stays so: $(settings p1)"
grep -q 'p1: another program has changed what was set; set again: IPv6 off' \
	"$log" || fail "the log does not name the other program's change"
ip link show p1 | grep 'mtu 1500' > /dev/null || fail "the MTU stays at 1400"

restored() {
	local n

	for n in 1 2 3; do
		[ "$(settings p$n)" = "${before[n]}" ] || {
			echo "p$n: $(settings p$n), it was ${before[n]}"
			return 1
		}
	done
}
fabric_stop || fail "it does not stop"
restored || fail "the interfaces are not as they were"
[ -z "$(ls "$run/state/interfaces")" ] || fail "files of interfaces are left"

# Killed: the next start has what was found, and puts it back at its end.
fabric_start || fail "no fabric"
kill -KILL "$daemon"
wait "$daemon" 2> /dev/null
quiet p1 || fail "a killed daemon has put something back"
# One interface was changed by hand since, one is no longer in the configuration.
ip link set p2 arp on
sysctl -qw net.ipv6.conf.p2.disable_ipv6=0
sed -i '/^\[port m3\]/,$d' "$ini"
fabric_start || fail "no fabric"
[ "$(settings p3)" = "${before[3]}" ] ||
	fail "p3, now unused: $(settings p3), it was ${before[3]}"
quiet p2 || fail "p2 is not quiet: $(settings p2)"
fabric_stop || fail "it does not stop"
restored || fail "the interfaces are not as they were before the kill"

# An interface with an address of the machine is left alone, with a warning.
ip addr add 198.51.100.1/24 dev p1
fabric_start || fail "no fabric"
grep -q 'p1 has the address 198.51.100.1' "$log" || fail "no warning"
ip link show p1 | grep NOARP > /dev/null && fail "ARP is off at an address of the machine"
tc qdisc show dev p1 | grep clsact > /dev/null &&
	fail "IP is off at an address of the machine"
mesh 1 2
accounted
fabric_stop || fail "it does not stop"

# What cannot be set is named, with what follows and the command that sets it.
mount --bind /proc/sys/net /proc/sys/net || fail "no bind mount"
mount -o remount,bind,ro /proc/sys/net || fail "/proc/sys/net can be written"
fabric_start || fail "no fabric"
why="not IPv6 off (Read-only file system): this machine speaks IPv6 to the member"
command='sysctl -w net.ipv6.conf.p2.disable_ipv6=1'
grep -qF "port m2: p2: $why; '$command' does it" "$log" ||
	fail "no word of what could not be set"
grep -q 'port m2: p2 set: .*ARP off' "$log" || fail "the rest was not set"
