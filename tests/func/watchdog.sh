#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A worker that stops polling is named in the log and in status, and the watchdog of the
# service manager gets no more signs of life until it polls again.  A worker without
# queues is not taken for one, nor is any in an apply.
. "$(dirname "$0")/_notify.sh"

workers=0,0,0 # for two devices: the last has no queue
host 1
host 2
exchange ixp-basic 1 2 | config
notified_start
wait_for 10 links_up 1 2 || fail "the links did not come up"

signs() {
	grep -cx WATCHDOG=1 "$run/notified"
}
more_signs() {
	[ "$(signs)" -gt "$1" ]
}
# The thread of worker N.
thread() {
	local task

	for task in /proc/"$daemon"/task/*; do
		[ "$(cat "$task/comm")" != "rte-worker-$(($1 + 1))" ] ||
			echo "${task##*/}"
	done
}

wait_for 5 more_signs 3 || fail "no signs of life"
"$build/tests/func/holdthread" "$(thread 0)" > "$run/hold" 2>&1 &
holder=$!
wait_for 5 grep held "$run/hold" || skip "a thread cannot be traced here"
stopped='worker 0, on core 0, has stopped polling: what m1, m2 receive there is not'
wait_for 10 grep "$stopped" "$log"
named=$?
# From here on there are none, though control has its turns, and three were due.
mark stopped
sleep 0.3
ctl status > "$run/status"
healthy=$?
ctl status > /dev/null
mark held
kill $holder
wait $holder || fail "the thread was not let go of"
[ $named = 0 ] || fail "the log does not name the worker"
[ $healthy = 1 ] || fail "status is healthy"
grep 'worker 0 has stopped polling' "$run/status" > /dev/null ||
	fail "not a problem: $(cat "$run/status")"
sed -n '/^stopped$/,/^held$/p' "$run/notified" | grep -x WATCHDOG=1 > /dev/null &&
	fail "signs of life without a worker: $(cat "$run/notified")"
n=$(signs)
wait_for 10 grep 'worker 0 polls again' "$log" || fail "it does not come back"
wait_for 5 more_signs "$n" || fail "no signs of life any more"
ctl status > "$run/status" || fail "not healthy again: $(cat "$run/status")"
mesh 1 2
[ "$(grep -c 'has stopped polling' "$log")" = 1 ] || fail "others were named, too"
kill $manager
wait $manager 2> /dev/null
true
