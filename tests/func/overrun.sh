#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames that come while the fabric stands still fill the ring of their
# interface; those that find no room are counted as missed by the device, and
# all others are received.
. "$(dirname "$0")/_env.sh"

fabric ixp-basic 1 2
mesh 1 2
before=$(counter m1 rx_frames)
[ "$(counter m1 device.rx_missed)" = 0 ] || fail "missed $(counter m1 device.rx_missed) before it began"
kill -STOP "$daemon"
got=$(numbered 1 2 20000 1)
kill -CONT "$daemon"
echo "$got"
sent=$(sed -n 's/.* of sent=\([0-9]*\) .*/\1/p' <<< "$got" | head -1)
explained() {
	received=$(($(counter m1 rx_frames) - before))
	missed=$(counter m1 device.rx_missed)
	[ $((received + missed)) -ge "$sent" ]
}
wait_for 10 explained ||
	fail "sent $sent, received $received, missed $missed"
[ "$missed" -gt 0 ] || fail "nothing was missed: the ring held all"
[ "$received" -ge 1000 ] || fail "the ring held only $received"
[ $((received + missed)) -lt $((sent + 100)) ] ||
	fail "sent $sent, yet received $received and missed $missed"
mesh 1 2
accounted
