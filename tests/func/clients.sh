#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Hostile clients: garbage, half requests, too many clients, clients that do not
# read.  The daemon continues, its memory does not grow, the hosts notice nothing;
# and only its group may connect.
#
#   clients.sh [REQUESTS]
#
# so many of them wrong, 5,000 if not given: noise, and true ones cut and changed.
. "$(dirname "$0")/_env.sh"
requests=${1:-5000}
need python3

# Users of the group root, which are not root, may command.
host 1
host 2
exchange open 1 2 | sed 's/^\[fabric\]/&\noperators = root/' | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2

resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"
}

[ "$(stat -c '%a %F' "$sock")" = '660 socket' ] || fail "$(stat "$sock")"
pinging 1 2
before=$(resident)

python3 - "$sock" "$(slowness)" "$requests" << 'PYTHON' || fail "the daemon did not take it well"
import json, os, random, select, socket, sys, time

random.seed(1)
path = sys.argv[1]
patience = 2 * int(sys.argv[2])


def dial():
    deadline = time.monotonic() + patience
    while True:
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(patience)
        try:
            s.connect(path)
            return s
        except BlockingIOError:  # more are waiting than the kernel holds
            s.close()
            assert time.monotonic() < deadline


def lines(s):
    text = b''
    try:
        while True:
            got = s.recv(65536)
            if not got:
                break
            text += got
    except (ConnectionResetError, BrokenPipeError):
        pass
    return [json.loads(l) for l in text.splitlines()]


def refused(what, code='bad_request'):
    s = dial()
    try:
        s.sendall(what)
        s.shutdown(socket.SHUT_WR)
    except (ConnectionResetError, BrokenPipeError):
        pass
    said = lines(s)
    assert said and said[0]['error']['code'] == code, (what[:40], said)


for what in (b'GET / HTTP/1.0\r\n\r\n', b'\0\0\0\0\n', b'[' * 9000 + b'\n',
             b'x' * 100000 + b'\n', b'x' * (17 << 20),
             b'{"cmd": "status", "x": "' + b'x' * 100000 + b'"}\n',
             b'{"cmd": "hello"', b'7\n', b'\n'):
    if what.endswith(b'"hello"'):
        s = dial()
        s.sendall(what)
        s.close()
    else:
        refused(what)

# Noise, and true requests cut and changed at random; some of the noise is longer than a
# request may be.  Of half a request there is no answer: it ends with the connection.
good = b'{"id": 1, "cmd": "fdb show", "args": {"port": "m1"}}\n'
for i in range(int(sys.argv[3])):
    if i % 100 == 1:
        what = random.randbytes(random.randrange(65000, 140000))
    elif i % 2:
        what = random.randbytes(random.randrange(1, 200))
    elif i % 4:
        what = good[:random.randrange(1, len(good))]
    else:
        what = bytearray(good)
        for _ in range(random.randrange(1, 4)):
            what[random.randrange(len(what) - 1)] = random.randrange(256)
    s = dial()
    try:
        s.sendall(what)
        s.shutdown(socket.SHUT_WR)
        lines(s)
    except (ConnectionResetError, BrokenPipeError):
        pass
    s.close()
    if i % 1000 == 0:  # an operator is answered in between
        begun = time.monotonic()
        s = dial()
        s.sendall(b'{"cmd": "status"}\n')
        assert json.loads(s.makefile().readline())['ok']
        assert time.monotonic() - begun < patience
        s.close()

# Many requests on one connection.
s = dial()
f = s.makefile('rwb')
for i in range(2000):
    f.write(b'{"id": %d, "cmd": "port show"}\n' % i)
    f.flush()
    answer = json.loads(f.readline())
    assert answer['id'] == i and answer['end'], answer
f.close()
s.close()

# 200 at once: those beyond the limit get an error, the others are served.
crowd = [dial() for _ in range(200)]
busy = 0
for s in crowd:
    try:
        s.sendall(b'{"cmd": "hello"}\n')
        busy += b'busy' in s.recv(65536)
    except (ConnectionResetError, BrokenPipeError):
        busy += 1
assert 200 - 18 <= busy < 200, busy
for s in crowd:
    s.close()

# Other users of the group send an octet now and then on all connections they get:
# root is answered at once, and so is one of theirs that asks something.  None of
# them stays.
report, told = os.pipe()
pid = os.fork()
if pid == 0:
    try:
        os.setgroups([])
        os.setgid(0)
        os.setuid(65534)
    except OSError:  # not possible in a user namespace: then all are root
        pass
    slow = [dial() for _ in range(24)]
    begun = time.monotonic()
    while time.monotonic() - begun < 3:
        for s in slow:
            try:
                s.send(b'{')
            except (ConnectionResetError, BrokenPipeError):
                pass
        time.sleep(0.2)
    s = dial()
    s.sendall(b'{"cmd": "hello"}\n')
    os.write(told, b'a' if json.loads(s.makefile().readline())['ok'] else b'x')
    begun = time.monotonic()
    try:
        while slow and time.monotonic() - begun < 60:
            for s in slow[:]:
                try:
                    s.send(b' ')
                except (ConnectionResetError, BrokenPipeError):
                    slow.remove(s)
            time.sleep(0.2)
    finally:
        os.write(told, b'e' if not slow else b'x')
        os._exit(0)
os.close(told)
answer = b''
while b'a' not in answer:
    begun = time.monotonic()
    s = dial()
    s.sendall(b'{"cmd": "status"}\n')
    line = s.makefile().readline()
    assert line and json.loads(line)['ok'], line
    assert time.monotonic() - begun < 2
    s.close()
    ready = select.select([report], [], [], 0.1)[0]
    if ready:
        got = os.read(report, 1)
        assert got == b'a', 'a guest that asks is not answered'
        answer += got
assert os.read(report, 1) == b'e', 'slow clients stay'
os.waitpid(pid, 0)

# Some clients request much and read nothing; another one is answered at once.
slow = [dial() for _ in range(8)]
for s in slow:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.sendall(b'{"cmd": "port drops"}\n' * 600)
s = dial()
begun = time.monotonic()
s.sendall(b'{"cmd": "status"}\n')
assert json.loads(s.makefile().readline())['ok']
assert time.monotonic() - begun < patience
PYTHON

grew=$(($(resident) - before))
[ $grew -lt 8192 ] || fail "the daemon grew by $grew KiB"
pinged
ctl status > "$run/out" || fail "$(cat "$run/out")"
accounted
