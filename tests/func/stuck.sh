#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A worker that does not return, and a service manager that does not read, hold up
# neither control nor the end of the daemon.
. "$(dirname "$0")/_env.sh"
need python3

host 1
host 2
before=$(ip link show p1 | head -n 1)
exchange ixp-basic 1 2 | config

# Nothing reads its socket, and few datagrams fit there.
python3 - "$run/notify" << 'PYTHON' &
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
time.sleep(600)
PYTHON
manager=$!
wait_for 5 [ -S "$run/notify" ]
export NOTIFY_SOCKET=$run/notify WATCHDOG_USEC=20000
fabric_start || fail "no fabric"
unset NOTIFY_SOCKET WATCHDOG_USEC
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
for _ in {1..20}; do
	timeout 20 "$build/apps/ixctl" -s "$sock" status > /dev/null ||
		fail "control waits for the service manager"
	sleep 0.05
done
kill $manager
wait $manager 2> /dev/null

for task in /proc/"$daemon"/task/*; do
	! grep -q worker "$task/comm" || worker=${task##*/}
done
"$build/tests/func/holdthread" "$worker" > "$run/hold" 2>&1 &
holder=$!
wait_for 5 grep -q held "$run/hold" || skip "a thread cannot be traced here"
kill -TERM "$daemon"
wait_for 10 ended "$daemon" || fail "SIGTERM waits for a worker"
kill $holder
wait $holder 2> /dev/null
rc=0
wait "$daemon" || rc=$?
daemon=
[ $rc = 1 ] || fail "exit code $rc"
grep -q 'worker 0 does not return' "$log" || fail "the log does not name it"
[ "$(ip link show p1 | head -n 1)" = "$before" ] ||
	fail "p1 is left as it was set"

# It starts again after that.
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
