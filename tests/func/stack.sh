#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A member that knows the MAC address of the interface below its port does not reach
# the machine of the fabric by it: no packet to any address of the machine is taken,
# and nothing that the machine sends there arrives.  Members reach each other, and the
# machine is reached by its other interfaces.  What keeps it apart is gone when the
# daemon has ended, also after it was killed; a qdisc that an operator has there stays.
. "$(dirname "$0")/_env.sh"
need python3 tc

# The filters at both hooks and the qdisc, in one line.
filters() {
	local hook

	for hook in ingress egress; do
		tc filter show dev "$1" $hook | grep -o 'handle .*' |
			sed "s/^/$hook /"
	done | tr '\n' ' '
	tc qdisc show dev "$1" | grep -o '^qdisc [ci][a-z]*act\|^qdisc ingress'
}

# The log names, for that port and interface, what was set.
logged_set() {
	grep -q "port m$1: p$1 set: .*IP of the host off" "$log"
}

# The counts of the machine's own IP: ICMP, UDP and TCP that were taken.
taken() {
	awk '/^Icmp: [0-9]/ { n += $2 } /^Udp: [0-9]/ { n += $2 + $3 }
		/^Tcp: [0-9]/ { n += $11 } END { print n }' /proc/net/snmp
}

# Frames that host $1 has sent to the port have been read, and those before them.
passed() {
	pings "$1" "$2" > /dev/null || fail "h$1 does not reach h$2"
}

# attack N ADDRESS: host N sends an echo request, UDP and a TCP SYN to an address of
# the machine, by the MAC address of its interface.
attack() {
	in_host "$1" ip route replace "$2/32" dev eth0
	in_host "$1" ip neigh replace "$2" dev eth0 nud permanent lladdr \
		"$(ip -j link show "p$1" | jq -r '.[0].address')"
	in_host "$1" python3 - "$2" << 'PYTHON'
import socket, subprocess, sys
to = sys.argv[1]
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
t = socket.socket()
t.setblocking(False)
for port in 22, 5000:
    u.sendto(b'to a host that must not be there', (to, port))
t.connect_ex((to, 22))
subprocess.run(['ping', '-q', '-c', '2', '-i', '0.2', '-W', '1', to],
               stdout=subprocess.DEVNULL)
PYTHON
}

# sends N: the machine itself sends 50 frames on pN.
sends() {
	python3 - "p$1" << 'PYTHON'
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
for _ in range(50):
    try:
        s.send(bytes.fromhex('ffffffffffff02000000009988b5') + bytes(46))
    except OSError:
        pass
PYTHON
}

received() {
	in_host "$1" cat /sys/class/net/eth0/statistics/rx_packets
}

for n in 1 2 3 4; do
	host $n
done
# A manager's host, and addresses as a server has them.
host 5
ip addr add 198.51.100.1/24 dev p5
in_host 5 ip addr add 198.51.100.2/24 dev eth0
ip addr add 10.9.9.1/32 dev lo
sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
for n in 1 2 3 4; do
	sysctl -qw net.ipv4.conf.p$n.rp_filter=0
done
# p3 has a qdisc of an operator; on p4 stands an interface of the machine.
tc qdisc add dev p3 clsact || skip "no clsact here"
ip link add link p4 name over4 type macvlan || skip "no macvlan here"

# As it is without a fabric: the machine takes all of these.
for n in 1 2; do
	before=$(taken)
	attack $n 10.9.9.1
	[ "$(taken)" -gt "$before" ] || fail "h$n cannot attack at all"
done

exchange ixp-basic 1 2 3 4 | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 4 || fail "the links did not come up"
mesh 1 2 3 4
attack_all() {
	local n

	for n in 1 2; do
		attack $n 10.9.9.1
		attack $n 198.51.100.1
		passed $n $((3 - n))
	done
}
before=$(taken)
attack_all
[ "$(taken)" = "$before" ] ||
	fail "the machine took $(($(taken) - before)) packets of members"

# What it sends there itself does not arrive; what it forwards does.
before=$(received 2)
sends 2
passed 1 2
[ $(($(received 2) - before)) -lt 50 ] || fail "h2 received from the machine"

for n in 1 2; do
	logged_set $n || fail "the log does not name what was set on p$n"
done

# The other interfaces of the machine are as before.
in_host 5 ping -q -c 2 -i 0.2 198.51.100.1 > /dev/null ||
	fail "the machine is not reached by its own interface"
ping -q -c 2 -i 0.2 198.51.100.2 > /dev/null ||
	fail "the machine does not reach its manager"

# A qdisc of an operator is left alone, with a warning and the command that helps.
wait_for 1 grep -q "p3: not IP of the host off (another program has a qdisc" \
	"$log" || fail "no warning of the qdisc on p3"
[ "$(filters p3)" = "qdisc clsact" ] || fail "p3: $(filters p3)"
# On the interface that has another above it, both go on.
grep -q "over4 stands on p4" "$log" || fail "no warning of what stands on p4"
[ "$(filters p4)" = "" ] || fail "p4: $(filters p4)"

# Removed by another program, it is set again.
tc qdisc del dev p1 clsact
there_again() {
	[ "$(filters "$1" | grep -o bytecode | wc -l)" = 2 ]
}
wait_for 20 there_again p1 || fail "not set again: $(filters p1)"
grep -q 'p1: another program has changed what was set; set again: IP of the host' \
	"$log" || fail "the log does not name the change"

# A filter that another program has added meanwhile stays.
tc filter add dev p2 ingress pref 7 protocol ip u32 match u32 0 0 ||
	fail "no second filter"
fabric_stop || fail "it does not stop"
[ "$(filters p1)" = "" ] || fail "p1 after the end: $(filters p1)"
[ "$(filters p3)" = "qdisc clsact" ] || fail "p3 after the end: $(filters p3)"
filters p2 | grep bytecode > /dev/null && fail "p2 after the end: $(filters p2)"
tc filter show dev p2 ingress | grep u32 > /dev/null || fail "the filter of another is gone"
tc qdisc del dev p2 clsact

# Killed: the machine stays apart until the next start puts back what it found.
fabric_start || fail "no fabric"
kill -KILL "$daemon"
wait "$daemon" 2> /dev/null
there_again p1 || fail "a killed daemon has put something back"
sed -i '/^\[port m2\]/,/^\[port m3\]/{/^\[port m3\]/!d}' "$ini"
fabric_start || fail "no fabric"
[ "$(filters p2)" = "" ] || fail "p2, now unused: $(filters p2)"
there_again p1 || fail "p1 after the crash: $(filters p1)"
fabric_stop || fail "it does not stop"
[ "$(filters p1)" = "" ] || fail "p1 at the end: $(filters p1)"

# An operator's own filter that drops all is enough, and stays.
tc qdisc del dev p3 clsact
tc qdisc add dev p3 ingress
tc filter add dev p3 ingress bpf direct-action skip_hw bytecode '1,6 0 0 2'
kept=$(filters p3)
fabric_start || fail "no fabric"
grep -q "p3: not IP of the host off" "$log" && fail "a warning without need"
mesh 1 3
fabric_stop || fail "it does not stop"
[ "$(filters p3)" = "$kept" ] || fail "p3: $(filters p3), it was $kept"

# Back to what it was: the machine takes it all again.
before=$(taken)
attack 1 10.9.9.1
[ "$(taken)" -gt "$before" ] || fail "the machine stays apart"
fabric_start || fail "no fabric"
accounted
