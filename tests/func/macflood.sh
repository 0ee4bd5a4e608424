#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Under an ixp profile a member sends from a million source addresses by a port
# that is locked to one, and from as many as it can in 5 seconds by a port with a
# limit of ten.  No other member loses an entry of the table, or a frame, and the
# log names the one port.
. "$(dirname "$0")/_storm.sh"

exchange ixp-basic 1 2 3 4 | storm_fabric 1 2 3 4

# mac_flood ADDRESSES PART SECONDS: so many has m3 then, and h4 has received no
# more than that part of the frames, in percent.
mac_flood() {
	local others before

	others=$(addresses m1 m2 m4) before=$(got 4)
	flood macs "$3" 02:00:00:00:00:04
	[ "$(addresses m1 m2 m4)" = "$others" ] ||
		fail "the other members have $others addresses"
	[ "$(addresses m3 | jq length)" = "$1" ] ||
		fail "m3 has $(addresses m3 | jq length) addresses"
	echo "h4 received $(($(got 4) - before))"
	[ $(($(got 4) - before)) -le $((sent * $2 / 100)) ]
}

during mac_flood 1 0 $((60 * $(load)))
[ "$sent" = 1000000 ] || fail "not a million but $sent"
blamed m3 mac_lock

# Control decides what is learned, a moment after a worker asks it to.
sed -i 's/^mac = 02:00:00:00:00:03/mac_limit = 10/' "$ini"
ctl config apply || fail "no ten addresses"
during mac_flood 10 10 5
blamed m3 mac_limit mac_lock
