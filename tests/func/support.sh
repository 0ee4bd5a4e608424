#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixctl support-dump with a daemon and without, and ixctl upgrade-check.
. "$(dirname "$0")/_env.sh"

# has TEXT...: each is in the file.
has() {
	local text

	for text; do
		grep -F -- "$text" "$dump" > /dev/null || fail "no '$text' in the dump"
	done
}

cd "$run" || fail "no $run"
mkdir -p /etc/ixfabric 2> /dev/null
fabric ixp-basic 1 2
dump=$run/dump.txt
ctl support-dump "$dump" > "$run/out" || fail "$(cat "$run/out")"
grep -F "$dump" "$run/out" > /dev/null || fail "its name is not printed"
[ "$(stat -c %a "$dump")" = 600 ] || fail "others can read it"
has '==== ixctl doctor' '==== ixctl -j status' '==== ixctl -j lag show' '"healthy": true' '"port":"m1"' \
	'==== /proc/cmdline' '==== lscpu' 'has names, MAC and IP addresses'
before=$(md5sum < "$dump")
ctl support-dump "$dump" > "$run/out" 2>&1 && fail "it overwrites a file"
grep -F 'is there already' "$run/out" > /dev/null || fail "$(cat "$run/out")"
[ "$(md5sum < "$dump")" = "$before" ] || fail "the file has changed"

# The same version accepts what runs, and has no other defaults.
ctl upgrade-check > "$run/out" || fail "$(cat "$run/out")"
grep -F 'accepts its configuration' "$run/out" > /dev/null || fail "$(cat "$run/out")"
ctl -j upgrade-check | jq -e '.accepted and .changes == [] and .faults == []' \
	> /dev/null || fail "JSON: $(ctl -j upgrade-check)"
# What a restart would read counts, too.
cp "$ini" "$run/good.ini"
echo 'nonsense = 1' >> "$ini"
rc=0
ctl upgrade-check > "$run/out" || rc=$?
[ $rc = 4 ] || fail "exit code $rc for a file with an error: $(cat "$run/out")"
grep -F 'does not accept' "$run/out" > /dev/null || fail "$(cat "$run/out")"
grep -F nonsense "$run/out" > /dev/null || fail "the error is not named"
cp "$run/good.ini" "$ini"

# A dead daemon.
fabric_stop || fail "it does not stop"
rm "$dump"
ctl support-dump > "$run/out" || fail "$(cat "$run/out")"
dump=$(echo "$run"/ixfabric-support-*.txt)
[ -f "$dump" ] || fail "no file with a name of its own"
has '==== ixctl doctor' '(the daemon does not answer)' '==== /proc/meminfo'
rc=0
ctl upgrade-check > "$run/out" 2>&1 || rc=$?
[ $rc = 3 ] || fail "exit code $rc without a daemon"
