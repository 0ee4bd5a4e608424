#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# GET /metrics by HTTP: what it sends is valid for Prometheus.  16 clients that send an
# octet now and then, oversized requests and noise keep neither a scrape nor ixctl
# waiting, and the hosts notice nothing.  Where it listens can be changed at any time; a
# place that is taken is refused, or a start without it is degraded.
. "$(dirname "$0")/_env.sh"
need python3 promtool

host 1
host 2
exchange ixp-basic 1 2 | config
listen() {
	sed -i "/^metrics = /d; s|^socket = .*|&${1:+\nmetrics = $1}|" "$ini"
}
listen 127.0.0.1:9477
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2
pinging 1 2
resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"
}
before=$(resident)

python3 - "$sock" "$run/text" "$(slowness)" << 'PYTHON' || fail "not all were answered"
import http.client, json, random, socket, sys, threading, time

sock, path, slowness = sys.argv[1], sys.argv[2], int(sys.argv[3])
where = ('127.0.0.1', 9477)
done = threading.Event()
cut = [0]
random.seed(1)


def slow():
    while not done.is_set():
        try:
            with socket.create_connection(where) as s:
                for octet in b'GET /metrics HTTP/1.1\r\nX: ' + 99 * b'x':
                    s.sendall(bytes([octet]))
                    if done.wait(1):
                        return
        except OSError:
            cut[0] += 1


def hostile():
    while not done.is_set():
        what = random.choice((b'GET /' + 100000 * b'a', b'GET /metrics HTTP/1.1\r\n' + 50000 * b'A: b\r\n',
                              random.randbytes(300), b'POST /metrics HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n' + 200000 * b'x'))
        try:
            with socket.create_connection(where) as s:
                s.settimeout(1)
                s.sendall(what)
                s.recv(100)
        except OSError:
            pass
        done.wait(0.05)


threads = [threading.Thread(target=slow) for _ in range(16)] + [threading.Thread(target=hostile)]
for t in threads:
    t.start()
time.sleep(1.5)
begun, scrapes = time.monotonic(), 0
while time.monotonic() - begun < 2 or scrapes < 3:
    at = time.monotonic()
    try:
        c = http.client.HTTPConnection(*where, timeout=10)
        c.request('GET', '/metrics')
        r = c.getresponse()
        text = r.read().decode()
        assert r.status == 200 and r.headers['Content-Type'] == 'text/plain; version=0.0.4; charset=utf-8'
        assert 'ixf_port_info{port="m2"' in text and text.endswith('\n')
        scrapes += 1
    except (ConnectionError, http.client.RemoteDisconnected):
        pass  # no place was free, and none of the others had waited for long
    assert time.monotonic() - at < slowness, 'a scrape waits'
    at = time.monotonic()
    s = socket.socket(socket.AF_UNIX)
    s.connect(sock)
    s.sendall(b'{"cmd": "status"}\n')
    assert json.loads(s.makefile().readline())['ok']
    assert time.monotonic() - at < slowness, 'ixctl waits'
    s.close()
    time.sleep(0.2)
    assert time.monotonic() - begun < 10 * slowness, '%d scrapes' % scrapes
done.set()
for t in threads:
    t.join()
assert cut[0] > 0, 'slow clients stay'
for method, target, status in (('GET', '/', 404), ('GET', '/metricsx', 404), ('POST', '/metrics', 405),
                               ('HEAD', '/metrics', 200), ('GET', '/metrics', 200)):
    c = http.client.HTTPConnection(*where, timeout=10)
    c.request(method, target)
    r = c.getresponse()
    text = r.read()
    assert r.status == status, (method, target, r.status)
    assert method != 'HEAD' or (text == b'' and 'version=0.0.4' in r.headers['Content-Type'])
open(path, 'wb').write(text)
PYTHON
grew=$(($(resident) - before))
[ $grew -lt 8192 ] || fail "the daemon grew by $grew KiB"
pinged
promtool check metrics < "$run/text" > "$run/out" 2>&1 || fail "$(cat "$run/out")"

# get TARGET WANT: the status of GET /metrics, or "none" if nothing listens there.
get() {
	local got

	got=$(python3 - "$1" << 'PYTHON'
import socket, sys
to = sys.argv[1]
try:
    if to.startswith('/'):
        s = socket.socket(socket.AF_UNIX)
        s.connect(to)
    else:
        s = socket.create_connection(('127.0.0.1', int(to)))
    s.sendall(b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
    print(s.makefile('rb').readline().split()[1].decode())
except (ConnectionRefusedError, FileNotFoundError):
    print('none')
PYTHON
	)
	[ "$got" = "$2" ] || fail "$1: $got, not $2"
}

listen "$run/metrics.sock"
ctl config apply > "$run/out" 2>&1 || fail "$(cat "$run/out")"
get "$run/metrics.sock" 200
get 9477 none
python3 -c '
import socket, time
s = socket.create_server(("127.0.0.1", 9488))
time.sleep(600)' &
taker=$!
taken() {
	ss -Hltn 'sport = 9488' | grep . > /dev/null
}
wait_for 5 taken || fail "the port is not taken"
generation=$(ctl -j status | jq .generation)
listen 127.0.0.1:9488
ctl config apply > "$run/out" 2>&1
[ $? = 4 ] || fail "a place that is taken is accepted: $(cat "$run/out")"
grep -q 'metrics: cannot listen on 127.0.0.1:9488: Address already in use' "$run/out" ||
	fail "$(cat "$run/out")"
[ "$(ctl -j status | jq .generation)" = "$generation" ] || fail "it was applied"
get "$run/metrics.sock" 200

# At a start the exchange is more important.
fabric_stop || fail "it did not stop"
[ ! -e "$run/metrics.sock" ] || fail "it left its socket"
fabric_start || fail "it does not start"
ctl status > "$run/out" && fail "not degraded"
grep -q 'metrics: cannot listen' "$run/out" || fail "$(cat "$run/out")"
kill $taker
wait $taker 2> /dev/null
wait_for 10 ctl status || fail "it does not try again"
get 9488 200
accounted
