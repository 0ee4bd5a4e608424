# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034 # used by apps/hosts.sh
#
# For the shell of the emulated machine, in lag.py: members with several cables around a
# live ixfabricd, with the drivers of a kernel for link aggregation.
#
#   h2 [lan0] -- etha ---- [p2a]  ixfabricd
#             -- ethb ---- [p2b]
#
# Member N is a network namespace hN, and lan0 the interface of its LAG, with MAC address
# 02:00:00:00:00:0N.  A member with one cable has lan0 at the end of it.
#
# The shell that sources this sets build, the directory of the build.

# shellcheck source=../../apps/hosts.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../apps/hosts.sh"

: "${build:?the directory of the build}"
run=/run/test
mkdir -p /run/netns /run/teamd $run/state
ini=$run/ixfabric.ini
sock=$run/ixfabric.sock
log=/mnt/log
export STATE_DIRECTORY=$run/state
ip link set lo up

space() {
	ip netns add "h$1" && in_host "$1" bash -c "$(declare -f quiet_space)
		quiet_space && sysctl -qw net.ipv6.conf.default.disable_ipv6=1"
}

# cable N LETTER [NAME]: one of member N, whose end there is NAME.
cable() {
	ip link add "p$1$2" type veth peer name "${3:-eth$2}" netns "h$1" &&
		ip link set "p$1$2" up
}

# member N LETTER...
member() {
	local letter

	space "$1" || return
	for letter in "${@:2}"; do
		cable "$1" "$letter" || return
	done
}

# plain N: a member without LAG.
plain() {
	space "$1" && cable "$1" a lan0 &&
		ip -n "h$1" link set lan0 address "02:00:00:00:00:0$1" up
}

# bond N OPTION...: its cables are a LAG of the bonding driver.
bond() {
	local link

	ip -n "h$1" link add lan0 address "02:00:00:00:00:0$1" type bond \
		miimon 10 xmit_hash_policy layer3+4 "${@:2}" || return
	for link in $(ends "$1"); do
		enslave "$1" "$link" || return
	done
	ip -n "h$1" link set lan0 up
}

# enslave N INTERFACE
enslave() {
	ip -n "h$1" link set "$2" down && ip -n "h$1" link set "$2" master lan0 &&
		ip -n "h$1" link set "$2" up
}

ends() {
	ip -n "h$1" -br link | grep -o '^eth[a-z]'
}

# team N: its cables are a LAG of the team driver, by LACP, fast.
team() {
	local link

	in_host_start "$1" teamd -r -t lan0 -p "/run/teamd/h$1.pid" -c '{
		"hwaddr": "02:00:00:00:00:0'"$1"'",
		"runner": {"name": "lacp", "active": true, "fast_rate": true,
			"tx_hash": ["ipv4", "l4"]},
		"link_watch": {"name": "ethtool"}}' > "$run/teamd$1" 2>&1
	wait_for 20 teamctl "$1" state || return
	for link in $(ends "$1"); do
		ip -n "h$1" link set "$link" down
		teamctl "$1" port add "$link" || return
	done
	ip -n "h$1" link set lan0 up
}

teamctl() {
	in_host "$1" teamdctl lan0 "${@:2}"
}

team_end() {
	kill "$(cat "/run/teamd/h$1.pid")" && wait_for 20 team_gone "$1"
}

team_gone() {
	! ip -n "h$1" link show lan0
}

# silent N LETTER: what is sent at either end of the cable is lost; it stays up.  The
# fabric goes past the queueing discipline of its end.
silent() {
	tc -n "h$1" qdisc add dev "eth$2" root blackhole &&
		tc -n "h$1" qdisc add dev "eth$2" clsact &&
		tc -n "h$1" filter add dev "eth$2" ingress matchall action drop
}

no_longer_silent() {
	tc -n "h$1" qdisc del dev "eth$2" clsact &&
		tc -n "h$1" qdisc del dev "eth$2" root
}

# swap A B LETTER: of both members, the cable with this letter goes to the other one.
swap() {
	local end=eth$3

	ip -n "h$1" link set "$end" nomaster down &&
		ip -n "h$2" link set "$end" nomaster down &&
		ip -n "h$1" link set "$end" name moved netns "h$2" &&
		ip -n "h$2" link set "$end" netns "h$1" &&
		ip -n "h$2" link set moved name "$end" &&
		enslave "$1" "$end" && enslave "$2" "$end"
}

# traffic A B RATE: A and B send each other numbered frames of 16 flows, RATE a second
# each, until traffic_ends A B.
traffic() {
	local to

	for to in "$1" "$2"; do
		in_host_start "$to" "$build/tests/func/numbered" receive lan0 300 \
			> "$run/got$to"
		eval "receiver$to=$!"
		wait_for 20 grep -q ready "$run/got$to" || return
	done
	flow "$1" "02:00:00:00:00:0$2" "$3" &&
	flow "$2" "02:00:00:00:00:0$1" "$3"
}

# flow FROM TO-MAC RATE.  A sender that changes its processor overtakes its own frames in
# veth devices.
flow() {
	in_host_start "$1" taskset -c 2 "$build/tests/func/numbered" send lan0 \
		"$2" "$3" 3600 16 > "$run/sent$1"
	eval "sender$1=$!"
	wait_for 20 catches_term $!
}

# It ends by that as it should.
catches_term() {
	grep -E 'SigCgt:.*[4-7c-f][0-9a-f]{3}$' "/proc/$1/status"
}

# traffic_ends A B: prints what arrived at each of them.
traffic_ends() {
	local a=sender$1 b=sender$2 c=receiver$1 d=receiver$2

	kill "${!a}" "${!b}" && wait "${!a}" "${!b}"
	kill "${!c}" "${!d}" && wait "${!c}" "${!d}"
	{ sed 1d "$run/got$1" && cat "$run/sent$2"; } | paste -s -d ' '
	{ sed 1d "$run/got$2" && cat "$run/sent$1"; } | paste -s -d ' '
}
