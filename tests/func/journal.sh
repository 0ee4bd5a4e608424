#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Where the log goes: to the journal with fields if standard error is the journal, or to
# syslog; each line once, from a level on.  A journal that stands still keeps nothing
# waiting, and the lines that it lost are counted.
. "$(dirname "$0")/_env.sh"
need python3

# A /dev of its own, for a /dev/log.
mkdir "$run/dev"
mount -t tmpfs tmpfs "$run/dev" || skip "no tmpfs here"
for node in full null random urandom zero net hugepages shm; do
	[ ! -e "/dev/$node" ] && continue
	if [ -d "/dev/$node" ]; then mkdir "$run/dev/$node"; else : > "$run/dev/$node"; fi
	mount --rbind "/dev/$node" "$run/dev/$node" || skip "/dev cannot be made"
done
ln -s /proc/self/fd "$run/dev/fd"
mount --move "$run/dev" /dev || skip "/dev cannot be moved"

mkdir -p /run/systemd/journal
# receive SOCKET FILE: appends each datagram, one line of JSON.
receive() {
	: > "$2"
	python3 -u - "$1" "$2" << 'PYTHON' &
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    text = s.recv(65536).decode()
    if text.startswith('<'):
        got = {'MESSAGE': text}
    else:
        assert text.endswith('\n')
        got = dict(line.split('=', 1) for line in text[:-1].split('\n'))
    with open(sys.argv[2], 'a') as out:
        print(json.dumps(got), file=out)
PYTHON
	receiver=$!
	wait_for 5 [ -S "$1" ] || fail "no receiver on $1"
}
receive /dev/log "$run/syslog"
receive /run/systemd/journal/socket "$run/journal"

for n in 1 2 3; do
	host "$n"
done
exchange ixp-basic 1 2 3 | config
: > "$log"
JOURNAL_STREAM=$(stat -c %d:%i "$log")
export JOURNAL_STREAM
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"

offend() {
	in_host "$1" ip link set eth0 address 02:00:00:00:00:99
	pings4 "$1" 2 > /dev/null
	in_host "$1" ip link set eth0 address "02:00:00:00:00:0$1"
}

# has FILE FILTER: a line that the filter of jq selects.
has() {
	jq -es "any(.[]; $2)" "$1"
}

offend 3
wait_for 5 has "$run/journal" '.IXF_PORT == "m3" and .IXF_REASON == "mac_lock" and
	.IXF_SRC_MAC == "02:00:00:00:00:99" and .IXF_EVENT == "violation" and .PRIORITY == "4" and
	.SYSLOG_IDENTIFIER == "ixfabricd" and (.MESSAGE | startswith("port m3: mac_lock: "))' ||
	fail "no line with its fields: $(cat "$run/journal")"
has "$run/journal" '.IXF_PORT == "m1" and .IXF_REASON == "mac_lock"' > /dev/null && fail "a violation of m1"
wait_for 5 has "$run/journal" '.MESSAGE | contains("LANs 1, ports 3")' || fail "no summary"
jq -es 'all(.[]; .PRIORITY and .MESSAGE and (.MESSAGE | startswith("ixfabricd") | not))' \
	"$run/journal" > /dev/null || fail "a line without a level: $(cat "$run/journal")"
[ ! -s "$log" ] || fail "lines are there twice: $(cat "$log")"
[ ! -s "$run/syslog" ] || fail "lines are in syslog, too: $(cat "$run/syslog")"

# From a level on, at once.
set_keys() {
	sed -i "/^log/d; /^name/d; s|^socket = .*|&\n$1|" "$ini"
	ctl config apply > "$run/out" 2>&1 || fail "$(cat "$run/out")"
}
set_keys 'log_level = warning'
: > "$run/journal"
ip link set p2 down
down() {
	[ "$(port_state m2)" = down ]
}
wait_for 10 down || fail "the link did not go down"
offend 1
wait_for 5 has "$run/journal" '.IXF_PORT == "m1" and .IXF_REASON == "mac_lock" and .PRIORITY == "4"' || fail "no warning"
has "$run/journal" '.PRIORITY > "4"' > /dev/null && fail "a notice: $(cat "$run/journal")"
ip link set p2 up
wait_for 10 links_up 2 || fail "the link did not come up"

# A journal that stands still.
set_keys 'log = journal'
kill -STOP $receiver
for i in 1 2 3 4 5 6; do
	set_keys "log = journal\nname = n$i"
done
timeout $((2 * $(slowness))) "$build/apps/ixctl" -s "$sock" status > /dev/null ||
	fail "it hangs at a journal that stands still"
kill -CONT $receiver
wait_for 5 has "$run/journal" '.MESSAGE | contains("n2")' || fail "nothing came"
set_keys "log = journal\nname = last"
wait_for 5 has "$run/journal" '.MESSAGE | test("^log: [0-9]+ lines? (was|were) lost")' ||
	fail "what was lost is not counted: $(cat "$run/journal")"

# Syslog, and DPDK's own lines, once.
set_keys 'log = syslog\nlog_level = debug'
: > "$run/journal"
set_keys 'log = syslog\nlog_level = debug\nname = other'
wait_for 5 has "$run/syslog" '.MESSAGE | test("^<29>... .. ..:..:.. ixfabricd.[0-9]+.: configuration: fabric: name: ")' ||
	fail "nothing in syslog: $(cat "$run/syslog")"
[ ! -s "$run/journal" ] || fail "it is in the journal, too: $(cat "$run/journal")"
fabric_stop || fail "it did not stop"
: > "$run/syslog"
fabric_start || fail "no fabric"
wait_for 5 has "$run/syslog" '.MESSAGE | test("^<3[01]>.*: EAL: ")' || fail "no line of DPDK"
[ "$(jq -r .MESSAGE "$run/syslog" | sed 's/.*\]: //' | grep -c 'EAL: Detected CPU lcores')" = 1 ] ||
	fail "not once: $(grep EAL "$run/syslog")"
! grep -q 'EAL: Detected' "$log" || fail "it is on standard error, too"

# Without a syslog, standard error.
fabric_stop || fail "it did not stop"
rm /dev/log
: > "$log"
fabric_start || fail "no fabric"
grep -q 'ixfabricd: .*LANs 1, ports 3' "$log" || fail "the log is nowhere"
