# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of a fabric that has a service manager.
. "$(dirname "${BASH_SOURCE[0]}")/_env.sh"
need python3

# mark NAME: puts it into $run/notified, behind all that was sent before.
mark() {
	python3 - "$run/notify" "$1" << 'PYTHON'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(sys.argv[2].encode(), sys.argv[1])
PYTHON
	wait_for 5 grep -x "$1" "$run/notified" || fail "the manager does not read"
}

# notified_start: starts the fabric below a manager, whose process is $manager; what the
# daemon tells it is in $run/notified, a line each.  Five watchdog signs a second are due.
notified_start() {
	python3 - "$run/notify" > "$run/notified" << 'PYTHON' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)
PYTHON
	# shellcheck disable=SC2034
	manager=$!
	wait_for 5 [ -S "$run/notify" ]
	export NOTIFY_SOCKET=$run/notify WATCHDOG_USEC=200000
	fabric_start || fail "no fabric"
	unset NOTIFY_SOCKET WATCHDOG_USEC
}
