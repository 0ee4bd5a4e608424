#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A violation is logged with its frame.  When the reader of the log is stuck and the
# pipe is full, the daemon answers and forwards as before, and logs again as soon
# as there is room.
. "$(dirname "$0")/_env.sh"
need python3

for n in 1 2 3; do
	host "$n"
done
exchange ixp-basic 1 2 3 | config
mkfifo "$run/pipe"
exec 8<> "$run/pipe" # somebody could read, and does not

log=$run/pipe
fabric_start || fail "no fabric"
log=$run/said
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
mesh 1 2 3

# What is in the pipe, up to now, goes to the end of the file $log.
drain() {
	timeout 0.5 cat <&8 >> "$log"
	return 0
}

says() {
	drain
	grep -q -- "$1" "$log"
}

offend() {
	in_host "$1" ip link set eth0 address 02:00:00:00:00:99
	pings4 "$1" 2 > /dev/null
	in_host "$1" ip link set eth0 address "02:00:00:00:00:0$1"
}

offend 3
wait_for 5 says 'port m3: mac_lock: 02:00:00:00:00:99 -> ' ||
	fail "the violation was not logged"
! grep -q '<4>' "$log" || fail "a level, but no journal"

python3 - "$run/pipe" << 'PYTHON'
import os, sys
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK)
try:
    while True:
        os.write(fd, b'x' * 4096)
except BlockingIOError:
    pass
PYTHON
generation() {
	[ "$(ctl -t 2 -j status | jq .generation)" = "$1" ]
}
kill -HUP "$daemon"
wait_for 5 generation 2 || fail "it hangs at a full pipe"
offend 1
counted() {
	[ "$(dropped m1 mac_lock)" -ge 1 ]
}
wait_for 5 counted || fail "it hangs at a full pipe"
in_host 1 ip neigh flush all
in_host 2 ip neigh flush all
mesh 1 2
generation 2 || fail "it does not answer any more"

drain
kill -HUP "$daemon"
wait_for 5 says 'applied as generation 3' || fail "it does not log again"

# For the journal each line begins with its level.
fabric_stop || fail "it did not stop"
JOURNAL_STREAM=$(stat -c %d:%i "$run/pipe")
export JOURNAL_STREAM
log=$run/pipe
fabric_start || fail "no fabric"
log=$run/said
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
offend 3
wait_for 5 says '^<4>ixfabricd: port m3: mac_lock: ' || fail "no level"
