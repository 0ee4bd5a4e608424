# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of the sponge, in which h2 dies and comes back.  h1 has
# been answered by the sponge meanwhile, h4 has not, and h3 has nothing to do
# with it.
#
#   h1 asks        h2 dies        h3 listens        h4 asks later
. "$(dirname "${BASH_SOURCE[0]}")/_neigh.sh"

sponge_mac=02:53:00:00:00:01
depth=5
pending=1

# sponge_keys LINE...: those of the LAN, for bound().
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

# probes N: those of the sponge that host N has been sent.
probes() {
	heard "$1" "ether src $sponge_mac and
		((arp and arp[7] == 1) or (icmp6 and ip6[40] == 135))"
}

probed() {
	[ "$(probes "$1")" -ge "$2" ]
}

# count LINE: how often the daemon has said so.
count() {
	grep -cF -- "$1" "$log"
}

# sponged ADDRESS: which is silent now; h1 asks for it until it is dead, no
# sooner and no later than it should be.
sponged() {
	local suspects dead

	suspects=$(count "pending: ip=$1 state=0")
	dead=$(count "sponging: ip=$1 ")
	listen 2 3
	ask 1 "$1" $((depth - 1)) 20
	mark 1 2
	ctl status > /dev/null || fail "no status"
	[ "$(count "pending: ip=$1 ")" = "$suspects" ] ||
		fail "$1 is suspect after $((depth - 1)) questions"
	ask 1 "$1" 1 1
	wait_for 1 says "pending: ip=$1 state=0" $((suspects + 1)) ||
		fail "$1 is not suspect after $depth questions"
	wait_for $((pending + 5)) says "sponging: ip=$1 " $((dead + 1)) ||
		fail "$1 is not sponged"
	wait_for 1 probed 2 $((pending + 1))
	mark 1 2 3
	[ "$(probes 2)" = $((pending + 1)) ] ||
		fail "$(probes 2) probes, not $((pending + 1))"
	[ "$(questions 2 h1)" = $depth ] ||
		fail "$(questions 2 h1) questions, not $depth"
	[ "$(logged_probes "$1")" = $((pending + 1)) ] ||
		fail "the log has $(logged_probes "$1") probes"
}

# logged_probes ADDRESS: when it was sponged the last time.
logged_probes() {
	ctl sponge log | sed -n "s/.*pending: ip=$1 state=//p" | tail -n 1
}

# sponge_state ADDRESS STATE
sponge_state() {
	[ "$(ctl -j sponge show "$1" | jq -r '.[] |
		select(.scope == "address") | .state')" = "$2" ]
}

# sponged_by_kernels ADDRESS CACHE: the same by what the kernels of h1 and h3 ask,
# who want to reach it and keep what they know in CACHE.
sponged_by_kernels() {
	local dead n pingers=()

	dead=$(count "sponging: ip=$1 ")
	listen 2
	for n in 1 3; do
		ip -n h$n ntable change name "$2" dev eth0 retrans 400
		in_host_start $n ping -n -i 0.2 "$1" > /dev/null
		pingers+=($!)
	done
	wait_for $((depth + pending + 5)) says "sponging: ip=$1 " \
		$((dead + 1)) || fail "$1 is not sponged"
	kill "${pingers[@]}"
	wait "${pingers[@]}"
	mark 1 2
	mark 3 2
	[ $(($(questions 2 h1) + $(questions 2 h3))) -ge $depth ] ||
		fail "sponged after less than $depth questions"
}

# not_sponged ADDRESS: which is silent, but only h1 asks for it, too often.
not_sponged() {
	local suspects

	suspects=$(count "pending: ip=$1 state=0")
	ask 1 "$1" $((3 * depth)) 20
	mark 1 3
	ctl status > /dev/null || fail "no status"
	[ "$(count "pending: ip=$1 ")" = "$suspects" ] ||
		fail "one host alone makes $1 suspect"
}

# answered ADDRESS: h1 asks for the dead address, is answered in its place, and
# nobody else hears of it.
answered() {
	unlisten
	listen 1 2 3
	forget 1
	in_host 1 ping -q -c 1 -W 1 "$1" > /dev/null && fail "$1 is not dead"
	neighbour_is 1 "$1" $sponge_mac || fail "$1 is at $(neighbour 1 "$1")"
	mark 1 2 3
	[ "$(questions 2 h1)$(questions 3 h1)" = 00 ] ||
		fail "questions are heard that are answered"
	unlisten
}

# back ADDRESS COMMAND...: h2 has the address again, and COMMAND is the first
# that is heard of it; from then on those who want to reach it do within a
# second, or h1 within $patience.
back() {
	local pinger begun had had_not alive

	alive=$(count "unsponging: ip=$1 mac=02:00:00:00:00:02")
	in_host_start 1 ping -n -D -i 0.05 "$1" > "$run/pinging"
	pinger=$!
	wait_for 5 stray || fail "h1 does not send to $sponge_mac"
	forget 4
	begun=$(date +%s%N)
	"${@:2}" || fail "h2 cannot come back"
	in_host 4 ping -n -D -c 1 -W 1 "$1" > "$run/pings" ||
		fail "h4, which did not know of it, does not reach $1"
	wait_for 10 grep -q 'bytes from' "$run/pinging" ||
		fail "h1, which knew it dead, does not reach $1"
	kill $pinger
	wait $pinger
	had=$(($(first_reply "$run/pinging") - begun))
	had_not=$(($(first_reply "$run/pings") - begun))
	echo "$1 is back, ${2//_/ }: h1 after $((had / 1000000)) ms," \
		"h4 after $((had_not / 1000000)) ms"
	[ $had -lt $((${patience:-1} * 1000000000)) ] || fail "late for h1"
	[ $had_not -lt 1000000000 ] || fail "late for h4"
	neighbour_is 1 "$1" 02:00:00:00:00:02 ||
		fail "$1 is at $(neighbour 1 "$1")"
	wait_for 1 says "unsponging: ip=$1 mac=02:00:00:00:00:02" \
		$((alive + 1)) || fail "no word of it"
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
