#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Applies that must be confirmed, and a daemon that is killed at any moment of them:
#
#   confirm.sh [ROUNDS [SEED]]
#
# What was confirmed starts again; what was not never does, also if the file of the
# daemon has it.
. "$(dirname "$0")/_ctl.sh"

rounds=${1:-4}
RANDOM=${2:-$$}
echo "seed ${2:-$$}"
kept= # the name of the configuration that has been kept last

# own NAME [MTU]: puts this configuration into the file of the daemon, as a whole.
own() {
	cat > "$run/next.ini" << EOF_INI
[fabric]
name = $1
socket = $sock
state = $run/state/sponge.json
workers = 0

[lan l]
profile = open
mtu = ${2:-1500}

[port a]
device = net_null0
lan = l

[port b]
device = net_null1
lan = l
EOF_INI
	mv "$run/next.ini" "$ini"
}

# is NAME: the configuration of this name runs.
is() {
	[ "$(ctl -j config show | jq -r '.[0].keys.name')" = "$1" ]
}

kill_daemon() {
	kill -KILL "$daemon"
	wait "$daemon" 2> /dev/null
}

again() {
	kill_daemon
	fabric_start || fail "it does not start again: $(cat "$log")"
}

own first
fabric_start || fail "no fabric"

# Confirmed.
own second
says 0 config apply --confirm 600
line 'generation 2, applied 0s ago by .*, is rolled back to generation 1 in 10m unless: ixctl config confirm'
says 0 config confirm
again
is second || fail "what was confirmed does not run: $(cat "$log")"
says 0 status

# Expired.
own third
says 0 config apply --confirm=1
wait_for 5 is second || fail "not rolled back"
says 1 status
line 'generation 3, which .* applied .*, was not confirmed in 1 s and is rolled back'
line 'DIFFERS from .* \(1 change\): ixctl config diff'
says 0 config history
line '4 .* running .*confirm timer'
line '3 .* dropped '
again
is second || fail "what has expired runs after a restart"

# Killed in the window; another apply in the window.
own fourth
says 0 config apply --confirm 600
is fourth || fail "not applied"
says 4 config apply "$ini"
complains 'generation [0-9]*, which .* applied from .* s ago, waits to be confirmed, and is rolled back in [0-9]* s: first ixctl config confirm'
says 4 config rollback 1
again
is second || fail "what was not confirmed runs after a kill"
grep -q 'generation [0-9]*, applied from .*, was not confirmed: dropped' "$log" ||
	fail "$(cat "$log")"
says 1 status
line "started with generation [0-9]* .*, since $ini is as generation [0-9]*, which was not confirmed"
says 1 config diff 1
line 'fabric: name: second -> first'
# It can be applied all the same.
says 0 config apply
is fourth || fail "not applied"
says 0 status
says 0 config rollback
is second || fail "not rolled back"

# A faulty file.
echo nonsense > "$ini"
again
is second || fail "the last good configuration does not run"
grep -q 'is not used: starting with generation .*, the last good configuration' "$log" ||
	fail "$(cat "$log")"
says 1 status
line "started with generation .*, since $ini:1: error"
kill_daemon
"$build/apps/ixfabricd" --no-fallback -c "$ini" 2> "$run/err"
[ $? = 78 ] || fail "it starts without its file"
own fifth
fabric_start || fail "it does not start"
is fifth || fail "the file does not run"

# At random moments.  The journal has what a start may have: the last two words.
churn() {
	local n=0 name

	while [ ! -e "$run/stop" ]; do
		name=r$round.$((n += 1))
		own "$name" $((1500 + n % 2 * 1500))
		echo "$kept $name" >> "$run/journal"
		if [ $((RANDOM % 2)) = 0 ]; then
			ctl config apply || [ $? = 5 ] || break
			kept=$name
			echo "$name $name" >> "$run/journal"
			continue
		fi
		ctl config apply --confirm 100 || break
		echo "$kept $kept" >> "$run/journal"
		case $((RANDOM % 3)) in
		0)
			echo "$kept $name" >> "$run/journal"
			ctl config confirm || break
			kept=$name
			;;
		1) ctl config rollback || break ;;
		2)
			sleep 0.$((RANDOM % 2))
			ctl config rollback || break
			;;
		esac
		echo "$kept $kept" >> "$run/journal"
	done > "$run/churn" 2>&1
}

kept=fifth
for round in $(seq 1 "$rounds"); do
	rm -f "$run/stop"
	echo "$kept $kept" > "$run/journal"
	churn &
	churner=$!
	sleep "0.$((RANDOM % 1000))"
	kill_daemon
	touch "$run/stop"
	wait $churner
	read -r a b <<< "$(tail -n 1 "$run/journal")"
	fabric_start || fail "round $round: it does not start: $(cat "$log")"
	is "$a" || is "$b" ||
		fail "round $round: $(ctl -j config show | jq -r '.[0].keys.name') runs, not $a or $b"
	kept=$(ctl -j config show | jq -r '.[0].keys.name')
	grep 'history .* is not used' "$log" && fail "round $round"
	says 0 config history
	line ' running '
done
[ "$(find "$run/state/history" -name '*.generation' | wc -l)" -le 50 ] ||
	fail "more than 50 generations"
fabric_stop || fail "it did not end well"
echo "$rounds times killed"
