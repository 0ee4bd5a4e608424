#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# By hand: one member attacks with the tools that are made for it, under each way
# of ARP, with a sponge and without.
#
#   hostile.sh [SECONDS-A-SETTING [SETTING...]]     a SETTING is ARP-MODE/SPONGE
#
# Of the tools those run that are installed: thc-ipv6, ettercap, yersinia, hping3,
# scapy.  h1 to h4 are victims, set to believe what they are told; they ping each
# other meanwhile and lose nothing.  No frame arrives at them that the policy
# forbids, by filters of tcpdump and tshark, which know nothing of the fabric.
# Their tables stay as they are.  Memory and log of the daemon stay small, and
# every frame is accounted for.
. "$(dirname "$0")/_neigh.sh"
need tshark chrt nice

seconds=${1:-15}
shift
[ $# -gt 0 ] || set -- flood/off unicast/off proxy/off flood/on unicast/on \
	proxy/on
sponge_mac=02:53:00:00:00:01
descriptors=8192
workers=$(($(nproc) > 1 ? 1 : 0))
victims='1 2 3 4'

# The attacks; V, W: IPv6 addresses of victims, v, w: of IPv4.
attacks() {
	local f

	cat << 'EOT'
atk6-fake_router6 eth0 2001:db8:bad::/64
atk6-fake_router6 -H eth0 2001:db8:bad::/64
atk6-fake_router6 -F eth0 2001:db8:bad::/64
atk6-fake_router6 -D eth0 2001:db8:bad::/64
atk6-fake_router26 -A 2001:db8:bad::/64 -R 2001:db8:b::/48 eth0
atk6-fake_router26 -E H -A 2001:db8:bad::/64 eth0 V
atk6-fake_router26 -E F -A 2001:db8:bad::/64 eth0 V
atk6-fake_router26 -E D -A 2001:db8:bad::/64 eth0 V
atk6-fake_router26 -E o -A 2001:db8:bad::/64 eth0 V
atk6-fake_router26 -E O -A 2001:db8:bad::/64 eth0 V
atk6-redir6 eth0 V W fe80::ff:fe00:2 fe80::ff:fe00:5
atk6-parasite6 -l eth0
atk6-parasite6 -lRH eth0
atk6-parasite6 -lF eth0
atk6-parasite6 -lD eth0
atk6-flood_advertise6 eth0
atk6-flood_advertise6 -k eth0 V
atk6-flood_solicitate6 eth0
atk6-flood_solicitate6 -k -a eth0 V W
atk6-fake_advertise6 eth0 W V
atk6-fake_advertise6 -H eth0 W V
atk6-fake_advertise6 -F eth0 W V
atk6-fake_advertise6 -D eth0 W V
atk6-fake_advertise6 eth0 W ff02::1
atk6-fake_solicitate6 eth0 W V
atk6-dos-new-ip6 eth0
atk6-fake_mld6 eth0 query
atk6-fake_mld6 eth0 add ff02::5
atk6-fake_mld26 eth0 add ff02::5
atk6-fake_mldrouter6 eth0 advertise
atk6-flood_mld6 eth0
atk6-flood_mld26 eth0
atk6-flood_mldrouter6 eth0
atk6-smurf6 eth0 V
atk6-rsmurf6 eth0 V
atk6-fake_dhcps6 eth0 2001:db8:bad::/64 2001:db8::5
atk6-flood_dhcpc6 eth0
atk6-kill_router6 eth0 fe80::ff:fe00:2
atk6-kill_router6 -H eth0 fe80::ff:fe00:2
atk6-ndpexhaust6 eth0 2001:db8::/64
atk6-ndpexhaust26 eth0 2001:db8::/64
atk6-exploit6 eth0 V
atk6-fuzz_ip6 -IFSDHRJ -1 eth0 V
atk6-fuzz_ip6 -IFSDHRJ -2 eth0 V
atk6-fuzz_ip6 -IFSDHRJ -3 eth0 V
atk6-fuzz_ip6 -IFSDHRJ -4 eth0 V
atk6-fuzz_ip6 -IFSDHRJ -5 eth0 ff02::1
atk6-implementation6 eth0 V
atk6-fragmentation6 eth0 V
atk6-fragmentation6 -f eth0 V
atk6-toobig6 eth0 V W 1280
atk6-sendpees6 eth0 2048 fe80:: V
atk6-flood_router6 eth0
atk6-flood_router26 -H eth0
atk6-flood_router26 -F eth0 V
atk6-flood_router26 -D eth0
atk6-flood_redir6 -H eth0
atk6-flood_redir6 -F eth0 V
atk6-flood_rs6 -s eth0
atk6-flood_unreach6 eth0 V
atk6-randicmp6 eth0 V
atk6-fake_pim6 eth0 hello
atk6-node_query6 eth0 V
atk6-inverse_lookup6 eth0 02:00:00:00:00:01
atk6-connect6 eth0 V 179
atk6-thcsyn6 -d eth0 V 179
hping3 -q -S -p 179 --flood -a w v
hping3 -q -R -p 179 -i u200 -a w v
hping3 -q -2 -p 67 -s 68 --flood v
hping3 -q -1 -C 5 -K 1 -i u200 v
hping3 -q -0 -H 89 -t 255 -i u200 v
hping3 -q -0 -H 112 -t 255 -i u200 v
hping3 -q -1 -d 2000 -f -i u500 v
hping3 -q -1 -d 1400 -f -i u500 -a w v
hping3 -q -S -p 179 --rand-source -i u100 v
hping3 -q -1 --flood -a v 192.0.2.255
hping3 -q -1 --flood v
hping3 -q -2 -p 3785 -i u200 -a v v
ettercap -T -q -i eth0 -M arp:remote /v// /w//
ettercap -T -q -i eth0 -M arp:oneway ///
ettercap -T -q -i eth0 -M icmp:02:00:00:00:00:02/w
ettercap -T -q -i eth0 -M dhcp:192.0.2.200-210/255.255.255.0/192.0.2.5
ettercap -T -q -i eth0 -M port ///
ettercap -T -q -6 -i eth0 -M ndp ///
EOT
	for f in 'stp 1' 'stp 2' 'stp 3' 'stp 4' 'cdp 1' 'dtp 1' 'dhcp 1' \
		'dhcp 2' 'hsrp 1' 'vtp 1' 'dot1q 0' 'dot1q 1' 'dot1x 0' \
		'mpls 0' 'isl 0'; do
		echo "yersinia ${f% *} -attack ${f#* } -interface eth0"
	done
	for f in 1 2 3 4 5 6 7; do
		echo "atk6-denial6 eth0 V $f"
	done
	for f in arp macs nd dhcp; do
		echo "$build/tests/func/flood $f eth0 3 02:00:00:00:00:01"
	done
	echo "python3 $func/hostile.py eth0"
}

# Each of them for a while, in turn, until the time is up; the number of the
# round chooses the victims.
attack() {
	local end=$((SECONDS + $1)) round=0 line v w

	while [ $SECONDS -lt $end ]; do
		while read -r line; do
			[ $SECONDS -lt $end ] || break
			command -v "${line%% *}" > /dev/null || continue
			v=$((round % 4 + 1))
			w=$((v % 4 + 1))
			line=${line// V/ 2001:db8::$v}
			line=${line// W/ 2001:db8::$w}
			line=${line//$' v'/ 192.0.2.$v}
			line=${line//$' w'/ 192.0.2.$w}
			line=${line//\/v/\/192.0.2.$v}
			line=${line//\/w/\/192.0.2.$w}
			echo "$(date +%s) $line" >> "$run/attacks"
			# shellcheck disable=SC2086 # words
			in_host 5 timeout -k 1 2 nice $line > /dev/null 2>&1 \
				< /dev/null
			ran=$((ran + 1))
			round=$((round + 1))
		done < <(attacks | shuf --random-source=<(yes))
	done
}

# What the victim N must not see, of frames that are not its own.
forbidden() {
	local own4="src host 192.0.2.5 or src host 192.0.2.$1" own6
	local near='(src net 192.0.2.0/24)'

	own6="src host 2001:db8::5 or src host 2001:db8::$1 or
		src host fe80::5 or src host fe80::ff:fe00:5 or
		src host fe80::ff:fe00:$1"
	cat << EOT
not (ether src 02:00:00:00:00:01 or ether src 02:00:00:00:00:02 or
	ether src 02:00:00:00:00:03 or ether src 02:00:00:00:00:04 or
	ether src 02:00:00:00:00:05 or ether src $sponge_mac) or
(ether src 02:00:00:00:00:05 and (
	not (arp or ip or ip6) or
	(ether broadcast and not arp) or
	(ether[0] & 1 == 1 and not ether broadcast and not ip6) or
	(arp and (arp[0:4] != 0x00010800 or arp[6:2] > 2 or
		arp[8:4] != 0x02000000 or arp[12:2] != 5 or
		(arp[14:4] != 0xc0000205 and arp[14:4] != 0))) or
	(ip and $near and not ($own4)) or
	(ip and ip[16] >= 224) or (ip and dst host 192.0.2.255) or
	(ip and $near and (ip[9] == 2 or ip[9] == 88 or ip[9] == 89 or
		ip[9] == 103 or ip[9] == 112 or ip[9] == 124)) or
	(icmp and icmp[0] == 5) or
	(ip and udp and (port 67 or port 68)) or
	(ip6 and udp and (port 546 or port 547)) or
	(ip6 and (src net 2001:db8::/64 or src net fe80::/10) and
		not ($own6)) or
	(ip6 and ip6[0] >> 4 == 6 and ip6[4:2] == 0 and ip6[6] == 0) or
	(ip6 and (ether[0] & 1 == 1 or ip6[24] == 0xff) and
		not (ip6[6] == 58 and (ip6[40] == 135 or ip6[40] == 136))) or
	(ip6 and ip6[6] == 58 and ((ip6[40] >= 130 and ip6[40] <= 134) or
		ip6[40] == 137 or ip6[40] == 143)) or
	(ip6 and ip6[6] == 58 and (ip6[40] == 135 or ip6[40] == 136) and
		ip6[7] != 255) or
	(ip6 and ip6[6] == 58 and ip6[40] == 136 and
		ip6[60:4] != 0x00000005 and ip6[60:4] != 0xfe000005)))
EOT
}

# Of packets with extension headers, which the filter above does not follow.
hidden='icmpv6.type in {130..134, 137, 143} or icmpv6.na.flag or
	icmpv6.opt.linkaddr or dhcpv6 or ospf or vrrp or pim or eigrp'

# The tables of a victim: those that a neighbour can change.
tables() {
	ip -n "h$1" -o route show
	ip -n "h$1" -6 -o route show | grep -v ' ff00::'
	ip -n "h$1" -o addr show dev eth0 | sed 's/ *valid_lft.*//'
}

# The neighbour entries of victim N that are false; the sponge is true for what
# nothing else has.
false_entries() {
	ip -n "h$1" -j neigh show dev eth0 | jq -r '.[] |
		select(.lladdr) | .dst + " " + .lladdr' | while read -r ip mac; do
		case $ip:$mac in
		192.0.2."${mac##*:0}":02:00:00:00:00:0[1-5]) ;;
		2001:db8::"${mac##*:0}":02:00:00:00:00:0[1-5]) ;;
		fe80::ff:fe00:"${mac##*:0}":02:00:00:00:00:0[1-5]) ;;
		fe80::5:02:00:00:00:00:05) ;;
		192.0.2.[1-5]:* | 2001:db8::[1-5]:* | fe80::*)
			echo "$ip $mac" ;;
		*:$sponge_mac) ;;
		*) echo "$ip $mac" ;;
		esac
	done
}

# lost FILE: the pings without an answer, and the attacks at that time.
lost() {
	awk '
		FNR == NR { at[++n] = $1; $1 = ""; what[n] = $0; next }
		{ seq = $0; sub(/.*icmp_seq=/, "", seq); sub(/ .*/, "", seq) }
		/no answer yet/ { late[seq] = substr($1, 2) }
		/bytes from/ { delete late[seq] }
		END {
			for (seq in late) {
				for (i = n; i > 1 && at[i] > late[seq]; i--)
					continue
				count[what[i]]++
			}
			for (w in count)
				printf "%d lost during%s; ", count[w], w
		}' "$run/attacks" "$1"
}

resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"
}

# watch_victims SECONDS: each pings the next, and what it must not get is kept.
watch_victims() {
	local n next

	for n in $victims; do
		tables "$n" > "$run/tables$n"
		in_host_start "$n" tcpdump -i eth0 -Q in -n -p -w "$run/bad$n" \
			"$(forbidden "$n")" 2> "$run/dump$n"
		dumps+=($!)
		wait_for 10 grep -q 'listening on' "$run/dump$n" ||
			fail "no tcpdump: $(cat "$run/dump$n")"
		in_host_start "$n" tcpdump -i eth0 -Q in -n -p -c 200000 \
			-w "$run/odd$n" "ether src 02:00:00:00:00:05 and ip6 and
				not (ip6[6] == 6 or ip6[6] == 17 or
				ip6[6] == 58)" 2> /dev/null
		dumps+=($!)
		next=$((n % 4 + 1))
		in_host_start "$n" ping -4 -O -D -i 0.2 -c $(($1 * 5)) \
			"192.0.2.$next" > "$run/four$n"
		pingers+=($!)
		in_host_start "$n" ping -6 -O -D -i 0.2 -c $(($1 * 5)) \
			"2001:db8::$next" > "$run/six$n"
		pingers+=($!)
	done
}

# The limits are the sender's: none of the victims may pay for an attack.
charged() {
	ctl -j port drops | jq -c '.[] | select(.port != "m5" and .frames > 0) |
		select(.reason == "arp_rate" or .reason == "nd_rate" or
			(.reason | startswith("storm"))) |
		[.port, .reason, .frames]'
}

wrong() {
	echo "FAILED: $*"
	rc=1
}

# What has become of the victim N.
judge_victim() {
	local n=$1 family filter="$hidden"

	for family in four six; do
		[ -z "$(lost "$run/$family$n")" ] ||
			wrong "$family of h$n: $(lost "$run/$family$n")"
	done
	[ "$(tcpdump -r "$run/bad$n" 2> /dev/null | wc -l)" = 0 ] ||
		wrong "h$n has got what is forbidden: $(tcpdump -n -e -c 3 -xx \
			-r "$run/bad$n" 2> /dev/null)"
	[ "$(tshark -r "$run/odd$n" -Y "$filter" 2> /dev/null | wc -l)" = 0 ] ||
		wrong "h$n has got what was hidden: $(tshark -x -r "$run/odd$n" \
			-Y "$filter" 2> /dev/null | head -n 40)"
	tables "$n" | diff "$run/tables$n" - || wrong "h$n has other tables"
	[ -z "$(false_entries "$n")" ] ||
		wrong "h$n believes $(false_entries "$n")"
	[ "$(port_state "m$n")" = up ] || wrong "m$n is down"
}

# One setting: ARP-MODE SPONGE SECONDS.
setting() {
	local n before after lines pingers=() dumps=()

	ran=0
	: > "$run/attacks"
	keys="arp_mode = $1\\nsponge_mac = $sponge_mac\\nsponge = $2\\n"
	[ "$2" = off ] || keys="${keys}sponge_ipv4 = 192.0.2.251\\n"
	bound ixp-strict 1 2 3 4 5 | sed '/^ipv6 = 2001:db8::5/a ipv6 = fe80::5' \
		| config
	fabric_start || fail "no fabric"
	wait_for 10 links_up 1 2 3 4 5 || fail "the links did not come up"
	hurry || skip "no right to put the worker first"
	mesh 1 2 3 4 5
	watch_victims "$3"
	attack $(($3 / 10 + 1))
	before=$(resident)
	attack $(($3 - $3 / 10 - 1))
	after=$(resident)
	wait "${pingers[@]}"
	kill -INT "${dumps[@]}" 2> /dev/null
	wait "${dumps[@]}"
	lines=$(wc -l < "$log")
	echo "$1, sponge $2: $ran attacks in $3 s, $(counter m5 rx_frames)" \
		"frames, $(counter m5 rx_dropped) refused;" \
		"memory $before to $after kB, $lines lines of log"
	for n in $victims; do
		judge_victim "$n"
	done
	[ "$after" -le $((before + 4096)) ] || wrong "the memory has grown"
	[ "$lines" -le $((60 * (2 + $3 / 15))) ] || wrong "the log has grown"
	[ -z "$(charged)" ] || wrong "victims are charged: $(charged)"
	accounted > /dev/null
	fabric_stop || fail "the daemon"
}

# Some of the tools write where they are.
cd "$run" || exit 1
rc=0
for n in $victims 5; do
	host "$n"
done
in_host 5 ip addr add fe80::5/64 dev eth0 nodad
for n in $victims; do
	in_host "$n" sysctl -qw net.ipv6.conf.eth0.accept_ra=2 \
		net.ipv6.conf.eth0.accept_redirects=1 \
		net.ipv4.conf.eth0.accept_redirects=1 \
		net.ipv4.conf.eth0.secure_redirects=0 \
		net.ipv4.conf.eth0.arp_accept=1
done
for s; do
	setting "${s%/*}" "${s#*/}" "$seconds"
done
[ $rc = 0 ] || fail "see above"
