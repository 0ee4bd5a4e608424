# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of ARP and neighbour discovery: which hosts get the
# requests for an address, and which answer.
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

# neigh_fabric PROFILE N...: a running daemon between the hosts N, which send
# nothing by themselves.
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
		# A kernel checks no neighbour that it has just used.
		in_host "$n" sysctl -qw \
			net.ipv4.neigh.eth0.delay_first_probe_time=3600 \
			net.ipv6.neigh.eth0.delay_first_probe_time=3600
	done
}

# capture N...: captures what the hosts N receive, to $run/hN.pcap.
capture() {
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

end_capture() {
	local n

	for n in "${!listeners[@]}"; do
		kill -INT "${listeners[n]}"
		wait "${listeners[n]}"
	done
	listeners=()
}

# received N FILTER: how many captured frames of host N match.
received() {
	tcpdump -n -r "$run/h$1.pcap" "${@:2}" 2> /dev/null | wc -l
}

# requests N ADDRESS: ARP requests and NS for the address; hA: of host A, for any.
requests() {
	case $2 in
	h*) received "$1" "ether src 02:00:00:00:00:0${2#h} and
		((arp and arp[7] == 1) or (icmp6 and ip6[40] == 135))" ;;
	*:*) requests6 "$1" "$2" ;;
	*) received "$1" "arp and arp[7] == 1 and dst host $2" ;;
	esac
}

# A filter of tcpdump cannot match the target of an NS, but its text has it.
requests6() {
	tcpdump -n -r "$run/h$1.pcap" 'icmp6 and ip6[40] == 135' \
		2> /dev/null | grep -c "who has $2,"
}

# mark A N...: waits until the hosts N have captured what host A has sent so far.
mark() {
	local n

	for n in "${@:2}"; do
		marks=$((marks + 1))
		wait_for 5 marked "$1" "$n" ||
			fail "h$n did not get the mark of h$1"
	done
}

marked() {
	in_host "$1" "$build/tests/func/ask" eth0 "02:00:00:00:00:0$2" \
		mark $marks || return
	wait_for 1 has_mark "$2"
}

has_mark() {
	[ "$(received "$1" "ip proto 253 and ip[4:2] == $marks")" -gt 0 ]
}

# request N ADDRESS COUNT PER-SECOND: host N sends requests for the address to
# all.
request() {
	in_host "$1" "$build/tests/func/ask" eth0 "${@:2}" > /dev/null ||
		fail "h$1 cannot send requests"
}

# free4 N ADDRESS: the result of address detection at host N for the IPv4 address.
free4() {
	in_host "$1" "$build/tests/func/ask" eth0 "$2" free "$(load)"
}

# answers_to N ADDRESS: host N gets an answer to one ping.
answers_to() {
	in_host "$1" ping -q -c 1 -W "$(slowness)" "$2" > /dev/null
}

# neighbour N ADDRESS: its MAC address in the neighbour table of host N.
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

# logged LINE [COUNT]: the log of the daemon has it, so often at least.
logged() {
	[ "$(grep -cF -- "$1" "$log")" -ge "${2:-1}" ]
}

# dad N ADDRESS: host N takes the IPv6 address if duplicate address detection
# finds it free; else fails.
dad() {
	local wait=net.ipv6.neigh.eth0.retrans_time_ms

	in_host "$1" sysctl -qw net.ipv6.conf.eth0.accept_dad=1 \
		net.ipv6.conf.eth0.dad_transmits=1 $wait=$((1000 * $(load)))
	ip -n "h$1" addr add "$2/64" dev eth0
	wait_for 5 dad_over "$1" "$2" || fail "h$1 does not end duplicate address detection"
	in_host "$1" sysctl -qw $wait=1000
	! address_has "$1" "$2" dadfailed
}

address_has() {
	ip -n "h$1" -6 addr show dev eth0 to "$2" "$3" | grep inet6 > /dev/null
}

dad_over() {
	address_has "$1" "$2" dadfailed || address_has "$1" "$2" -tentative
}
