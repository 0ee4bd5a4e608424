#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What ixctl metrics prints is valid for Prometheus, and its values are those of port
# stats and port drops.
. "$(dirname "$0")/_env.sh"
need python3

for n in 1 2 3; do
	host "$n"
done
exchange ixp-basic 1 2 3 | config
# A member's name with all that needs care.
sed -i 's/^description = Host h3$/description = a "b" \\c\\ \\n €ü, {d="e"}/' "$ini"
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
mesh 1 2 3
in_host 3 ip link set eth0 address 02:00:00:00:00:99
pings4 3 2 > /dev/null
in_host 3 ip link set eth0 address 02:00:00:00:00:03
reported() {
	[ "$(dropped m3 mac_lock)" -ge 1 ]
}
wait_for 5 reported || fail "nothing was dropped"

# What moved between two looks is not compared.
same() {
	ctl -j port stats > "$run/stats" && ctl -j port drops > "$run/drops" &&
		ctl metrics > "$run/text" && ctl -j port stats > "$run/later" &&
		cmp -s "$run/stats" "$run/later"
}
wait_for 10 same || fail "the counters never stand still"

python3 - "$run" << 'PYTHON' || fail "the values differ"
import json, re, sys

run = sys.argv[1]
text = open(run + '/text', encoding='utf-8').read()
value = {}
for line in text.splitlines():
    if line.startswith('#'):
        assert re.match(r'# (HELP|TYPE) ixf_[a-z0-9_]+ .', line), line
        continue
    # Label values: any octets, with \\, \" and \n for those that end them.
    m = re.fullmatch(r'(ixf_[a-z0-9_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\[\\"n])*",?)*)\})? (\d+)', line)
    assert m, line
    key = (m[1], tuple(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', m[2] or '')))
    assert key not in value, key
    value[key] = int(m[3])


def of(name, **labels):
    return value['ixf_' + name, tuple(labels.items())]


stats = json.load(open(run + '/stats'))
assert len(stats) == 3
for row in stats:
    p = row['port']
    for name, key in (('receive_bytes', 'rx_bytes'), ('transmit_bytes', 'tx_bytes'),
                      ('transmit_packets', 'tx_frames'), ('forwarded_packets', 'forwarded'),
                      ('flooded_packets', 'flooded'), ('consumed_packets', 'consumed')):
        assert of('port_%s_total' % name, port=p) == row[key], (p, name)
    cast = {c: of('port_receive_packets_total', port=p, cast=c)
            for c in ('unicast', 'multicast', 'broadcast')}
    assert sum(cast.values()) == row['rx_frames'], (p, cast)
    assert cast['multicast'] == row['rx_multicast'] and cast['broadcast'] == row['rx_broadcast']
    assert of('port_hw_missed_total', port=p) == row['device']['rx_missed']
    assert row['rx_frames'] > 0
drops = json.load(open(run + '/drops'))
for row in drops:
    assert of('port_drops_total', port=row['port'], direction=row['side'],
              reason=row['reason']) == row['frames'], row
assert sum(k[0] == 'ixf_port_drops_total' for k in value) == len(drops)
# Dropped is what was dropped, and no other port has any.
for p in ('m1', 'm2', 'm3'):
    assert (of('port_drops_total', port=p, direction='rx', reason='mac_lock') > 0) == (p == 'm3')
info = [dict(k[1]) for k in value if k[0] == 'ixf_port_info']
assert [i['member'] for i in info if i['port'] == 'm3'] == [
    r'a \"b\" \\c\\ \\n €ü, {d=\"e\"}'], info
assert not re.search(r'([0-9a-f]{2}:){5}|192\.0\.2', text), 'an address'
PYTHON

ctl -j metrics | jq -re '.[].text' > /dev/null || fail "no JSON"
ctl metrics extra > /dev/null 2>&1 && fail "an argument is taken"

need promtool
promtool check metrics < "$run/text" > "$run/out" 2>&1 || {
	cat "$run/out"
	fail "promtool does not take it"
}
# It would have seen a fault.
for broken in 's/^# TYPE ixf_port_drops_total.*/# TYPE ixf_port_drops_total gauge/' \
	'0,/^ixf_port_info/s/^ixf_port_info{/ixf_port_info{port="x/'; do
	if sed "$broken" "$run/text" | promtool check metrics > "$run/out" 2>&1; then
		fail "promtool takes anything: $broken"
	fi
done

# The examples of the manual.
blocks=$(awk '/^```/ { on = !on; next } on' "$func/../../docs/ixfabricd.8.scd")
sed -n '/^groups:/,$p' <<< "$blocks" > "$run/rules.yml"
sed -n '/^scrape_configs:/,/targets/p' <<< "$blocks" > "$run/prometheus.yml"
promtool check rules "$run/rules.yml" > "$run/out" 2>&1 || fail "$(cat "$run/out")"
promtool check config "$run/prometheus.yml" > "$run/out" 2>&1 || fail "$(cat "$run/out")"
