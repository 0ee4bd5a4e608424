#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A faulty file: every fault with its line, the exit code, and nothing started
# or changed.
. "$(dirname "$0")/_env.sh"

code() {
	local want=$1 rc=0

	shift
	"$@" > "$run/said" 2>&1 || rc=$?
	[ $rc = "$want" ] || {
		cat "$run/said"
		fail "exit code $rc, not $want: $*"
	}
}

host 1
host 2
{
	exchange ixp-basic 1 2
	printf 'mac_adress = 02:00:00:00:00:09\nmac = 02:00:00:00:00:01\n'
} > "$run/bad.ini"
lines=$(wc -l < "$run/bad.ini")

code 78 "$build/apps/ixfabricd" -c "$run/bad.ini"
grep -q "bad.ini:$((lines - 1)): error: .*mac_adress" "$run/said" ||
	fail "no error about mac_adress: $(cat "$run/said")"
grep -q "bad.ini:$lines: error: " "$run/said" ||
	fail "no error about the second use of an address: $(cat "$run/said")"
[ ! -e "$sock" ] || fail "it made a socket"
code 78 "$build/apps/ixfabricd" --check "$run/bad.ini"
code 4 ctl config check "$run/bad.ini"
code 78 "$build/apps/ixfabricd" -c "$run/absent.ini"
code 3 ctl status
code 2 ctl no such command

exchange ixp-basic 1 2 | config
code 0 "$build/apps/ixfabricd" --check "$ini"
code 0 ctl config check "$ini"
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
before=$(ctl -j status | jq .generation)
code 4 ctl config apply "$run/bad.ini"
[ "$(ctl -j status | jq .generation)" = "$before" ] ||
	fail "a faulty file made a generation"
# A device that does not exist is found at the apply, and changes nothing either.
{
	cat "$ini"
	printf '\n[port m3]\ndevice = net_af_packet3,iface=nosuch\nlan = peering\n'
} > "$run/absent.ini"
code 4 ctl config apply "$run/absent.ini"
grep -q nosuch "$run/said" || fail "no error about nosuch: $(cat "$run/said")"
code 0 ctl config diff "$ini"
mesh 1 2
accounted
