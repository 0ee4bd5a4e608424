# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by every functional test: see apps/hosts.sh for the hosts and
# the daemon.  Exits 77 when something the test needs is missing, and 0 only if
# the daemon has ended well, too.

set -u -o pipefail

need() {
	local tool

	for tool; do
		command -v "$tool" > /dev/null || skip "$tool is missing"
	done
}

func=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${IXF_BUILD:-$func/../../build}
# shellcheck source=../_outcome.sh
. "$func/../_outcome.sh"
# shellcheck source=../../apps/hosts.sh
. "$func/../../apps/hosts.sh"

# load: how many want to run for each core of this machine, and one more: by this
# factor everything takes longer than if it did nothing else.
load() {
	local running

	read -r running _ < /proc/loadavg
	echo $((1 + ${running%.*} / $(nproc)))
}

# Deadlines cost time only if a test fails, so they are far away.
slowness() {
	echo $((6 * $(load)))
}

need unshare ip ethtool ping jq timeout sysctl mount
for program in ixfabricd ixctl; do
	[ -x "$build/apps/$program" ] || skip "$program is not built"
done
spaces_enter "$0" "$@" || skip "neither root nor user namespaces"

at_exit() {
	local rc=$?

	trap - EXIT
	[ -z "$daemon" ] || fabric_stop || rc=1
	if [ $rc != 0 ] && [ $rc != 77 ]; then
		echo "--- the log of the daemon:"
		[ ! -e "$log" ] || tail -n 60 "$log"
		echo "--- its configuration:"
		[ ! -f "$ini" ] || cat "$ini"
	fi
	exit $rc
}
trap at_exit EXIT
trap 'exit 1' INT TERM

# The kernel of host N has seen its link and can be asked by IPv6.
host_ready() {
	ip -n "h$1" -6 addr show dev eth0 scope link -tentative |
		grep inet6 > /dev/null
}

# Fails unless all of the hosts given reach each other.
mesh() {
	local a b

	for a; do
		wait_for 10 host_ready "$a" || fail "h$a has no IPv6"
	done
	for a; do
		for b; do
			[ "$a" -lt "$b" ] || continue
			pings "$a" "$b" > "$run/ping" 2>&1 || {
				cat "$run/ping"
				fail "h$a does not reach h$b"
			}
		done
	done
}


# fabric PROFILE N...: hosts N and a running daemon between them.
fabric() {
	local n

	for n in "${@:2}"; do
		host "$n"
	done
	exchange "$@" | config
	fabric_start || fail "no fabric"
	wait_for 10 links_up "${@:2}" || fail "the links did not come up"
}

links_up() {
	local n

	for n; do
		[ "$(port_state "m$n")" = up ] || return 1
	done
}

port_state() {
	ctl -j port show "$1" | jq -r '.[0].state'
}

# counter PORT NAME: one of those of ixctl port stats.
counter() {
	ctl -j port stats "$1" | jq -r ".[0].$2"
}

# dropped PORT REASON: how many frames of the port it has refused.
dropped() {
	ctl -j port drops "$1" | jq -r --arg reason "$2" \
		'[.[] | select(.reason == $reason) | .frames] | add // 0'
}

# drops_only REASON...: fails if any port counts a drop for another reason.
drops_only() {
	local others

	others=$(ctl -j port drops | jq -c --arg named " $* " \
		'.[] | select(.frames > 0) | select(.reason as $r |
			$named | contains(" " + $r + " ") | not)')
	[ -z "$others" ] || fail "unexpected drops: $others"
}

# balanced: what was received is accounted for once, and so is what was sent.
balanced() {
	ctl -j port stats | jq -e '
		all(.[]; .rx_frames == .forwarded + .flooded + .consumed +
			.rx_dropped) and
		(map(.forwarded + .copies + .generated + .mirrored) | add) ==
		(map(.tx_frames + .tx_dropped) | add)'
}

accounted() {
	wait_for 5 balanced && return
	ctl -j port stats | jq -c '.[]'
	fail "the frames do not add up"
}

# hurry: a core for the forwarding, as a fabric has it: the workers go before
# whatever else this machine does.
hurry() {
	local task

	for task in /proc/"$daemon"/task/*; do
		[ "${task##*/}" = "$daemon" ] ||
			! grep -q worker "$task/comm" ||
			chrt -f -p 1 "${task##*/}" || return
	done
}

# The control thread stands still, until release_control.
hold_control() {
	"$build/tests/func/holdthread" "$daemon" > "$run/hold" 2>&1 &
	holder=$!
	wait_for 5 grep -q held "$run/hold" || {
		cat "$run/hold"
		skip "a thread cannot be traced here"
	}
	timeout 1 "$build/apps/ixctl" -s "$sock" status > /dev/null 2>&1 &&
		fail "the control thread still answers: it was not held"
	return 0
}

release_control() {
	kill "$holder"
	wait "$holder" || fail "the thread was not let go of"
	wait_for 10 ctl port show || fail "control did not come back"
}

# numbered A B RATE SECONDS: A and B send each other numbered frames, RATE a
# second each, for that time or until $run/senders are killed; prints the line
# of B's receiver, then of A's.
numbered() {
	local a=$1 b=$2 receivers=() senders=() n

	for n in "$b" "$a"; do
		: > "$run/got$n"
		in_host_start "$n" "$build/tests/func/numbered" receive eth0 \
			$((100 * $(load))) > "$run/got$n"
		receivers+=($!)
		wait_for 5 grep -q ready "$run/got$n" ||
			fail "no receiver on h$n"
	done
	in_host_start "$a" "$build/tests/func/numbered" send eth0 \
		"02:00:00:00:00:0$b" "$3" "$4" > "$run/sent$a"
	senders+=($!)
	in_host_start "$b" "$build/tests/func/numbered" send eth0 \
		"02:00:00:00:00:0$a" "$3" "$4" > "$run/sent$b"
	senders+=($!)
	echo "${senders[@]}" > "$run/senders"
	wait "${senders[@]}"
	kill "${receivers[@]}"
	wait "${receivers[@]}"
	echo "$(tail -n 1 "$run/got$b") of $(cat "$run/sent$a")"
	echo "$(tail -n 1 "$run/got$a") of $(cat "$run/sent$b")"
}

# unharmed LINES [KERNEL]: what numbered() printed says that every frame sent
# arrived, once and in order; but for KERNEL frames at most, which the kernel of this
# machine dropped meanwhile, and the fabric never had or had sent.
unharmed() {
	local line pattern='^received=([0-9]+) lost=[0-9]+ repeated=0 late=0'
	local received sent lost=0

	pattern="$pattern missed=([0-9]+) of sent=([0-9]+) in"
	while read -r line; do
		[[ $line =~ $pattern ]] || return 1
		received=${BASH_REMATCH[1]} sent=${BASH_REMATCH[3]}
		[ "$received" -gt 0 ] && [ "$received" -le "$sent" ] || return 1
		# What the socket of the receiver had no room for reached it.
		lost=$((lost + sent - received - BASH_REMATCH[2]))
	done <<< "$1"
	[ $lost -le "${2:-0}" ]
}

# kernel_drops: frames so far that were dropped before the fabric could receive them,
# or after it had sent them: a ring was full since its worker did not run, or the
# backlog of a core.
kernel_drops() {
	local n drops

	drops=$(ctl -j port stats | jq 'map(.device.rx_missed // 0) | add')
	for n in $(ip netns list | sed -n 's/^h\([0-9]*\).*/\1/p'); do
		drops=$((drops + $(tx_dropped -n "h$n" eth0) +
			$(tx_dropped "p$n")))
	done
	echo "$drops"
}

# tx_dropped [-n NAMESPACE] INTERFACE
tx_dropped() {
	ip "${@:1:$#-1}" -s -j link show "${*: -1}" |
		jq '.[0].stats64.tx.dropped'
}

# cable A B: what comes in by interface A leaves by B, and the other way round;
# so a host reaches a TAP device of the fabric.
cable() {
	local pair from to

	for pair in "$1 $2" "$2 $1"; do
		read -r from to <<< "$pair"
		if ! tc qdisc add dev "$from" ingress ||
			! tc filter add dev "$from" parent ffff: protocol all \
				u32 match u32 0 0 \
				action mirred egress redirect dev "$to"; then
			skip "tc cannot redirect frames here"
		fi
	done
}

# tap N: the daemon's device tN, made by net_tap, on the cable of host N.
tap() {
	sysctl -qw "net.ipv6.conf.t$1.disable_ipv6=1"
	quiet_link "t$1"
	cable "t$1" "p$1"
	ip link set "t$1" up
}

# pinging A B: host A pings host B a hundred times a second, until pinged().
pinging() {
	in_host_start "$1" ping -4 -n -i 0.01 "192.0.2.$2" > "$run/pings"
	pinger=$!
}

# Ends that, and fails if an answer before the last one is missing.
pinged() {
	local last answers

	kill -INT "$pinger"
	wait "$pinger"
	last=$(sed -n 's/.*icmp_seq=\([0-9]*\) ttl.*/\1/p' "$run/pings" | sort -n -u |
		tee "$run/answers" | tail -n 1)
	answers=$(wc -l < "$run/answers")
	[ "$answers" -gt 0 ] || fail "no ping has an answer"
	[ "$answers" = "$last" ] ||
		fail "of $last pings $((last - answers)) have no answer"
}
