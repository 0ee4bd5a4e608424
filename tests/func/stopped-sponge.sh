#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The control thread, which decides about addresses and answers for dead ones, is
# stopped; the members lose no frame, not even in a flood of requests that cannot
# be reported.
#
#   h1 and h3 exchange data        h2 is dead        h4 floods
. "$(dirname "$0")/_sponge.sh"
need chrt

workers=$(($(nproc) > 1 ? 1 : 0))
limits=('arp_pps = 1000000' 'arp_burst = 1000000' 'storm_bcast = off')
descriptors=8192
keys=$(sponge_keys "${limits[@]}") neigh_fabric ixp-strict 1 2 3 4
mesh 1 2 3 4
hurry || skip "no right to put the worker first"
ip -n h2 -4 addr flush dev eth0
ip -n h2 addr del 2001:db8::2/64 dev eth0
for address in 192.0.2.2 2001:db8::2; do
	ctl sponge set dead $address > /dev/null || fail "not dead"
done
dead() {
	sponge_state 192.0.2.2 dead && sponge_state 2001:db8::2 dead
}
dead || fail "they are not dead"
# not_captured N: frames that tcpdump on host N had no room for.
not_captured() {
	sed -n 's/^\([0-9]*\) packets\? dropped by kernel/\1/p' "$run/tcpdump$1"
}
missed=$(counter m4 device.rx_missed)
full=$(counter m4 punt_full)
replies() {
	ctl -j sponge stats | jq '.[0].sponge_replies'
}
replied=$(replies)

dropped=$(kernel_drops)
hold_control

# Hosts that are not dead are found again.
capture 2 3
forget 1 3 4
mesh 1 3 4
mark 1 2
[ "$(requests 2 h1)" = 0 ] || fail "h2 is dead and gets requests"
request 1 192.0.2.2 1 1
request 1 2001:db8::2 1 1

# More than the ring of reports holds.
sent=20000
end_capture
capture 1
numbered 1 3 2000 4 > "$run/numbers" &
numbers=$!
request 4 192.0.2.99 $sent 10000
mark 4 1
got=$(requests 1 192.0.2.99)
end_capture
wait $numbers
cat "$run/numbers"
forget 1 3
mesh 1 3 4

# Control goes on.
release_control
missed=$(($(counter m4 device.rx_missed) - missed))
dropped=$(($(kernel_drops) - dropped + $(not_captured 1)))
echo "of $sent requests h1 got $got; $missed were missed by m4, and with these" \
	"$dropped frames in all dropped by the kernel"
unharmed "$(cat "$run/numbers")" $dropped ||
	fail "frames lost while control stood still"
if [ $((got + missed)) -gt $sent ] || [ $((got + dropped)) -lt $sent ]; then
	fail "of $sent requests h1 got $got"
fi
full=$(($(counter m4 punt_full) - full))
echo "of $sent requests $full were not reported to control"
[ $full -gt 0 ] || fail "the ring was not full"
[ $full -lt $sent ] || fail "the ring held nothing"
answered_late() {
	[ $(($(replies) - replied)) = 2 ]
}
wait_for 5 answered_late || fail "$(($(replies) - replied)) late answers"
dead || fail "they are not dead any more"
answered 192.0.2.2
answered 2001:db8::2
accounted
