#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Segments of a TCP flow leave by net_af_packet as large frames while the interface
# divides these, and one by one otherwise; whatever arrives is what was sent.
. "$(dirname "$0")/_env.sh"
need python3

cat > "$run/receive.py" << 'PYTHON'
import hashlib, socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
s = socket.create_server((sys.argv[1], 5000), family=family)
open(sys.argv[2], 'w').close()
s.settimeout(60)
c = s.accept()[0]
c.settimeout(60)
h = hashlib.sha256()
while data := c.recv(100000):
    h.update(data)
print(h.hexdigest())
PYTHON

# transfer ADDRESS: 20 MB from h1 to h2, to that address.
transfer() {
	rm -f "$run/ready"
	in_host_start 2 python3 "$run/receive.py" "$1" "$run/ready" \
		> "$run/received"
	receiver=$!
	wait_for 10 [ -e "$run/ready" ] || fail "no receiver"
	in_host 1 python3 - "$1" > "$run/sent" << 'PYTHON'
import hashlib, os, socket, sys
data = os.urandom(20000000)
s = socket.create_connection((sys.argv[1], 5000), timeout=60)
s.sendall(data)
s.close()
print(hashlib.sha256(data).hexdigest())
PYTHON
	wait $receiver || fail "the receiver"
	cmp "$run/sent" "$run/received" || fail "$1: what arrived is not what was sent"
}

# Frames that the fabric has sent h2, and that h2 has received.
left() {
	counter m2 tx_frames
}

arrived() {
	in_host 2 ip -s -j link show eth0 | jq '.[0].stats64.rx.packets'
}

# one_by_one: all that has left since 'before' arrived as it was.
one_by_one() {
	[ $(($(left) - before_left)) = $(($(arrived) - before_arrived)) ]
}

before() {
	before_left=$(left)
	before_arrived=$(arrived)
}

fabric open 1 2
mesh 1 2
grep -q 'p2 set: segments of a TCP flow leave as large frames' "$log" ||
	fail "the log does not say that segments are joined"

for address in 192.0.2.2 2001:db8::2; do
	before
	transfer $address
	[ $(($(left) - before_left)) -gt \
		$((2 * ($(arrived) - before_arrived))) ] ||
		fail "$address: of $(($(left) - before_left)) frames" \
			"$(($(arrived) - before_arrived)) arrived: none is large"
done

# An operator switches it off, and no frame is lost before the daemon sees that.
in_host 2 ping -q -c 1 192.0.2.1 > /dev/null || fail "h2 does not reach h1"
before
ethtool -K p2 tso off || skip "the feature cannot be switched off here"
for address in 192.0.2.2 2001:db8::2; do
	transfer $address
	wait_for 10 one_by_one ||
		fail "$address: of $(($(left) - before_left)) frames" \
			"$(($(arrived) - before_arrived)) arrived"
done
accounted
drops_only ipv4_mcast mld nd_rs unknown_unicast tx_full
