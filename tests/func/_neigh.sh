# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of ARP and neighbour discovery: who is asked for an
# address, and who answers.
. "$(dirname "${BASH_SOURCE[0]}")/_env.sh"
need tcpdump

listeners=()
marks=0

# bound PROFILE N...: the configuration of exchange(), in which each port has
# the addresses of its host; the LAN has the lines $keys, too.  $descriptors: of
# a queue.
bound() {
	exchange "$@" | sed -e "/^profile/a ${keys:-#}" \
		-e "/^workers/a descriptors = ${descriptors:-1024}" |
		sed -E 's/^description = Host h(.)$/&\
ipv4 = 192.0.2.\1\
ipv6 = 2001:db8::\1/'
}

# neigh_fabric PROFILE N...: a running daemon between the hosts N, which have
# nothing to say of their own accord.
neigh_fabric() {
	local n

	for n in "${@:2}"; do
		host "$n"
	done
	bound "$@" | config
	fabric_start || fail "no fabric"
	wait_for 10 links_up "${@:2}" || fail "the links did not come up"
	for n in "${@:2}"; do
		wait_for 10 host_ready "$n" || fail "h$n has no IPv6"
	done
}

# listen N...: from now on it is kept what the hosts N are sent, $run/hN.pcap.
listen() {
	local n

	for n; do
		rm -f "$run/h$n.pcap" "$run/tcpdump$n"
		in_host_start "$n" tcpdump -i eth0 -Q in -n -p -U -B 8192 \
			--immediate-mode -w "$run/h$n.pcap" 2> "$run/tcpdump$n"
		listeners[n]=$!
		wait_for 10 grep -q 'listening on' "$run/tcpdump$n" ||
			fail "no tcpdump"
	done
}

unlisten() {
	local n

	for n in "${!listeners[@]}"; do
		kill -INT "${listeners[n]}"
		wait "${listeners[n]}"
	done
	listeners=()
}

# heard N FILTER: the frames that host N has been sent.
heard() {
	tcpdump -n -r "$run/h$1.pcap" "${@:2}" 2> /dev/null | wc -l
}

# questions N ADDRESS: those among them for the address; hA: by host A, for any.
questions() {
	case $2 in
	h*) heard "$1" "ether src 02:00:00:00:00:0${2#h} and
		((arp and arp[7] == 1) or (icmp6 and ip6[40] == 135))" ;;
	*:*) questions6 "$1" "$2" ;;
	*) heard "$1" "arp and arp[7] == 1 and dst host $2" ;;
	esac
}

# tcpdump's filters cannot name the target of a solicitation, its text does.
questions6() {
	tcpdump -n -r "$run/h$1.pcap" 'icmp6 and ip6[40] == 135' \
		2> /dev/null | grep -c "who has $2,"
}

# mark A N...: what host A has sent so far the hosts N have by now been sent, or
# never will be.
mark() {
	local n

	for n in "${@:2}"; do
		marks=$((marks + 1))
		wait_for 5 marked "$1" "$n" ||
			fail "h$n did not hear the mark of h$1"
	done
}

marked() {
	in_host "$1" "$build/tests/func/ask" eth0 "02:00:00:00:00:0$2" \
		mark $marks || return
	wait_for 1 hears_mark "$2"
}

hears_mark() {
	[ "$(heard "$1" "ip proto 253 and ip[4:2] == $marks")" -gt 0 ]
}

# ask N ADDRESS COUNT PER-SECOND: host N asks all for the address.
ask() {
	in_host "$1" "$build/tests/func/ask" eth0 "${@:2}" > /dev/null ||
		fail "h$1 cannot ask"
}

# neighbour N ADDRESS: the MAC address by which host N reaches it, if it does.
neighbour() {
	ip -n "h$1" -j neigh show to "$2" dev eth0 |
		jq -r '.[0] | select(.state != ["FAILED"]) | .lladdr // ""'
}

neighbour_is() {
	[ "$(neighbour "$1" "$2")" = "$3" ]
}

neighbour_state() {
	ip -n "h$1" -j neigh show to "$2" dev eth0 | jq -r '.[0].state[0]'
}

neighbour_reachable() {
	[ "$(neighbour_state "$1" "$2")" = REACHABLE ]
}

forget() {
	local n

	for n; do
		ip -n "h$n" neigh flush dev eth0 nud all
	done
}

# says LINE: the daemon has, and how often at least.
says() {
	[ "$(grep -cF -- "$1" "$log")" -ge "${2:-1}" ]
}

# dad N ADDRESS: host N takes the IPv6 address if nobody else has it; fails if
# somebody does.
dad() {
	in_host "$1" sysctl -qw net.ipv6.conf.eth0.accept_dad=1 \
		net.ipv6.conf.eth0.dad_transmits=1
	ip -n "h$1" addr add "$2/64" dev eth0
	wait_for 5 dad_over "$1" "$2" || fail "h$1 cannot make up its mind"
	! address_has "$1" "$2" dadfailed
}

address_has() {
	ip -n "h$1" -6 addr show dev eth0 to "$2" "$3" | grep -q inet6
}

dad_over() {
	address_has "$1" "$2" dadfailed || address_has "$1" "$2" -tentative
}
