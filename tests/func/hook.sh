#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The event hook, with real programs: one that works gets the events of its groups, without
# the daemon's environment, files, capabilities and importance; one that hangs, floods its
# output, exits otherwise or is not there is counted and logged once, and no host loses a
# frame meanwhile.
. "$(dirname "$0")/_env.sh"

host 1
host 2
host 3
exchange ixp-basic 1 2 3 | config
hook() {
	sed -i "/^hook/d; s|^socket = .*|&${1:+\nhook = $1}${2:+\nhook_time = $2}|" "$ini"
	ctl config apply > "$run/out" 2>&1 || fail "$(cat "$run/out")"
}
program() {
	printf '#!/bin/sh\nexport got=%s\n%s\n' "$run/got" "$2" > "$run/$1"
	chmod 700 "$run/$1"
}
flap() {
	ctl port down m3 > "$run/out" || fail "$(cat "$run/out")"
	ctl port up m3 > "$run/out" || fail "$(cat "$run/out")"
}
status() {
	ctl -j status | jq -r ".hook.$1"
}
# Whether the number in the status has this value, or a higher one.
reached() {
	[ "$(status "$1")" -ge "$2" ]
}
# Whether the program got an event of which this is true.
got() {
	[ -s "$run/got" ] && jq -s -e "any(.[]; $1)" "$run/got" > /dev/null
}

program good "cat >> \$got
grep -E '^Cap(Prm|Eff|Amb|Inh)' /proc/self/status > \$got.caps
cat /proc/self/oom_score_adj > \$got.oom
ls -l /proc/self/fd > \$got.fds
env > \$got.env"
sed -i "s|^socket = .*|&\nhook = $run/good|" "$ini"
export SECRET=x
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
mesh 1 2
pinging 1 2

flap
wait_for 20 got '.event == "port_down" and .port == "m3" and .severity != null and (.by | startswith("root"))' ||
	fail "the hook did not get port_down: $(cat "$run/got" "$log")"
wait_for 20 got '.event == "port_up" and .port == "m3"' || fail "$(cat "$run/got")"
got '.event | startswith("mac_")' && fail "a group that was not chosen: $(cat "$run/got")"
wait_for 10 test -s "$run/got.env" || fail "the hook did not end"
grep -E 'SECRET|NOTIFY' "$run/got.env" && fail "the environment of the daemon"
grep -E '^IXF_NAME=' "$run/got.env" > /dev/null || fail "$(cat "$run/got.env")"
grep Amb "$run/got.caps" | grep -vE ':\s0+$' && fail "capabilities"
[ "$(cat "$run/got.oom")" -ge 0 ] || fail "it is kept at all costs"
[ "$(grep -c -- '->' "$run/got.fds")" -le 4 ] || fail "it has files of the daemon: $(cat "$run/got.fds")"
[ "$(status failed) $(status failure)" = '0 null' ] || fail "$(ctl -j status)"

# One that hangs is killed.
program hangs 'sleep 1000'
hook "$run/hangs" 1s
flap
wait_for 30 reached killed 1 || fail "it was not killed: $(ctl -j status)"
grep 'hook .*/hangs: was killed' "$log" > /dev/null || fail "no line about it"
ctl status > "$run/out" && fail "that is healthy"
grep 'hook .*was killed' "$run/out" > /dev/null || fail "$(cat "$run/out")"

# It works again.
hook "$run/good"
flap
wait_for 20 grep -q 'hook .*/good: works again' "$log" || fail "nothing about the end"
wait_for 10 ctl status > "$run/out" || fail "$(cat "$run/out")"
got '.event | startswith("hook_")' && fail "the hook is told of itself"

# Endless output and an exit code.
program floods 'cat > /dev/null; echo so much; yes | head -c 20000000; exit 9'
failed=$(status failed)
hook "$run/floods"
flap
wait_for 30 reached failed $((failed + 1)) || fail "$(ctl -j status)"
grep 'hook .*/floods: exit code 9: so much y y' "$log" > /dev/null || fail "no line about it"

# A program that is not there, and one that others can write.
hook "$run/none"
flap
wait_for 30 reached failed $((failed + 2)) || fail "$(ctl -j status)"
[ "$(status failure)" = 'No such file or directory' ] || fail "$(status failure)"
chmod 722 "$run/good"
hook "$run/good"
flap
wait_for 30 reached failed $((failed + 3)) || fail "$(ctl -j status)"
[ "$(status failure)" = 'can be written to by others than its owner' ] || fail "$(status failure)"
[ "$(grep -c 'hook /' "$log")" = 3 ] || fail "not said once: $(grep 'hook /' "$log")"
ctl metrics > "$run/text"
grep -E "^ixf_hook_failures_total $(status failed)\$" "$run/text" > /dev/null || fail "$(grep hook "$run/text")"
grep -E '^ixf_hook_runs_total [1-9]' "$run/text" > /dev/null || fail "$(grep hook "$run/text")"
hook ''
[ "$(ctl -j status | jq .hook)" = null ] || fail "there is a hook still"

pinged
pgrep -P "$daemon" && fail "a process was left behind"
drops_only port_disabled tx_down mld
accounted
