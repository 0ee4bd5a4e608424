#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Configurations are applied while two members exchange numbered frames at 80 % of the
# rate that loses none: MACs change, ports and LANs come and go around them.  None of
# their frames is lost, repeated or out of order.
#
#   apply.sh [APPLIES]
. "$(dirname "$0")/_env.sh"
applies=${1:-50}

# variant K: members 1 and 2 unchanged, the rest by K.
variant() {
	# Room for 60 ms, since two cores also run the hosts and this script.
	exchange ixp-basic 1 2 | sed '/^workers/a descriptors = 8192'
	cat << EOF_INI

[lan side]
profile = open
mac_age = $((100 + $1))s

[port m3]
device = net_af_packet3,iface=p3
lan = $([ $(($1 % 3)) = 0 ] && echo side || echo peering)
mac = 02:00:00:00:00:$(printf %02x $((16 + $1 % 100)))
description = Variant $1
EOF_INI
	[ $(($1 % 2)) = 0 ] || cat << EOF_INI

[port m4]
device = net_af_packet4,iface=p4
lan = peering
mac = 02:00:00:00:00:04
EOF_INI
	[ $(($1 % 4)) -gt 1 ] || cat << EOF_INI

[lan more$1]
profile = ixp-basic

[port null$1]
device = net_null$1,no-rx=1
lan = more$1
EOF_INI
}

need chrt
workers=$(($(nproc) > 1 ? 1 : 0))
for n in 1 2 3 4; do
	host $n
done
variant 0 | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
hurry || skip "no right to put the workers first"
mesh 1 2

# find_rate: the highest rate without loss while there is no apply, in 'rate'.
find_rate() {
	local got

	while got=$(numbered 1 2 $rate 2); ! unharmed "$got"; do
		rate=$((rate * 3 / 4))
		[ $rate -gt 1000 ] || fail "no rate without loss: $got"
	done
}

# apply_all RATE: the traffic meanwhile into $run/numbers.
apply_all() {
	local numbers begun k

	rm -f "$run/senders"
	numbered 1 2 "$1" 900 > "$run/numbers" &
	numbers=$!
	wait_for 5 test -e "$run/senders" || fail "no senders"
	begun=$(date +%s%N)
	for k in $(seq 1 "$applies"); do
		variant "$k" > "$run/next.ini"
		ctl config apply "$run/next.ini" > "$run/apply" 2>&1 || {
			cat "$run/apply"
			fail "apply $k"
		}
	done
	kill -0 $numbers 2> /dev/null ||
		fail "the frames had ended before the last apply"
	xargs kill < "$run/senders"
	wait $numbers
	echo "at $1 frames/s each way, $applies applies in" \
		"$((($(date +%s%N) - begun) / 1000000)) ms:"
	cat "$run/numbers"
}

# A shared machine may lose frames before they reach the fabric; a fabric that loses
# frames to an apply does so each time.
rate=80000
tries=4
generation=$(ctl -j status | jq .generation)
while :; do
	find_rate
	apply_all $((rate * 8 / 10))
	generation=$((generation + applies))
	[ "$(ctl -j status | jq .generation)" = $generation ] ||
		fail "not $applies generations"
	unharmed "$(cat "$run/numbers")" && break
	tries=$((tries - 1))
	[ $tries -gt 0 ] || fail "an apply lost frames"
	rate=$((rate / 2))
done
mesh 1 2
accounted
