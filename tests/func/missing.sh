#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# One device that is not there keeps no other member off: the exchange starts, the
# port is down without device, the status is degraded, and the device is opened by
# itself when it is there, also after its interface was deleted and made anew.
. "$(dirname "$0")/_env.sh"

# problem PORT: what the status says about the device of the port.
problem() {
	{ ctl -j status || :; } | jq -r --arg begin "port $1: no device: " \
		'.problems[] | select(startswith($begin))'
}

is() {
	[ "$(port_state "$1")" = "$2" ]
}

# loses N: the interface of host N is deleted.
loses() {
	ip netns del "h$1"
	wait_for 5 bash -c "! ip link show p$1" || fail "p$1 stays"
}

# gone: the log says so; the status says what the last attempt has found.
gone() {
	grep -q 'port m3: no device: it is gone; it is tried again' "$log"
}

host 1
host 2
exchange ixp-basic 1 2 3 | config
fabric_start || fail "one missing device keeps the exchange down"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
is m3 no-device || fail "m3 is $(port_state m3)"
problem m3 | grep "there is no interface 'p3'" > /dev/null ||
	fail "not in the status: $(ctl -j status | jq -c .problems)"
ctl status > "$run/said" && fail "the status is healthy without a device"
grep -q "port m3: no device: there is no interface 'p3'" "$log" ||
	fail "not in the log"
ctl port up m3 > "$run/said" 2>&1 && fail "port up has opened what is not there"
grep -q "there is no interface 'p3'" "$run/said" ||
	fail "port up: $(cat "$run/said")"

# What runs can be changed; a device that is newly missing is refused.
sed 's/Host h1/Member 1/' "$ini" > "$run/next.ini"
ctl config apply "$run/next.ini" > "$run/said" 2>&1 ||
	fail "nothing can be applied: $(cat "$run/said")"
{
	cat "$ini"
	printf '\n[port m4]\ndevice = net_af_packet4,iface=p4\nlan = peering\n'
} > "$run/next.ini"
rc=0
ctl config apply "$run/next.ini" > "$run/said" 2>&1 || rc=$?
[ $rc = 4 ] || fail "exit code $rc for a device that is newly missing"

# It comes: its port is up without any order.
numbered 1 2 1000 30 > "$run/numbers" &
numbers=$!
host 3
wait_for 20 is m3 up || fail "m3 is $(port_state m3)"
wait_for 10 mesh 1 2 3 || fail "h3 is not reached"
[ -z "$(problem m3)" ] || fail "the status: $(problem m3)"

# It goes and comes again under its name: another interface.
for _ in 1 2; do
	loses 3
	wait_for 5 is m3 no-device || fail "m3 is $(port_state m3)"
	gone || fail "no word of it"
	[ -n "$(problem m3)" ] || fail "the status is without a problem"
	host 3
	ctl port up m3 > "$run/said" 2>&1 || fail "port up: $(cat "$run/said")"
	wait_for 20 is m3 up || fail "m3 is $(port_state m3)"
	wait_for 10 mesh 1 2 3 || fail "h3 is not reached any more"
done
read -ra senders < "$run/senders"
kill "${senders[@]}"
wait $numbers
cat "$run/numbers"
unharmed "$(cat "$run/numbers")" || fail "the others lost frames"
accounted
fabric_stop || fail "it does not stop"

# None is there: it starts, and waits.
for n in 1 2 3; do
	loses $n
done
fabric_start || fail "it does not start without devices"
is m1 no-device || fail "m1 is $(port_state m1)"
host 1
host 2
wait_for 20 links_up 1 2 || fail "the devices were not opened"
mesh 1 2

# Rights do not come by waiting.
fabric_stop || fail "it does not stop"
if command -v setpriv > /dev/null; then
	timeout 20 setpriv --bounding-set=-net_raw --inh-caps=-net_raw \
		"$build/apps/ixfabricd" -c "$ini" > "$run/said" 2>&1 &&
		fail "it starts without rights"
	grep -q 'no right to open packet sockets' "$run/said" ||
		fail "not the reason: $(cat "$run/said")"
fi
