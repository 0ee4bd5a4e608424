#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixctl on a terminal of 80 columns and in a pipe, watching, and for monitoring.
. "$(dirname "$0")/_ctl.sh"

{
	exchange open
	cat << 'EOF_INI'

[port r1]
device = net_ring1
lan = peering
asn = 64500
description = Vermittlungsstelle für Nämensgebung, an Example of a Long Name 日本

[port r2]
device = net_ring2
lan = peering
status = quarantine
description = short
EOF_INI
} | config
fabric_start || fail "no fabric"

# terminal COMMAND...: what it prints on one of 80 columns and 20 rows.
terminal() {
	TERM=xterm timeout 60 script -qec "stty cols 80 rows 20; exec $*" /dev/null \
		< /dev/null | tr -d '\r' > "$run/tty"
}
ixctl=("$build/apps/ixctl" -s "$sock")

terminal "${ixctl[@]}" port show
grep -E 'r1 .* AS64500 Vermittlung.*\.\.\.$' "$run/tty" > /dev/null ||
	fail "the description is not cut: $(cat "$run/tty")"
awk '{ gsub(/[^\x01-\x7f]/, "") } length > 80 { exit 1 }' "$run/tty" ||
	fail "wider than 80: $(cat "$run/tty")"
says 0 port show
line '日本$'

# In a pipe: one answer after the other, until the reader has enough.
rc=0
timeout 60 "${ixctl[@]}" --watch 1 port show lan peering | sed -n '/^PORT/p; 8q' > "$run/out" ||
	rc=$?
if [ $rc != 0 ] || [ "$(wc -l < "$run/out")" -lt 2 ]; then
	fail "exit code $rc of a pipe that is closed: $(cat "$run/out")"
fi
# A shell has its jobs in the background ignore ^C.
env --default-signal=INT "${ixctl[@]}" -j --watch 1 worker show > "$run/json" &
pid=$!
twice() {
	[ "$(jq -c . "$run/json" 2> /dev/null | wc -l)" -ge 2 ]
}
wait_for 20 twice || fail "not twice: $(cat "$run/json")"
kill -INT $pid
wait $pid || fail "exit code $? after ^C"
"${ixctl[@]}" watch port stats > "$run/stats" &
pid=$!
wait_for 20 grep -E '^r1 +rx_frames +[0-9]+ +0/s$' "$run/stats" > /dev/null ||
	fail "no rates: $(cat "$run/stats")"
kill -TERM $pid
rc=0
wait $pid || rc=$?
[ $rc = 143 ] || fail "exit code $rc after SIGTERM"

# In place on a terminal, which is as it was at the end.
cat > "$run/watch" << EOF_SH
env --default-signal=INT ${ixctl[@]} watch port show &
echo \$! > "$run/pid"
wait \$!
echo "code \$?"
EOF_SH
terminal bash "$run/watch" &
screen=$!
shown() {
	[ -s "$run/pid" ] && [ "$(grep -o 'every 2 s' "$run/tty" | wc -l)" -ge 2 ]
}
wait_for 20 shown || fail "not shown: $(cat -v "$run/tty")"
kill -INT "$(cat "$run/pid")"
wait $screen || fail "the terminal did not end"
cat -v "$run/tty" > "$run/seen"
for code in '?1049h' '?25l' '?25h' '?1049l'; do
	[ "$(grep -oF "^[[$code" "$run/seen" | wc -l)" = 1 ] ||
		fail "not once: $code: $(cat "$run/seen")"
done
grep -F '[?1049lcode 0' "$run/seen" > /dev/null ||
	fail "no exit code 0 after the screen: $(cat "$run/seen")"

# Only what shows something; and an error at once.
says 2 watch port down r1
complains 'can be watched'
says 2 watch
says 1 watch port show nosuch
says 2 --watch 0 port show
json 0 '.[0].state != "off"' port show r1

# health CODE PATTERN ARGUMENT...: of ixctl check.
health() {
	local want=$1 pattern=$2 rc=0

	shift 2
	"${ixctl[@]}" check "$@" > "$run/out" 2> "$run/err" || rc=$?
	[ $rc = "$want" ] || fail "exit code $rc, not $want: $(cat "$run/out")"
	line "$pattern"
	[ "$(wc -l < "$run/out")" = 1 ] || fail "not one line: $(cat "$run/out")"
}
health 0 '^IXFABRIC OK - .*: 1 of 2 ports up \| total=2 up=1 .*rx_frames=[0-9]+c'
health 0 '^IXFABRIC OK - port r1 is up, .* \| rx_bytes=[0-9]+c' r1
health 1 '^IXFABRIC WARNING - port r2 is quarantine' r2
health 3 "^IXFABRIC UNKNOWN - there is no port 'r3'" r3
json 0 '.state == "ok" and .code == 0 and .performance.total == 2' check
says 3 check r1 r2
says 0 port down r1
health 1 '^IXFABRIC WARNING - .*: 0 of 2 ports up; 1 set by hand \|'
health 1 '^IXFABRIC WARNING - port r1 is off' r1
says 0 port up r1
cp "$ini" "$run/good.ini"
echo 'colour = red' >> "$ini"
says 4 config apply
health 2 '^IXFABRIC CRITICAL - .*; the last apply was rejected'
cp "$run/good.ini" "$ini"
says 0 config apply
health 0 '^IXFABRIC OK'
kill -STOP "$daemon"
health 2 '^IXFABRIC CRITICAL - no answer on .* within 1 s' -t 1
kill -CONT "$daemon"
health 2 '^IXFABRIC CRITICAL - cannot reach the daemon' -s "$run/nobody"
