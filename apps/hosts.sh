# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Hosts with real kernels around a live ixfabricd, in namespaces that cannot
# affect the machine: for the quickstart and the functional tests.
#
#   h1 [eth0] ---- [p1]  ixfabricd  [p2] ---- [eth0] h2
#                            [p3]
#                              |
#                           [eth0] h3
#
# Host N is a network namespace hN with MAC address 02:00:00:00:00:0N,
# 192.0.2.N/24 and 2001:db8::N/64 on eth0; pN is the end of its cable at the
# fabric.  Everything is gone when the process that called spaces_enter() ends,
# however it ends.
#
# The script that sources this sets build, the directory of the build.

PATH=$PATH:/usr/sbin:/sbin
build=${build:?the directory of the build}
daemon=

# spaces_enter SCRIPT ARGUMENT...: runs the script again inside network, mount
# and process namespaces of its own, made as root or with user namespaces; returns
# 1 if neither is possible.  Inside, makes a /run of its own.
spaces_enter() {
	local spaces=(--net --mount --pid --fork --kill-child --mount-proc)

	if [ -z "${IXF_INSIDE-}" ]; then
		if ! unshare "${spaces[@]}" true 2> /dev/null; then
			spaces=(--user --map-root-user "${spaces[@]}")
			unshare "${spaces[@]}" true 2> /dev/null || return 1
		fi
		IXF_INSIDE=$$ exec unshare "${spaces[@]}" -- bash "$@"
	fi
	# shellcheck disable=SC2034 # as the world outside numbers us
	outside=$IXF_INSIDE
	unset IXF_INSIDE
	mount -t tmpfs tmpfs /run && mkdir /run/netns /run/test || return 1
	run=/run/test
	ini=$run/ixfabric.ini
	sock=$run/ixfabric.sock
	log=$run/ixfabricd.log
	export STATE_DIRECTORY=$run/state # nothing goes to that of the machine
	ip link set lo up
}

# Prints by how much longer than on an idle machine to wait here.
slowness() {
	echo 1
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails after SECONDS,
# times slowness().
wait_for() {
	local deadline

	deadline=$(($(date +%s%N) + $1 * $(slowness) * 1000000000))
	shift
	until "$@" > /dev/null 2>&1; do
		[ "$(date +%s%N)" -lt $deadline ] || return 1
		sleep 0.05
	done
}

quiet_link() {
	ethtool -K "$1" tx off rx off gso off tso off gro off \
		> /dev/null 2>&1 || true
}

# Neither side sends frames on its own: the tests count frames.
quiet_space() {
	sysctl -qw net.ipv6.conf.all.accept_ra=0 \
		net.ipv6.conf.default.accept_ra=0 \
		net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.dad_transmits=0 \
		net.ipv6.conf.default.router_solicitations=0
}

# host N [MAC]: namespace hN and the cable from its eth0 to pN.
host() {
	local n=$1 h=h$1 p=p$1

	ip netns add "$h"
	in_host "$n" bash -c "$(declare -f quiet_space); quiet_space"
	ip link add "$p" type veth peer name eth0 netns "$h"
	ethtool -K "$p" gro on > /dev/null 2>&1 # as a NIC has it
	in_host "$n" bash -c "$(declare -f quiet_link); quiet_link eth0"
	ip -n "$h" link set lo up
	ip -n "$h" link set eth0 address "${2:-02:00:00:00:00:0$n}"
	ip -n "$h" addr add "192.0.2.$n/24" dev eth0
	ip -n "$h" link set eth0 up
	ip -n "$h" addr add "2001:db8::$n/64" dev eth0 nodad
	ip link set "$p" up
}

# in_host N COMMAND...
in_host() {
	ip netns exec "h$1" "${@:2}"
}

# The same in the background; $! is the number of the command itself.
in_host_start() {
	ip netns exec "h$1" "${@:2}" &
}

# pings A B [PING-OPTION...]: host A reaches host B, by IPv4 and by IPv6.
pings() {
	pings4 "$@" && pings6 "$@"
}

pings4() {
	in_host "$1" ping -4 -q -c 3 -i 0.05 -W "$(slowness)" "${@:3}" \
		"192.0.2.$2"
}

pings6() {
	in_host "$1" ping -6 -q -c 3 -i 0.05 -W "$(slowness)" "${@:3}" \
		"2001:db8::$2"
}

# The configuration comes from standard input.
config() {
	cat > "$ini"
}

# exchange PROFILE N...: prints the configuration of one LAN with a port mN for
# each host N; under an ixp profile locked to its address.  $workers: cores.
exchange() {
	local n profile=$1

	shift
	cat << EOF
[fabric]
socket = $sock
state = $run/state/sponge.json
workers = ${workers:-0}

[lan peering]
profile = $profile
ipv4 = 192.0.2.0/24
ipv6 = 2001:db8::/64
EOF
	for n; do
		cat << EOF

[port m$n]
device = net_af_packet$n,iface=p$n
lan = peering
description = Host h$n
EOF
		[ "$profile" = open ] || echo "mac = 02:00:00:00:00:0$n"
	done
}

ctl() {
	"$build/apps/ixctl" -s "$sock" "$@"
}

# Starts the daemon on the configuration and waits until it answers; its log goes to
# the file $log.
fabric_start() {
	"$build/apps/ixfabricd" -c "$ini" > "$log" 2>&1 &
	daemon=$!
	if ! wait_for 20 fabric_settled || ended "$daemon"; then
		ended "$daemon" && daemon=
		echo "the daemon did not come up" >&2
		return 1
	fi
}

# The daemon answers, or it has ended.
fabric_settled() {
	ended "$daemon" || ctl port show
}

# Ends the daemon; fails unless it exits with 0, and in time.
fabric_stop() {
	local pid=$daemon rc=0

	daemon=
	kill -TERM "$pid" 2> /dev/null
	wait_for 5 ended "$pid" || {
		kill -KILL "$pid"
		echo "the daemon did not stop on SIGTERM"
		return 1
	}
	wait "$pid" || rc=$?
	[ $rc = 0 ] || echo "the daemon ended with exit code $rc"
	return $rc
}

ended() {
	! kill -0 "$1" 2> /dev/null ||
		[ "$(ps_state "$1")" = Z ]
}

ps_state() {
	sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 1
}
