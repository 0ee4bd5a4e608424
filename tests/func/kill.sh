#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Killed at any moment, the daemon starts again and forwards:
#
#   kill.sh [ROUNDS [SEED]]
#
# Configurations are applied and states of the sponge written all the while.  After
# each kill -9 it starts with the configuration of its file and with a state file
# that is whole: the last one or the one before.  What it has left behind (socket,
# locks, files half written, settings of interfaces) does not hinder it.
. "$(dirname "$0")/_env.sh"

rounds=${1:-6}
RANDOM=${2:-$$}
echo "seed ${2:-$$}"
state=$run/state/sponge.json
times=() # ms from the start of the daemon until it forwards

# A configuration in which hosts 1 and 2 reach each other; the rest is by chance.
variant() {
	local mtus=(1500 1500 3000 9000)

	exchange ixp-basic 1 2 | sed "
/^workers/a mac_table = $((512 << RANDOM % 4))
/^ipv6 =/a\\
sponge = on\\
sponge_mac = 02:53:00:00:00:01\\
sponge_ipv4 = 192.0.2.250\\
sponge_learning = 0s\\
mtu = ${mtus[RANDOM % 4]}"
	[ $((RANDOM % 2)) = 0 ] || cat << EOF_INI

[port m3]
device = net_af_packet3,iface=p3
lan = peering
mac = 02:00:00:00:00:0$((3 + RANDOM % 2))
EOF_INI
	[ $((RANDOM % 3)) = 0 ] || cat << EOF_INI

[lan side]
profile = open

[port tap]
device = net_tap$((RANDOM % 2)),iface=tap0
lan = side
EOF_INI
}

# The file is replaced whole, as an editor does it; and some are applied that it
# never becomes.  Errors are those of a daemon that has gone.
churn() {
	local n=$1

	while [ ! -e "$run/stop" ]; do
		variant > "$run/next.ini"
		if [ $((RANDOM % 3)) = 0 ]; then
			ctl config apply "$run/next.ini"
		else
			mv "$run/next.ini" "$ini"
			ctl config apply
		fi
		# One after the other, so that a file shows when it was written.
		[ "$n" -gt 240 ] || ! ctl sponge set static "192.0.2.$n" force ||
			n=$((n + 1))
	done > /dev/null 2>&1
}

# next_static: the address after those in the state file, which has all up to some if
# it is one that was written.
next_static() {
	if [ ! -e "$state" ]; then
		echo 100
		return
	fi
	jq -e '[.lans.peering[] | select(.[0] == "static") | .[1] |
		split(".")[3] | tonumber | select(. >= 100)] | sort |
		if . == [range(100; 100 + length)] then 100 + length
		else false end' "$state"
}

reached() {
	in_host 1 ping -4 -q -c 1 -W 1 192.0.2.2
}

same_as_file() {
	ctl config diff > "$run/diff"
}

# saved ADDRESS: the state file has it.
saved() {
	grep -q "\"$1\"" "$state"
}

# start_again: the daemon starts, and forwards within three seconds.
start_again() {
	local begun took

	begun=$(date +%s%N)
	fabric_start || fail "it does not start"
	wait_for 3 reached || fail "h1 does not reach h2"
	took=$((($(date +%s%N) - begun) / 1000000))
	[ $took -le $((3000 * $(slowness))) ] || fail "forwards after $took ms"
	times+=("$took")
	echo "forwards after $took ms"
}

for n in 1 2 3; do
	host $n
done
variant > "$ini"
start_again
n=100
for round in $(seq 1 "$rounds"); do
	rm -f "$run/stop"
	churn "$n" &
	churner=$!
	sleep "$((RANDOM % 2)).$((RANDOM % 1000))"
	kill -KILL "$daemon"
	wait "$daemon" 2> /dev/null
	touch "$run/stop"
	wait $churner
	n=$(next_static) ||
		fail "round $round: the state file is not: $(cat "$state")"
	start_again
	same_as_file || fail "round $round: not its file: $(cat "$run/diff")"
	grep "state file [^ ]*: not used" "$log" && fail "round $round"
	mesh 1 2
	accounted
	# The states begin anew, and are saved as before.
	if [ "$n" -gt 220 ] || [ "$round" = "$rounds" ]; then
		ctl sponge clear all > /dev/null || fail "not cleared"
		n=100
		ctl sponge set static 192.0.2.100 force > /dev/null ||
			fail "not set"
		wait_for 5 saved 192.0.2.100 || fail "the state is not saved"
	fi
done
fabric_stop || fail "it did not end well"
ip -d link show p1 | grep 'promiscuity 0' > /dev/null || fail "$(ip -d link show p1)"
mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
echo "$rounds times killed; it forwarded again within ${times[-1]} ms," \
	"the median is ${times[${#times[@]} / 2]} ms"
