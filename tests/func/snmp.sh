#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixfabric-snmp behind a real snmpd: counters equal those of ixctl to the frame, the walk
# of IXP Manager finds the port of a MAC address, indexes stay over a restart and while a
# port is removed, and a restart shows as a discontinuity.  A daemon that is gone, stopped,
# silent or another program leaves empty tables, at once, and snmpd may come and go.
. "$(dirname "$0")/_env.sh"
need snmpd snmpget snmpbulkwalk python3
[ -x "$build/apps/ixfabric-snmp" ] || skip "ixfabric-snmp is not built"

export MIBS='' SNMPCONFPATH=$run/snmp SNMP_PERSISTENT_DIR=$run/snmp
mkdir "$run/snmp"
ip link set lo up
if_table=1.3.6.1.2.1.2.2.1
if_x_table=1.3.6.1.2.1.31.1.1.1
sys_up_time=1.3.6.1.2.1.1.3.0

# The example, at another place.
sed "s|^agentaddress .*|agentaddress udp:127.0.0.1:1161|
	s|^agentXSocket .*|agentXSocket $run/agentx|
	/^agentXPerms/d" "$func/../../configs/snmpd.conf" > "$run/snmp/own.conf"

snmpd_start() {
	snmpd -f -Lo -C -c "$run/snmp/own.conf" -p "$run/snmpd.pid" \
		-I -ifTable,-ifXTable > "$run/snmpd.log" 2>&1 &
	snmpd=$!
}

# sub_start SOCKET
sub_start() {
	"$build/apps/ixfabric-snmp" -s "$1" --agentx "$run/agentx" \
		--serial T-1000 > "$run/sub.log" 2>&1 &
	sub=$!
}

sub_stop() {
	kill -TERM "$sub"
	wait "$sub" || fail "the subagent ended with exit code $?"
}

# get OID...: the values alone.
get() {
	snmpget -v 2c -c public -t "$(slowness)" -r 0 -OqvUt 127.0.0.1:1161 \
		"$@" | tr -d '"'
}

walk() {
	snmpbulkwalk -v 2c -c public -t "$(slowness)" -r 0 -OqnUt \
		127.0.0.1:1161 "$1"
}

# is VALUE OID
is() {
	[ "$(get "$2" 2>&1)" = "$1" ]
}

# An answer that says that there is nothing, well before snmpget gives up.
is_empty() {
	local answer begun=$SECONDS

	answer=$(get "$if_table.2.10001" 2>&1)
	case $answer in
	'No Such '*) [ $((SECONDS - begun)) -le $((1 + $(load))) ] ;;
	*) false ;;
	esac
}

host 1
host 2
exchange ixp-basic 1 2 | sed 's/^profile.*/&\nvlan = 10/' | config
fabric_start || fail "no fabric"
snmpd_start
wait_for 5 test -S "$run/agentx" || fail "snmpd does not run"
sub_start "$sock"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2

# Each counter, of both ports, when nothing moves any more.
for n in 1 2; do
	ip -n "h$n" link set eth0 arp off multicast off
done
same() {
	ctl -j port interface > "$run/rows"
	for n in 1 2; do
		walk "$if_table" | grep "\.1000$n "
		walk "$if_x_table" | grep "\.1000$n "
	done > "$run/walked"
	python3 - "$run/rows" "$run/walked" 2> "$run/same" << 'PYTHON'
import json, sys

rows = {r['index']: r for r in json.load(open(sys.argv[1]))}
wide = {6: 'in_octets', 7: 'in_ucast', 8: 'in_mcast', 9: 'in_bcast',
        10: 'out_octets', 11: 'out_ucast', 12: 'out_mcast', 13: 'out_bcast'}
short = {10: 'in_octets', 11: 'in_ucast', 13: 'in_discards', 14: 'in_errors',
         15: 'in_unknown_protos', 16: 'out_octets', 17: 'out_ucast',
         19: 'out_discards', 20: 'out_errors'}
n = 0
for line in open(sys.argv[2]):
    name, value = line.split(' ', 1)
    *_, table, column, index = name.split('.')
    row = rows[int(index)]
    x = name.startswith('.1.3.6.1.2.1.31.')
    key = (wide if x else short).get(int(column))
    if key is None:
        continue
    if int(value) != row[key] % (2**64 if x else 2**32):
        sys.exit(f'{name} {key}: {value}, not {row[key]}')
    n += 1
if not all(r['in_ucast'] > 2 for r in rows.values()) or \
        not any(r['in_bcast'] for r in rows.values()):
    sys.exit(f'too little traffic: {rows}')
sys.exit(n != 2 * 17 and f'{n} counters')
PYTHON
}
wait_for 8 same || {
	cat "$run/same"
	fail "SNMP and ixctl differ"
}
agree() {
	ctl -j port interface > "$run/rows" &&
		ctl -j port stats | jq -e --slurpfile rows "$run/rows" 'all(.[]; . as $s |
			$rows[0][] | select(.port == $s.port) |
			.in_octets == $s.rx_bytes + 4 * $s.rx_frames and
			.out_octets == $s.tx_bytes + 4 * $s.tx_frames)' > "$run/jq"
}
wait_for 5 agree || fail "port stats and port interface differ"
is m1 "$if_x_table.1.10001" || fail "ifName"
is "Host h1" "$if_x_table.18.10001" || fail "ifAlias"
is 10000 "$if_x_table.15.10001" || fail "ifHighSpeed"
is 4294967295 "$if_table.5.10001" || fail "ifSpeed"
is T-1000 1.3.6.1.2.1.47.1.1.1.1.11.1 || fail "the serial number"
is 2 1.3.6.1.2.1.2.1.0 || fail "ifNumber"
[ "$(walk 1.3.6.1.2.1.2.2.1.3 | cut -d ' ' -f 2 | sort -u)" = 6 ] ||
	fail "other interfaces than those of the fabric"

# As update-l2database.pl of IXP Manager does: VLAN, filtering database, bridge port,
# ifIndex, name.
fdb=$(get 1.3.6.1.2.1.17.7.1.4.2.1.3.0.10)
bridge=$(walk "1.3.6.1.2.1.17.7.1.2.2.1.2.$fdb" |
	sed -n 's/.*\.2\.0\.0\.0\.0\.2 //p')
index=$(get "1.3.6.1.2.1.17.1.4.1.2.${bridge:-none}")
is m2 "$if_table.2.${index:-none}" ||
	fail "MAC address: database $fdb, port $bridge, index $index"
is "$bridge" 1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.2 || fail "without VLAN"

# A port is removed and comes back, beside another one; then a restart.
cp "$ini" "$run/both"
exchange ixp-basic 2 | sed 's/^profile.*/&\nvlan = 10/' | config
printf '\n[port m3]\nlan = peering\ndevice = net_null3\nmac = 02:00:00:00:00:03\nindex = 7\n' >> "$ini"
ctl config apply > "$run/apply" 2>&1 || { cat "$run/apply"; fail "the apply"; }
wait_for 5 is m3 "$if_x_table.1.7" || fail "a new port is not there"
is_empty || fail "a port that was removed is still there"
cp "$run/both" "$ini"
ctl config apply > "$run/apply" 2>&1 || { cat "$run/apply"; fail "the way back"; }
wait_for 5 is m1 "$if_x_table.1.10001" || fail "another index than before"
old=$(get "$if_x_table.19.10002")
fabric_stop || fail "the daemon did not end well"
wait_for 6 is_empty || fail "without the daemon there is something"
ended "$sub" && fail "the subagent has ended"
fabric_start || fail "no fabric after a restart"
wait_for 5 is m2 "$if_x_table.1.10002" || fail "another index after a restart"
is m1 "$if_x_table.1.10001" || fail "another index after a restart"
now=$(get "$sys_up_time")
new=$(get "$if_x_table.19.10002")
if [ "$new" -le "$old" ] || [ "$new" -gt "$now" ] ||
	[ "$new" -lt $((now - 500 * $(slowness))) ]; then
	fail "discontinuity: $old, then $new of $now"
fi

# Stopped; meanwhile snmpd comes back, and the subagent with it.
kill -STOP "$daemon"
wait_for 8 is_empty || fail "a daemon that is stopped: not empty, or too late"
kill "$snmpd"
wait "$snmpd"
snmpd_start
kill -CONT "$daemon"
wait_for 8 is m1 "$if_x_table.1.10001" || fail "not connected again"
[ "$(get "$sys_up_time")" -ge "$(get "$if_x_table.19.10001")" ] ||
	fail "a discontinuity in the future"
sub_stop

# Silent, noisy, gone.
python3 - "$run/silent" "$run/noisy" << 'PYTHON' &
import os, random, socket, sys, threading

def serve(path, answer):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen(8)
    while True:
        c, _ = s.accept()
        threading.Thread(target=answer, args=(c,), daemon=True).start()

def silent(c):
    while c.recv(1000):
        pass

def noisy(c):
    random.seed(1)
    row = '{"port": "x", "index": 10001}'
    what = ['{"ok": true, "result": {}}\n', '[]\n', 'null\n', '{' * 100000 + '\n',
            '{"ok": true, "result": [%s], "end": true}\n' % ','.join([row[:-1] + 'x'] * 9),
            '{"ok": true, "result": [1, null, [], {}], "end": 1}\n', '\0\n']
    try:
        c.recv(1000)
        c.sendall(b'{"ok": true, "result": {"version": 7}, "end": true}\n')
        c.recv(1000)
        c.sendall(random.choice(what).encode() + os.urandom(99))
    except OSError:
        pass
    c.close()

threading.Thread(target=serve, args=(sys.argv[1], silent), daemon=True).start()
serve(sys.argv[2], noisy)
PYTHON
others=$!
wait_for 5 test -S "$run/noisy" || fail "no other program"
for other in silent noisy nothing; do
	sub_start "$run/$other"
	wait_for 5 grep connected "$run/sub.log" > "$run/grep" || fail "not connected"
	is_empty || fail "$other: not empty, or too late"
	is_empty || fail "$other: not empty, or too late, the second time"
	sub_stop
done
kill "$others"

kill "$snmpd"
wait "$snmpd"
