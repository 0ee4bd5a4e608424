#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The daemon under a service manager: its reports and options, and a start without
# standard files.
. "$(dirname "$0")/_notify.sh"

# code WANT COMMAND...
code() {
	local want=$1 rc=0

	shift
	"$@" > "$run/out" 2> "$run/err" || rc=$?
	[ $rc = "$want" ] || {
		cat "$run/out" "$run/err"
		fail "exit code $rc, not $want: $*"
	}
}

d=$build/apps/ixfabricd
code 0 "$d" --help
grep -q '^usage: ixfabricd' "$run/out" || fail "no help"
code 0 "$d" --version
code 2 "$d" --nosuch
code 2 "$d" -c
code 2 "$d" extra
[ ! -s "$run/out" ] || fail "a complaint on standard output"
code 78 "$d" # there is no /etc/ixfabric here
grep -q /etc/ixfabric/ixfabric.ini "$run/err" || fail "$(cat "$run/err")"

exchange open | config
printf '\n[port r1]\ndevice = net_ring1\nlan = peering\n' >> "$ini"
code 0 "$d" --check "$ini"
code 0 "$d" --check -c "$ini"
grep -q 'valid$' "$run/out" || fail "$(cat "$run/out")"

# No start without a port, and none that waits for a pipe.
mkfifo "$run/pipe"
for bad in /dev/null "$run/pipe" "$run"; do
	code 78 timeout 20 "$d" -c "$bad"
	grep -q 'not a regular file' "$run/err" || fail "$(cat "$run/err")"
done
printf '[lan l]\n' > "$run/empty.ini"
code 78 timeout 20 "$d" -c "$run/empty.ini"
grep -q 'empty.ini: error: has no port' "$run/err" || fail "$(cat "$run/err")"

notified_start
wait_for 5 grep -qx READY=1 "$run/notified" || fail "it did not say READY"
often() {
	[ "$(grep -cx WATCHDOG=1 "$run/notified")" -ge 5 ]
}
wait_for 5 often || fail "no signs of life"
kill -HUP "$daemon"
wait_for 5 grep -qx RELOADING=1 "$run/notified" || fail "no RELOADING"
again() {
	[ "$(grep -cx READY=1 "$run/notified")" -eq 2 ]
}
wait_for 5 again || fail "not ready again"
grep -q 'socket = ' <(ctl config show) || fail "no answer"
# The unit's reload: with its socket; a part that waits for a restart is no failure.
unit=$build/configs/ixfabric.service
reload=$(sed -n 's/^ExecReload=//p' "$unit" | sed 's/\$\$/$/g')
reload=${reload//"$(sed -nE 's/^ExecReload=.*[^[:alnum:]/_-](\/[^ ]*\/ixctl) .*/\1/p' "$unit")"/$build/apps/ixctl}
grep -q '^Environment=IXCTL_SOCKET=/run/ixfabric/ixfabric.sock$' "$unit" ||
	fail "the unit names no socket"
reloads() {
	IXCTL_SOCKET=$sock bash -c "$reload" > "$run/out" 2>&1
}
reloads || fail "the unit's reload: $(cat "$run/out")"
cp "$ini" "$run/good.ini"
sed -i 's/^workers = .*/workers = 0,0/' "$ini"
reloads || fail "a part that waits is a failure: $(cat "$run/out")"
grep -q 'waits for a restart' "$run/out" || fail "nothing waits: $(cat "$run/out")"
echo 'x = y' >> "$ini"
reloads && fail "a faulty file is reloaded"
cp "$run/good.ini" "$ini"
reloads || fail "the unit's reload: $(cat "$run/out")"
kill -INT "$daemon"
wait_for 5 ended "$daemon" || fail "SIGINT does not stop it"
wait "$daemon" || fail "exit code $? on SIGINT"
daemon=
[ ! -e "$sock" ] || fail "it left its socket"
[ ! -e "$sock.lock" ] || fail "it left the lock of its socket"
wait_for 5 grep -qx STOPPING=1 "$run/notified" || fail "no STOPPING"
kill $manager
wait $manager 2> /dev/null

# No standard files, few others.
(
	ulimit -n 64
	exec "$d" -c "$ini" 0<&- 1>&- 2>&-
) &
daemon=$!
wait_for 20 fabric_settled
ended "$daemon" && fail "it does not start without standard files"
ctl port show > "$run/out" || fail "no answer"
