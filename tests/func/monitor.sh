#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What happens in a fabric between hosts, as ixctl monitor shows it: links, addresses,
# violations, settings by hand, applies, the end of the daemon; and nothing else.
. "$(dirname "$0")/_ctl.sh"
need python3

fabric ixp-basic 1 2 3
mesh 1 2 3

declare -A pid
# watch NAME WORDS...: a monitor in the background, which runs when this returns; what
# it prints is in $run/NAME.
watch() {
	local name=$1

	shift
	: > "$run/$name"
	"$build/apps/ixctl" -s "$sock" "$@" > "$run/$name" 2> "$run/$name.err" &
	pid[$name]=$!
	wait_for 5 grep -q begin "$run/$name" || fail "$(cat "$run/$name.err")"
}

# shows NAME FILTER: an event of this monitor that the filter of jq selects.
shows() {
	jq -es "any(.[]; $2)" "$run/$1" > "$run/jq" 2>&1
}
soon() {
	wait_for 5 shows "$1" "$2" || fail "$1 does not show $2: $(cat "$run/$1")"
}
never() {
	! shows "$1" "$2" || fail "$1 shows $2: $(cat "$run/$1")"
}

watch all -j monitor
watch member -j monitor port m2
watch some -j monitor port violation
watch people monitor port config
says 1 monitor port m9
complains "did you mean 'm[123]'?"
says 1 monitor lan peerin
says 2 monitor ports
says 2 monitor port m1 m2
says 2 --watch 2 monitor

# A link, and what was learned behind it.
in_host 3 ip link set eth0 down
soon all '.event == "link_down" and .port == "m3" and .severity == "notice"'
soon some '.event == "link_down" and .port == "m3"'
wait_for 5 grep -qE '^20[0-9-]+ [0-9:.]+  link_down +m3 +link down' "$run/people" ||
	fail "$(cat "$run/people")"
in_host 3 ip link set eth0 up
soon all '.event == "link_up" and .port == "m3"'

# A violation: the drop reason, the source, the port.
in_host 1 ip link set eth0 address 02:00:00:00:00:99
pings4 1 2 > /dev/null
soon all '.event == "violation" and .port == "m1" and .reason == "mac_lock" and
	.mac == "02:00:00:00:00:99" and .lan == "peering"'
soon some '.event == "violation" and .reason == "mac_lock"'
in_host 1 ip link set eth0 address 02:00:00:00:00:01

# By hand, and by the configuration.
ctl port down m2 > /dev/null || fail "port down"
ctl port up m2 > /dev/null || fail "port up"
soon member '.event == "port_down" and .port == "m2" and .by == "root (uid 0)"'
soon member '.event == "port_up"'
sed 's/= Host h2/= Example/' "$ini" > "$run/new.ini"
says 0 config apply --confirm 300 "$run/new.ini"
says 0 config confirm
soon all '.event == "config_applied" and .generation == 2 and (.by | length > 0)'
soon all '.event == "config_confirm" and .generation == 2'
soon all '.event == "config_confirmed" and (.by | length > 0)'
soon member '.event == "config_change" and .port == "m2"'
echo nonsense >> "$run/new.ini"
says 4 config apply "$run/new.ini"
soon all '.event == "config_rejected"'
says 0 config rollback
soon all '.event == "config_rolled_back" and .generation == 3'
wait_for 5 grep -qE 'config_rolled_back +- +configuration generation 1' "$run/people" ||
	fail "$(cat "$run/people")"

# Each shows what it is for, and nothing else; all the fields are there.
never member '.port != "m2" and .event != "begin"'
never some '.event | test("^(begin|link_.*|port_.*|violation|loop)$") | not'
never all '.event == "lost" or .event == "end" or .time == null or .severity == null'
[ "$(grep -c config_rejected "$run/people")" = 1 ] || fail "$(cat "$run/people")"

# Interrupted, it ends well, and the place is free.
kill -INT "${pid[some]}"
wait "${pid[some]}" || fail "exit code $? after ^C: $(cat "$run/some.err")"
[ ! -s "$run/some.err" ] || fail "$(cat "$run/some.err")"

# One that stands still holds nothing up, and shows what it has lost.
kill -STOP "${pid[people]}"
pings4 2 3 > /dev/null || fail "the members notice it"
says 0 status
kill -CONT "${pid[people]}"
accounted

# The daemon ends.
fabric_stop
rc=0
wait "${pid[all]}" || rc=$?
[ $rc = 3 ] || fail "exit code $rc without a daemon"
grep -q 'the daemon has ended' "$run/all.err" || fail "$(cat "$run/all.err")"
shows all '.event == "end"' || fail "$(tail -3 "$run/all")"
rc=0
wait "${pid[people]}" || rc=$?
[ $rc = 3 ] || fail "exit code $rc without a daemon"
