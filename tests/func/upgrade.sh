#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A restart, as for an upgrade: frames are forwarded again soon, and the addresses that
# were learned are known, so that nothing is flooded that was not flooded before.
. "$(dirname "$0")/_env.sh"

fabric open 1 2 3
mesh 1 2 3
learned() {
	ctl -j fdb show type learned | jq -e 'map(.mac) | length == 3' > /dev/null
}
learned || fail "not all were learned: $(ctl fdb show)"
begun=$(date +%s%N)
fabric_stop || fail "it does not stop"
fabric_start || fail "it does not start again"
learned || fail "addresses were forgotten: $(ctl fdb show)"
grep 'learned-macs, .* [1-3] MAC address' "$log" > /dev/null ||
	fail "no line in the log: $(cat "$log")"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
took=$((($(date +%s%N) - begun) / 1000000))
echo "down and up in $took ms"
[ $took -le $((3000 * $(load))) ] || fail "a restart takes $took ms"
mesh 1 2 3

# After a crash there is nothing to be learned from.
kill -KILL "$daemon"
wait "$daemon" 2> /dev/null
fabric_start || fail "it does not start again"
grep learned-macs "$log" > /dev/null && fail "addresses of another time"
[ ! -e "$run/state/learned-macs" ] || fail "the file is still there"
