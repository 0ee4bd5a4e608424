#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The states of the sponge outlive the daemon: after a kill it starts with the
# states of its state file, at a stop it writes one; a file that is too old, and a
# path that cannot be written, are logged and do no harm.
. "$(dirname "$0")/_env.sh"

state=$run/state/sponge.json

host 1
host 2
exchange ixp-basic 1 2 | sed '/^ipv6 =/a\
sponge = on\
sponge_mac = 02:53:00:00:00:01\
sponge_ipv4 = 192.0.2.250\
sponge_learning = 0' | config

up() {
	fabric_start || fail "no fabric"
	wait_for 10 links_up 1 2 || fail "the links did not come up"
}

# sponged HOST: a request for it gets the answer of the fabric.
sponged() {
	in_host 1 ip neigh flush all
	in_host 1 ping -q -c 1 -W 1 "192.0.2.$1" > /dev/null
	in_host 1 ip neigh show "192.0.2.$1" | grep 02:53:00:00:00:01 > /dev/null
}

# age SECONDS: as if the file had been written so long ago.
age() {
	jq ".written -= $1" "$state" > "$state.old" &&
		mv "$state.old" "$state"
}

up
sponged 9 && fail "sponged before it is set"
[ ! -e "$state" ] || fail "there is nothing to write yet"
[ "$(stat -c %a "$run/state")" = 750 ] || fail "$(stat "$run/state")"
ctl sponge set static 192.0.2.9 > /dev/null || fail "not set"
wait_for 5 sponged 9 || fail "it is not sponged"
fabric_stop || fail "it did not end well"
[ "$(stat -c %a "$state")" = 640 ] || fail "$(stat "$state")"

up
grep -q "state file $state: .* 1 address static" "$log" || fail "$(cat "$log")"
sponged 9 || fail "it is not sponged"
sponged 10 && fail "another one is sponged"
kill -KILL "$daemon"
wait "$daemon" 2> /dev/null

up
sponged 9 || fail "not sponged after a kill"
pings4 1 2 > /dev/null || fail "a member is not reached"
rm "$state"
fabric_stop || fail "it did not end well"
jq -c '.lans.peering[]' "$state" | grep -x '\["static","192.0.2.9",""\]' > /dev/null ||
	fail "192.0.2.9 is not in it: $(cat "$state")"
jq -c '.lans.peering[]' "$state" |
	grep -x '\["alive","192.0.2.2","m2","02:00:00:00:00:02"\]' > /dev/null ||
	fail "h2 is not in it: $(cat "$state")"

age 700
up
grep -q "state file $state: only its static addresses are used .*: it is 7[0-9][0-9] s old" "$log" ||
	fail "$(cat "$log")"
sponged 9 || fail "a static address was forgotten"
[ -e "$state.unused" ] || fail "the old file was not kept"
fabric_stop || fail "it did not end well"

head -c 100 "$state" > "$state.cut" && mv "$state.cut" "$state"
up
grep -q "state file $state: not used: it is not whole" "$log" ||
	fail "$(cat "$log")"
fabric_stop || fail "it did not end well"

rm -r "$run/state"
mkdir "$run/state"
mount -t tmpfs -o ro tmpfs "$run/state"
up
mesh 1 2
fabric_stop || fail "it did not end well"
[ "$(grep -c "state file $state: cannot be written" "$log")" = 1 ] ||
	fail "$(cat "$log")"

# A full disk is a problem until a write succeeds.
problems() {
	{ ctl -j status || :; } | jq -r '.problems[]'
}
full() {
	problems | grep -x "the state file $state cannot be written: No space left on device" > /dev/null
}
healthy() {
	ctl status > "$run/said"
}
umount "$run/state"
mount -t tmpfs -o size=64k tmpfs "$run/state"
up
wait_for 5 healthy || fail "$(cat "$run/said")"
head -c 1M /dev/zero > "$run/state/other" 2> /dev/null
ctl sponge set static 192.0.2.11 > /dev/null || fail "not set"
wait_for 5 full || fail "a full disk is no problem: $(problems)"
grep -q "state file $state: cannot be written, .*: No space" "$log" ||
	fail "$(cat "$log")"
mesh 1 2
rm "$run/state/other"
ctl sponge set static 192.0.2.12 > /dev/null || fail "not set"
wait_for 5 healthy || fail "a problem is not over: $(problems)"
