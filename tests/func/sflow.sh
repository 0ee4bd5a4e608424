#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the daemon sends as sFlow is read by the collectors that exchanges use: sfcapd of
# nfdump and sfacctd of pmacct, and decoded by tshark.  With every frame a sample, all of
# them have as many frames and octets as the counters.
. "$(dirname "$0")/_env.sh"
need tshark sfcapd nfdump sfacctd python3

ip link set lo up
for n in 1 2; do
	host "$n"
done
{
	exchange ixp-basic 1 2 | sed 's/^\[lan peering\]/&\nvlan = 77/
		s/^\[port m\(.\)\]/&\nindex = 100\1/'
	cat << 'EOT'

[sflow]
collector = 127.0.0.1
collector = 127.0.0.1:6344
collector = 127.0.0.1:6345
agent = 192.0.2.200
rate = 1
polling = 1s
discards = on
EOT
} | config

# The collectors; the third port is tshark's alone.
mkdir "$run/flows"
# Its shared memory goes with it.
unshare --ipc sfcapd -4 -p 6343 -w "$run/flows" -t 3600 > "$run/sfcapd" 2>&1 &
sfcapd=$!
cat > "$run/sfacctd.conf" << EOT
sfacctd_ip: 127.0.0.1
sfacctd_port: 6344
sfacctd_renormalize: true
plugins: print
aggregate: src_mac, dst_mac, vlan, in_iface, out_iface, etype
print_refresh_time: 600
print_output: csv
print_output_file: $run/sfacctd.csv
EOT
sfacctd -f "$run/sfacctd.conf" > "$run/sfacctd" 2>&1 &
sfacctd=$!
tshark -q -i lo -f 'udp dst portrange 6345-6346' -w "$run/sflow.pcap" > "$run/tshark" 2>&1 &
tshark=$!
listens() {
	ss -lnu | grep ":$1 " > /dev/null
}
wait_for 10 listens 6343 || fail "sfcapd does not listen: $(cat "$run/sfcapd")"
wait_for 10 listens 6344 || fail "sfacctd does not listen: $(cat "$run/sfacctd")"
# It says that it captures before it does.
captures() {
	printf x > /dev/udp/127.0.0.1/6346
	[ "$(tshark -r "$run/sflow.pcap" 2> /dev/null | wc -l)" -ge 1 ]
}
wait_for 10 captures || fail "tshark does not capture"

fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
pings4 1 2 > /dev/null || fail "h1 does not reach h2"
in_host 2 ip link set eth0 address 02:00:00:00:00:99
in_host 2 ping -c 1 -W 1 192.0.2.1 > /dev/null 2>&1
in_host 2 ip link set eth0 address 02:00:00:00:00:02
locked() {
	[ "$(dropped m2 mac_lock)" -ge 1 ]
}
wait_for 5 locked || fail "nothing was dropped"

# Nothing moves any more, and since then two reports of the counters of each port have
# been sent.
quiet() {
	ctl -j port interface | jq -c '.[] | del(.link_seconds, .counting_seconds)' > "$run/$1"
}
reports() {
	ctl -j sflow show | jq .counter_samples
}
reported_twice() {
	[ "$(reports)" -ge $((first + 5)) ]
}
same() {
	quiet before && first=$(reports) && wait_for 10 reported_twice && quiet after &&
		cmp -s "$run/before" "$run/after"
}
wait_for 30 same || fail "the counters never stand still"
ctl -j sflow show > "$run/shown"
jq -e '.lost == 0 and .agent == "192.0.2.200" and ([.collectors[] | .unsent] | add) == 0' \
	"$run/shown" > /dev/null || fail "samples or datagrams are lost: $(cat "$run/shown")"
ctl sflow show | grep -E '^127\.0\.0\.1:6343 +[0-9]+ +0  ok$' > /dev/null ||
	fail "sflow show: $(ctl sflow show)"
sent() {
	[ "$(tshark -r "$run/sflow.pcap" -Y 'udp.dstport == 6345' 2> /dev/null | wc -l)" -ge \
		"$(jq '.collectors[2].sent' "$run/shown")" ]
}
wait_for 10 sent || fail "tshark has not all datagrams"
kill -INT "$tshark" "$sfacctd"
kill -TERM "$sfcapd"
wait "$tshark" "$sfacctd" "$sfcapd"
tshark -r "$run/sflow.pcap" -d udp.port==6345,sflow -Y 'udp.dstport == 6345' -V > "$run/decoded" 2> /dev/null
nfdump -q -R "$run/flows" -o 'fmt:%in %svln %dvln %byt' > "$run/nfdump"

python3 - "$run" << 'PYTHON' || fail "the collectors differ"
import csv, json, re, sys

run = sys.argv[1]
ports = {row['index']: row for row in map(json.loads, open(run + '/after'))}
shown = json.load(open(run + '/shown'))
pool = {row['index']: row['pool'] for row in shown['ports']}
assert sorted(ports) == [1001, 1002]

# tshark: a sample for each frame, with the VLAN of the LAN, and the last counters.
text = open(run + '/decoded', encoding='utf-8').read()
assert 'Malformed' not in text
samples = re.split(r'\n    (?=Flow sample|Counters sample|\S)', text)[1:]
flows = {1001: [], 1002: []}
counters, drops = {}, 0
for s in samples:
    if s.startswith('Flow sample'):
        source = int(re.search(r'= Index: (\d+)', s)[1])
        flows[source].append(int(re.search(r'Frame Length: (\d+)', s)[1])
                             if 'Frame Length:' in s else None)
        assert 'Sampling rate: 1 out of 1 packets' in s
        assert 'Input interface (ifIndex): %d' % source in s
        assert 'Incoming 802.1Q VLAN: 77' in s and 'Outgoing 802.1Q VLAN: 77' in s, s
        assert 'Payload stripped: 4' in s
        # A locked port: 0x40000000 and 304.
        drops += 'Output interface: 0x40000130' in s
    elif s.startswith('Counters sample'):
        of = int(re.search(r'Interface index: (\d+)', s)[1])
        counters[of] = int(re.search(r'Input Octets: (\d+)', s)[1])
for index, row in ports.items():
    assert len(flows[index]) == pool[index] > 0, (index, len(flows[index]), pool)
    assert counters[index] == row['in_octets'], (index, counters, row)
assert drops >= 1 and shown['discarded_packets'] >= 1, (drops, shown)

# sfcapd: the octets of all frames, with the frame check sequence, are those of the counters.
octets = {1001: 0, 1002: 0}
for line in open(run + '/nfdump'):
    index, source, destination, n = map(int, line.split())
    assert (source, destination) == (77, 77), line
    octets[index] += n
assert octets == {i: row['in_octets'] for i, row in ports.items()}, (octets, ports)

# sfacctd: IP alone, between the two members.
seen = set()
for row in csv.DictReader(open(run + '/sfacctd.csv')):
    assert row['VLAN'] == '77', row
    # Of a frame that was dropped it counts nothing.
    if int(row['OUT_IFACE']) >> 30 == 1:
        continue
    assert int(row['BYTES']) >= 46 * int(row['PACKETS']) > 0, row
    seen.add((row['SRC_MAC'], row['IN_IFACE'], row['OUT_IFACE'], row['ETYPE']))
for want in (('02:00:00:00:00:01', '1001', '1002', '800'),
             ('02:00:00:00:00:02', '1002', '1001', '800'),
             ('02:00:00:00:00:01', '1001', '1002', '86dd')):
    assert want in seen, (want, seen)
PYTHON
