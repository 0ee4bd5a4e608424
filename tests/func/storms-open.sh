#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Under the profile open, which has no checks but those asked for, a member
# floods a port that two workers share: with broadcast, and with frames from up
# to a million addresses to one that no port has.  The others get as much of it
# as the limits let through, which are one for both workers, and the flood takes
# no place in the table from another port.
. "$(dirname "$0")/_storm.sh"

limits='mac_limit = 1000\nunknown_unicast = limit'
limits+='\nstorm_bcast = 2000pps\ncheck = storm_bcast drop'
limits+='\nstorm_uucast = 1000pps\ncheck = storm_uucast drop'
workers=0,$(($(nproc) > 1 ? 1 : 0))
exchange open 1 2 3 4 | sed "/^profile/a $limits" | storm_fabric 1 2 3 4

# limited RATE FLOOD...: h4 receives as much as the limit lets through.
limited() {
	local before

	before=$(got 4)
	flood "${@:2}"
	about $(($1 + $1 * ms / 1000)) $(($(got 4) - before))
}

# frames_of W: that worker W has had.
frames_of() {
	ctl -j worker show | jq ".[$1].frames"
}

# The kernel deals the frames out to the queues by their UDP ports.
broadcast_storm() {
	local before0 before1

	before0=$(frames_of 0) before1=$(frames_of 1)
	limited 2000 dhcp 5 || return
	if [ $(($(frames_of 0) - before0)) -lt 10000 ] ||
		[ $(($(frames_of 1) - before1)) -lt 10000 ]; then
		fail "one worker had it all"
	fi
}

mac_flood() {
	local others

	others=$(addresses m1 m2)
	limited 1000 macs 5 02:00:00:00:00:99 || return
	[ "$(addresses m1 m2)" = "$others" ] ||
		fail "the places of others were $others"
	[ "$(addresses m3 | jq length)" = 1000 ] ||
		fail "m3 has $(addresses m3 | jq length) addresses"
}

during broadcast_storm
blamed m3 storm_bcast
during mac_flood
blamed m3 storm_bcast storm_uucast
