#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The exchange of ixfabric-tutorial(7), with hosts on veth pairs in the place of NICs:
# its configuration, its pings, its member in quarantine.  Then every ixctl command of
# README.md and the manual pages that changes nothing is given to this exchange, and
# what ixfabric-runbook(7) does to ports.
. "$(dirname "$0")/_env.sh"
. "$func/_pages.sh"
tutorial=$top/docs/ixfabric-tutorial.7.scd

# The first configuration of the page; NICs become the interfaces p1, p2 and so on.
shown() {
	blocks "$tutorial" | awk '/^---$/ { if (on) exit } /^\[fabric\]$/ { on = 1 } on' |
		awk -v more="socket = $sock\nstate = $run/state/sponge.json\nworkers = 0" '
		/^workers = / { $0 = more }
		/^device = 0000:/ { n++; $0 = "device = net_af_packet" n ",iface=p" n }
		{ print }'
}

# as_shown PATTERN: the lines of the page that begin so, given to this machine.
as_shown() {
	local line

	while IFS= read -r line; do
		bash -c "$line" > "$run/shown" 2>&1 || {
			cat "$run/shown"
			fail "the tutorial shows: $line"
		}
	done < <(blocks "$tutorial" | sed -E 's/^\$ //; s/^sudo //; s/^ping /&-i 0.1 /' |
		grep -E "^($1)")
}

quiet_space
for n in 1 2 3 4 5; do
	host "$n"
done
shown | config
grep -c '^device = net_af_packet' "$ini" | grep -x 5 > /dev/null ||
	fail "the tutorial has no configuration with five NICs: $(cat "$ini")"
"$build/apps/ixctl" config check "$ini" > "$run/check" 2>&1 || fail "$(cat "$run/check")"
fabric_start || fail "no fabric"
member_up() {
	[ "$(port_state "$1")" = up ]
}
for port in as64500 as64501 as64502 as64503; do
	wait_for 10 member_up "$port" || fail "$port is $(port_state "$port")"
done
[ "$(port_state as64504)" = quarantine ] || fail "as64504 is $(port_state as64504)"
ctl status > "$run/status" || fail "$(cat "$run/status")"

# The test host has its addresses by the commands of the page, and reaches members.
as_shown 'ip addr add|ip link set'
as_shown 'ping '
mesh 1 2 3 4

# In quarantine: the test host, and nothing else.
pings 1 5 -W 1 > /dev/null && fail "a member reaches one in quarantine"
ping -q -c 1 192.0.2.5 > "$run/ping" || fail "the test host does not reach h5"
in_host 5 ip link set eth0 address 02:00:00:00:00:99
in_host 5 ping -q -c 1 -W 1 192.0.2.254 > /dev/null && fail "a wrong MAC address passes"
ctl port record as64504 | grep 'mac_lock .*02:00:00:00:00:99' > /dev/null ||
	fail "not in the record: $(ctl port record as64504)"
in_host 5 ip link set eth0 address 02:00:00:00:00:05
in_host 5 ip addr replace 2001:db8::5/64 dev eth0 nodad

# Out of it, and in again.
sed -i 's/^status = quarantine/status = connected/' "$ini"
ctl config diff > "$run/diff"
grep -qx 'port as64504: status: quarantine -> connected' "$run/diff" ||
	fail "$(cat "$run/diff")"
ctl config apply | grep '5 ports untouched, 0 devices' > /dev/null || fail "apply"
# The kernel of h1 may still hold h5 for unreachable.
wait_for 10 pings 1 5 || fail "h1 does not reach h5 after the quarantine"
sed -i 's/^status = connected/status = quarantine/' "$ini"
ctl config apply > /dev/null || fail "apply"
pings4 1 5 -W 1 > /dev/null && fail "a member reaches one in quarantine again"

# Whether the words are those of a command that changes nothing, and ends.
harmless() {
	case " $* " in
	*" import "* | *" export ixf "*) return 1 ;;
	*" port "[udc]*" "* | *" cull "* | *" flush "*) return 1 ;;
	*" sponge "[scpi]*" "*) [[ " $* " =~ \ sponge\ (show|stats)\  ]] ;;
	*" config "[acr]*" "*) [[ " $* " =~ \ config\ check\  ]] ;;
	*" --rate "* | *" capture start "* | *" monitor "* | *" watch "* | *" --watch "* | *-dump\ *) return 1 ;;
	esac
}

# 17 frames of 60 octets in as64500.pcap, which the manual has by this name and number.
{
	printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\377\377\0\0\1\0\0\0'
	for _ in {1..17}; do
		printf '\0\0\0\0\0\0\0\0\x3c\0\0\0\x3c\0\0\0'
		printf '\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x08\6%046d' 0
	done
} > "$run/as64500.pcap"
cp "$ini" "$run/new.ini" && cp "$ini" "$run/old.ini"
ctl sponge set dead 192.0.2.17 > /dev/null || fail "sponge set"
cd "$run" || exit 1
given=0
while IFS= read -r line; do
	eval "words=(${line#ixctl })"
	harmless "${words[@]}" || continue
	rc=0
	ctl "${words[@]}" > out 2>&1 < /dev/null || rc=$?
	case $rc-$line in
	0-* | 1-*diff* | 1-*status* | 1-*selftest* | 1-*doctor* | 1-*upgrade-check* | [12]-*" check"*) given=$((given + 1)) ;;
	4-*"config check /etc/"*) ;; # that file is not on this machine
	*) fail "$line: exit code $rc: $(head -n 3 out)" ;;
	esac
done < <(for page in "${pages[@]}"; do programs "$page"; done | grep -E '^ixctl ' | sort -u)

# What the runbook does to ports has the answers that it shows, and can be undone.
answered= # the command whose answer is in the file out, if the page shows one
while IFS= read -r line; do
	case $line in
	'$ '* | ---) ;;
	*) [ -z "$answered" ] || [ "$(head -n 1 out)" = "$line" ] ||
		fail "$answered: '$(head -n 1 out)', not '$line'" ;;
	esac
	answered=
	[[ $line =~ ^(\$ )?ixctl\ (port\ (down|up|cull)\ .*)$ ]] || continue
	[ -z "${BASH_REMATCH[1]}" ] || answered=${BASH_REMATCH[2]}
	given=$((given + 1))
	read -ra words <<< "${BASH_REMATCH[2]}"
	ctl "${words[@]}" > out 2>&1 || fail "ixctl ${words[*]}: $(cat out)"
done < <(blocks "$top/docs/ixfabric-runbook.7.scd")
ctl port up as64503 > out || fail "$(cat out)"

# Lines that go through jq, whole.
ixctl() {
	ctl "$@"
}
for page in "${pages[@]}"; do
	while IFS= read -r line; do
		eval "$line" > out 2>&1 || fail "$page: $line: $(cat out)"
	done < <(blocks "$page" | sed -E 's/^\$ //' | grep -E '^ixctl -j [a-z ]*\| *jq')
done
[ $given -gt 30 ] || fail "only $given commands were given"
ctl -j status | jq -e '.overrides == []' > /dev/null || fail "a command had an effect"
accounted
