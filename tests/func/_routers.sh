# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests with real routers: BIRD 2 and FRR, as members and as a
# route server, with what exchanges ask of sessions: TCP MD5 (RFC 2385), TTL
# security (RFC 5082) and BFD (RFC 5882).  Host N is AS 6450N and announces
# 203.0.113.(N*16)/28 and 2001:db8:fN::/48.
. "$(dirname "${BASH_SOURCE[0]}")/_env.sh"
PATH=$PATH:/usr/lib/frr
need bird birdc bgpd bfdd zebra vtysh

# A session that a member loses is lost after this many seconds at most; a busy
# machine must not lose one by itself.
hold=9
bfd_ms=400
bfd_times=10
secret=between-two
routers=()

# prefix FAMILY N: what host N announces.
prefix() {
	if [ "$1" = 4 ]; then
		echo "203.0.113.$(($2 * 16))/28"
	else
		echo "2001:db8:f$2::/48"
	fi
}

# address FAMILY N: of host N on the LAN.
address() {
	[ "$1" = 4 ] && echo "192.0.2.$2" || echo "2001:db8::$2"
}

# A SESSION is PEER/KIND: "bfd", "echo" with its echo, "ttl" with TTL security,
# "all" with this and BFD.  FRR takes a session with TTL security for one over
# several hops, with another BFD; so it is none of "all".

# bird_session N SESSION FAMILY: that of host N; of a route server if $server.
bird_session() {
	local export='where source = RTS_STATIC' peer=${2%/*} ttl=off bfd=off

	[ -z "${server-}" ] || export=all
	case $2 in */ttl | */all) ttl=on ;; esac
	case $2 in */bfd | */all) bfd=on ;; esac
	cat << EOT
protocol bgp h${peer}v$3 {
	${server:+rs client;}
	local $(address "$3" "$1") as 6450$1;
	neighbor $(address "$3" "$peer") as 6450$peer;
	password "$secret";
	ttl security $ttl;
	bfd $bfd;
	enforce first as off;
	hold time $hold;
	keepalive time $((hold / 3));
	connect delay time 1;
	connect retry time 2;
	error wait time 1, 2;
	ipv$3 { import all; export $export; };
}
EOT
}

# bird_start N SESSION...: host N runs BIRD, a route server if $server.
bird_start() {
	local n=$1 session family

	shift
	{
		cat << EOT
log "$run/bird$n.log" all;
router id 192.0.2.$n;
debug protocols { states, events };
protocol device { }
protocol bfd {
	interface "eth0" {
		interval $bfd_ms ms;
		multiplier $bfd_times;
	};
}
EOT
		for family in 4 6; do
			[ -n "${server-}" ] || cat << EOT
protocol static own$family {
	ipv$family;
	route $(prefix $family "$n") blackhole;
}
protocol kernel kernel$family {
	ipv$family { export where source = RTS_BGP; };
}
EOT
			for session; do
				bird_session "$n" "$session" $family
			done
		done
	} > "$run/bird$n.conf"
	in_host_start "$n" bird -f -c "$run/bird$n.conf" -s "$run/bird$n.ctl" \
		> "$run/bird$n.out" 2>&1
	routers+=($!)
	wait_for 10 birdc -s "$run/bird$n.ctl" show status || {
		cat "$run/bird$n.out"
		fail "no BIRD on h$n"
	}
}

# frr_session SESSION FAMILY
frr_session() {
	local kind=${1#*/} peer

	peer=$(address "$2" "${1%/*}")
	cat << EOT
 neighbor $peer remote-as 6450${1%/*}
 neighbor $peer password $secret
 neighbor $peer timers $((hold / 3)) $hold
 neighbor $peer timers connect 2
EOT
	if [ "$kind" = ttl ]; then
		echo " neighbor $peer ttl-security hops 1"
	else
		echo " neighbor $peer bfd profile $kind"
	fi
	cat << EOT
 address-family ipv$2 unicast
  neighbor $peer activate
 exit-address-family
EOT
}

# frr_bgp N SESSION...
frr_bgp() {
	local n=$1 family session

	cat << EOT
hostname h$n
router bgp 6450$n
 bgp router-id 192.0.2.$n
 bgp log-neighbor-changes
 no bgp ebgp-requires-policy
 no bgp enforce-first-as
 no bgp default ipv4-unicast
 no bgp network import-check
EOT
	for family in 4 6; do
		echo " address-family ipv$family unicast"
		echo "  network $(prefix $family "$n")"
		echo " exit-address-family"
		for session in "${@:2}"; do
			frr_session "$session" $family
		done
	done
}

frr_bfd() {
	cat << EOT
hostname h$1
bfd
 profile bfd
  receive-interval $bfd_ms
  transmit-interval $bfd_ms
  detect-multiplier $bfd_times
 exit
 profile echo
  receive-interval $bfd_ms
  transmit-interval $bfd_ms
  detect-multiplier $bfd_times
  echo-mode
  echo transmit-interval $bfd_ms
  echo receive-interval $bfd_ms
 exit
EOT
}

# frr_start N SESSION...: host N runs FRR.
frr_start() {
	local n=$1 daemon_of

	mkdir -p "/run/frr/h$n"
	chown -R frr:frr /run/frr 2> /dev/null
	echo "hostname h$n" > "$run/zebra$n.conf"
	frr_bgp "$@" > "$run/bgpd$n.conf"
	frr_bfd "$n" > "$run/bfdd$n.conf"
	for daemon_of in zebra bfdd bgpd; do
		in_host_start "$n" "$daemon_of" -N "h$n" -f "$run/$daemon_of$n.conf" \
			--log "file:$run/$daemon_of$n.log" \
			> "$run/$daemon_of$n.out" 2>&1
		routers+=($!)
		wait_for 10 test -S "/run/frr/h$n/$daemon_of.vty" || {
			cat "$run/$daemon_of$n.out"
			fail "no $daemon_of on h$n"
		}
	done
}

routers_stop() {
	kill "${routers[@]}"
	wait "${routers[@]}"
}

# frr N COMMAND: what FRR of host N answers.
frr() {
	vtysh -N "h$1" -c "$2" 2> /dev/null
}

# established N PEER FAMILY: host N says so.
established() {
	if [ -S "$run/bird$1.ctl" ]; then
		birdc -s "$run/bird$1.ctl" show protocols "h$2v$3" |
			grep Established > /dev/null
	else
		[ "$(frr "$1" "show bgp ipv$3 summary json" |
			jq -r --arg peer "$(address "$3" "$2")" \
				'.[].peers[$peer].state')" = Established ]
	fi
}

# bfd_up N PEER FAMILY
bfd_up() {
	local peer

	peer=$(address "$3" "$2")
	if [ -S "$run/bird$1.ctl" ]; then
		birdc -s "$run/bird$1.ctl" show bfd sessions |
			grep "^$peer .* Up " > /dev/null
	else
		[ "$(frr "$1" 'show bfd peers json' | jq -r --arg peer "$peer" \
			'.[] | select(.peer == $peer) | .status')" = up ]
	fi
}

# has_route N FAMILY OF: the kernel of host N has the prefix of host OF, through it.
has_route() {
	ip -n "h$1" "-$2" route show "$(prefix "$2" "$3")" |
		grep -E "via ($(address "$2" "$3")|fe80::ff:fe00:$3) " > /dev/null
}

# changes N: how often each session of host N, of BGP or BFD, came up or went down.
changes() {
	local family

	if [ -S "$run/bird$1.ctl" ]; then
		sed -n -e 's/.*> \(h[0-9]v[46]\): State changed to \(.*\)/\1 \2/p' \
			-e 's/.*Session to \(.*\) changed state from .* to \(.*\)/\1 \2/p' \
			"$run/bird$1.log"
		return
	fi
	for family in 4 6; do
		frr "$1" "show bgp ipv$family summary json" | jq -c '.[].peers |
			map_values([.connectionsEstablished, .connectionsDropped])'
	done
	frr "$1" 'show bfd peers counters json' | jq -c 'sort_by(.peer) | .[] |
		[.peer, ."session-up", ."session-down"]'
}
