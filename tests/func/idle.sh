#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# While no member sends, the threads of the daemon sleep, whatever its devices are; and
# when one does, the frame is forwarded and the fabric answers as fast as if they had
# not.  What counts is how often they wake: the time that it takes depends on the load.
. "$(dirname "$0")/_neigh.sh"

keys='arp_mode = proxy' neigh_fabric ixp-strict 1 2
mesh 1 2

# sleeps PID: how often threads of the daemon have gone to sleep.
sleeps() {
	cat /proc/"$1"/task/*/status |
		awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'
}
# looks CTL: how often workers have looked at a queue.
looks() {
	"$1" -j worker show | jq 'map(.polls) | add'
}

# rests [PID CTL]: threads go to sleep less than 120 times a second: control alone does
# fifty times.  And they sleep: 20 times a second workers look at a queue, some times
# each.  Hosts are quiet at some time, when the kernel has joined its groups.
rests() {
	local pid=${1:-$daemon} ctl=${2:-ctl} slept looked

	looked=$(looks "$ctl")
	slept=$(sleeps "$pid")
	sleep 0.5
	[ $(($(sleeps "$pid") - slept)) -lt 60 ] &&
		[ $(($(looks "$ctl") - looked)) -lt 3000 ]
}
wait_for 30 rests || fail "the daemon wakes more than 120 times a second"

# answers HOST ADDRESS MS: it answers within that time on a machine without load.
# Control rests, and so does each worker that the frames pass.
answers() {
	local median

	for _ in {1..9}; do
		forget 1
		in_host "$1" ping -q -c 1 -W 2 "$2" |
			sed -n 's#^rtt.* = \([0-9]*\)\..*#\1#p'
	done > "$run/times"
	median=$(sort -n "$run/times" | sed -n 5p)
	[ "$(wc -l < "$run/times")" -ge 8 ] || fail "$2: answers are missing"
	[ "$median" -lt $(($3 * $(load))) ] || fail "$2 answers after $median ms"
}
answers 1 192.0.2.2 10

# A link that changes, an operator and the end of the daemon are seen meanwhile.
wait_for 30 rests || fail "the daemon does not rest again"
ip -n h2 link set eth0 down
is_down() {
	[ "$(port_state "$1")" = down ]
}
wait_for 5 is_down m2 || fail "the link of h2 does not go down"
# The socket of an interface that was set down has an error, which is readable.
ip link set p2 down
wait_for 10 rests || fail "an interface that is down keeps it awake"
ip link set p2 up
ip -n h2 link set eth0 up
wait_for 10 links_up 1 2 || fail "the link does not come up again"

# The same on devices of other kinds.  Frames from h1 to the host behind the TAP device
# pass a memif to a second daemon, whose worker only a sign of the first can wake.
far_start() {
	local main=$daemon ini=$run/far.ini sock=$run/far.sock log=$run/far.log

	fabric_start || fail "no second fabric: $(cat "$log")"
	far=$daemon
	daemon=$main
	ip address add 192.0.2.9/24 dev tap1
	ip link set tap1 up
}
far_ctl() {
	"$build/apps/ixctl" -s "$run/far.sock" "$@"
}

# waits: how worker 0 waits for frames, and which queues it cannot wait for.
waits() {
	"$1" -j worker show |
		jq -r '.[0] | .wait + ":" + (.by_clock | join(" "))'
}
applied() {
	"$@" config apply "$run/next.ini" > "$run/said" 2>&1 ||
		fail "not applied: $(cat "$run/said")"
}
tap_answers() {
	forget 1
	in_host 1 ping -q -c 1 -W 1 192.0.2.9 > "$run/ping"
}
[ -e /dev/net/tun ] || exit 0

memif="socket=$run/memif,id=7"
{
	exchange open 1 2
	printf '[port s1]\nlan = peering\ndevice = net_memif1,role=server,%s\n' "$memif"
	# What is sent to a ring comes in again.
	printf '[lan loop]\nprofile = open\n'
	printf '[port r1]\nlan = loop\ndevice = net_ring1\n'
} > "$run/next.ini"
applied ctl
cat > "$run/far.ini" << INI
[fabric]
socket = $run/far.sock
state = $run/far.json
workers = 0
[lan far]
profile = open
[port t1]
lan = far
device = net_tap1,iface=tap1
[port c1]
lan = far
device = net_memif2,role=client,$memif
INI

# The other side of the memif comes, is killed and comes again.
for n in 1 2; do
	far_start
	wait_for 10 tap_answers || fail "no answer by memif and TAP"
	wait_for 30 rests || fail "a memif or a ring keeps it awake"
	wait_for 30 rests "$far" far_ctl || fail "a memif or a TAP device keeps it awake"
	answers 1 192.0.2.9 10
	# Had no sign of frames come, they would not be waited for any more.
	[ "$(waits ctl)$(waits far_ctl)" = frames:frames: ] ||
		fail "$(waits ctl), $(waits far_ctl)"
	[ $n = 2 ] || kill -KILL "$far"
	[ $n = 2 ] || wait "$far" 2> /dev/null || true
done

# One device that cannot be waited for: by the clock, until it has gone.
cp "$run/far.ini" "$run/next.ini"
printf '[lan loop]\nprofile = open\n[port n1]\nlan = loop\ndevice = net_null1,no-rx=1\n' \
	>> "$run/next.ini"
applied far_ctl
[ "$(waits far_ctl)" = clock:n1:0 ] || fail "$(far_ctl worker show)"
far_ctl -j port show > "$run/ports"
[ "$(jq -r '.[] | select(.wait == "clock").port' "$run/ports")" = n1 ] ||
	fail "ports wait: $(jq -c 'map({port, wait})' "$run/ports")"
! rests "$far" far_ctl || fail "it does not look at a device that it cannot wait for"
wait_for 10 tap_answers || fail "no answer by the clock"
cp "$run/far.ini" "$run/next.ini"
applied far_ctl
[ "$(waits far_ctl)" = frames: ] || fail "$(far_ctl worker show)"
wait_for 30 rests "$far" far_ctl || fail "it does not rest without that device"
