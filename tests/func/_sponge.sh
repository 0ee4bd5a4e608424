# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of the sponge, in which h2 loses its address and gets it
# back.  Meanwhile h1 has been answered by the sponge, h4 has not, and h3 takes no
# part.
#
#   h1 requests        h2 dies        h3 captures        h4 requests later
. "$(dirname "${BASH_SOURCE[0]}")/_neigh.sh"

sponge_mac=02:53:00:00:00:01
depth=5
pending=1

# sponge_keys LINE...: the keys of the LAN, for bound().
sponge_keys() {
	local line

	for line in 'sponge = on' "sponge_mac = $sponge_mac" \
		'sponge_ipv4 = 192.0.2.251' "sponge_queuedepth = $depth" \
		"sponge_pending = $pending" 'sponge_learning = 0s' \
		'sponge_sweep = 0s' "sponge_flood_protection = ${flood_protection:-0}" \
		"$@"; do
		printf '%s\\n' "$line"
	done
}

# probes N: how many probes of the sponge host N has captured.
probes() {
	received "$1" "ether src $sponge_mac and
		((arp and arp[7] == 1) or (icmp6 and ip6[40] == 135))"
}

probed() {
	[ "$(probes "$1")" -ge "$2" ]
}

# log_count LINE: how often the log of the daemon has it.
log_count() {
	grep -cF -- "$1" "$log"
}

# sponged ADDRESS: h1 requests the silent address until it is DEAD, after the right
# number of requests and probes.
sponged() {
	local suspects dead

	suspects=$(log_count "pending: ip=$1 state=0")
	dead=$(log_count "sponging: ip=$1 ")
	capture 2 3
	request 1 "$1" $((depth - 1)) 20
	mark 1 2
	ctl status > /dev/null || fail "no status"
	[ "$(log_count "pending: ip=$1 ")" = "$suspects" ] ||
		fail "$1 is pending after $((depth - 1)) requests"
	request 1 "$1" 1 1
	wait_for 1 logged "pending: ip=$1 state=0" $((suspects + 1)) ||
		fail "$1 is not pending after $depth requests"
	wait_for $((pending + 5)) logged "sponging: ip=$1 " $((dead + 1)) ||
		fail "$1 is not sponged"
	wait_for 1 probed 2 $((pending + 1))
	mark 1 2 3
	[ "$(probes 2)" = $((pending + 1)) ] ||
		fail "$(probes 2) probes, not $((pending + 1))"
	[ "$(requests 2 h1)" = $depth ] ||
		fail "$(requests 2 h1) requests, not $depth"
	[ "$(logged_probes "$1")" = $((pending + 1)) ] ||
		fail "the log has $(logged_probes "$1") probes"
}

# logged_probes ADDRESS: in the log, when it was sponged the last time.
logged_probes() {
	ctl sponge log | sed -n "s/.*pending: ip=$1 state=//p" | tail -n 1
}

# sponge_state ADDRESS STATE
sponge_state() {
	[ "$(ctl -j sponge show "$1" | jq -r '.[] |
		select(.scope == "address") | .state')" = "$2" ]
}

# sponged_by_kernels ADDRESS CACHE: the same by requests of the kernels of h1 and
# h3, which ping it; CACHE is their neighbour table.
sponged_by_kernels() {
	local dead n pingers=()

	dead=$(log_count "sponging: ip=$1 ")
	capture 2
	for n in 1 3; do
		ip -n h$n ntable change name "$2" dev eth0 retrans 400
		in_host_start $n ping -n -i 0.2 "$1" > /dev/null
		pingers+=($!)
	done
	wait_for $((depth + pending + 5)) logged "sponging: ip=$1 " \
		$((dead + 1)) || fail "$1 is not sponged"
	kill "${pingers[@]}"
	wait "${pingers[@]}"
	mark 1 2
	mark 3 2
	[ $(($(requests 2 h1) + $(requests 2 h3))) -ge $depth ] ||
		fail "sponged after less than $depth requests"
}

# not_sponged ADDRESS: it is silent, but only h1 requests it, too often.
not_sponged() {
	local suspects

	suspects=$(log_count "pending: ip=$1 state=0")
	request 1 "$1" $((3 * depth)) 20
	mark 1 3
	ctl status > /dev/null || fail "no status"
	[ "$(log_count "pending: ip=$1 ")" = "$suspects" ] ||
		fail "one host alone makes $1 pending"
}

# quiet: the kernels of the hosts have nothing to ask any more, and what they asked
# has arrived; an answer to that is forgotten, too.
quiet() {
	forget 1 2 3 4
	capture 1 2 3
	mark 1 2 3
	mark 2 1 3
	mark 3 1 2
	mark 4 1 2 3
	end_capture
	forget 1 2 3 4
}

# answered ADDRESS: h1 requests the dead address and gets an answer of the sponge;
# no other host gets the request.
answered() {
	local n

	end_capture
	quiet
	capture 1 2 3
	in_host 1 ping -q -c 1 -W 1 "$1" > /dev/null && fail "$1 is not dead"
	neighbour_is 1 "$1" $sponge_mac || fail "$1 is at $(neighbour 1 "$1")"
	mark 1 2 3
	[ "$(requests 2 h1)$(requests 3 h1)" = 00 ] || {
		for n in 1 2 3; do
			echo "h$n:"
			tcpdump -n -e -r "$run/h$n.pcap"
		done
		fail "requests are answered and forwarded"
	}
	end_capture
}

# back ADDRESS COMMAND...: h2 has the address again, and COMMAND causes its first
# frame; then hosts reach it within a second, or h1 within $patience.
back() {
	local pinger begun ns1 ns4 alive second

	alive=$(log_count "unsponging: ip=$1 mac=02:00:00:00:00:02")
	in_host_start 1 ping -n -D -i 0.05 "$1" > "$run/pinging"
	pinger=$!
	wait_for 5 stray || fail "h1 does not send to $sponge_mac"
	forget 4
	begun=$(date +%s%N)
	"${@:2}" || fail "h2 cannot come back"
	in_host 4 ping -n -D -c 1 -W "$(slowness)" "$1" > "$run/pings" ||
		fail "h4, which had not requested it, does not reach $1"
	wait_for 10 grep -q 'bytes from' "$run/pinging" ||
		fail "h1, which had the answer of the sponge, does not reach $1"
	kill $pinger
	wait $pinger
	ns1=$(($(first_reply "$run/pinging") - begun))
	ns4=$(($(first_reply "$run/pings") - begun))
	echo "$1 is back, ${2//_/ }: h1 after $((ns1 / 1000000)) ms," \
		"h4 after $((ns4 / 1000000)) ms"
	second=$(($(load) * 1000000000))
	[ $ns1 -lt $((${patience:-1} * second)) ] || fail "late for h1"
	[ $ns4 -lt $second ] || fail "late for h4"
	neighbour_is 1 "$1" 02:00:00:00:00:02 ||
		fail "$1 is at $(neighbour 1 "$1")"
	wait_for 1 logged "unsponging: ip=$1 mac=02:00:00:00:00:02" \
		$((alive + 1)) || fail "not logged"
}

stray() {
	local before=${strays:-0}

	strays=$(dropped m1 sponge_stray)
	[ "$strays" -gt "$before" ]
}

# first_reply FILE: ns, of what ping -D has written.
first_reply() {
	sed -n '/bytes from/ { s/^\[\([0-9]*\)\.\([0-9]*\)\].*/\1\2000/p; q }' \
		"$1"
}
