#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# After kill -9 the daemon starts again over the files it has left; while it runs, a
# second one on the same socket does not start.
. "$(dirname "$0")/_env.sh"

fabric ixp-basic 1 2
mesh 1 2
timeout $((3 * $(slowness))) "$build/apps/ixfabricd" -c "$ini" > "$run/second" 2>&1 &&
	fail "a second daemon started"
mesh 1 2
# With a socket and a state of its own it would forward all frames twice.
sed "s|^socket = .*|socket = $run/second.sock|; s|^state = .*|state = $run/2/state|" \
	"$ini" > "$run/second.ini"
timeout 20 "$build/apps/ixfabricd" -c "$run/second.ini" > "$run/second" 2>&1 &&
	fail "a second daemon started on the same interfaces"
grep -q "port m[12]\].*interface p[12] is in use by another ixfabricd, process $daemon" \
	"$run/second" || fail "not the reason: $(cat "$run/second")"
mesh 1 2
for _ in 1 2 3; do
	kill -KILL "$daemon"
	wait "$daemon" 2> /dev/null
	[ -e "$sock" ] || fail "the kill left no socket, so there is nothing to test"
	fabric_start || fail "it does not start again"
	wait_for 10 links_up 1 2 || fail "the links did not come up"
	mesh 1 2
done
# SIGHUP is an apply of its own file.
sed -i 's/Host h2/Moved/' "$ini"
kill -HUP "$daemon"
renamed() {
	ctl -j port show m2 | jq -e '.[0].description == "Moved"'
}
wait_for 5 renamed || fail "SIGHUP did not apply the file"
mesh 1 2
