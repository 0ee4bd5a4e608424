#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The control thread stands still; known members do not notice.
. "$(dirname "$0")/_env.sh"

fabric ixp-basic 1 2 3
mesh 1 2 3
"$build/tests/func/holdthread" "$daemon" > "$run/hold" 2>&1 &
holder=$!
wait_for 5 grep -q held "$run/hold" || {
	cat "$run/hold"
	skip "a thread cannot be traced here"
}
timeout 1 "$build/apps/ixctl" -s "$sock" status > /dev/null 2>&1 &&
	fail "the control thread still answers: it was not held"
mesh 1 2 3
got=$(numbered 1 2 5000 5)
echo "$got"
kill $holder
wait $holder || fail "the thread was not let go of"
unharmed "$got" || fail "frames lost while control stood still"
wait_for 10 ctl port show || fail "control did not come back"
accounted
