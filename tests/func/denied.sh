#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Without the right to use the socket, ixctl says which group it is for.
. "$(dirname "$0")/_env.sh"
need setpriv

host 1
host 2
exchange open 1 2 | sed 's/^socket = .*/&\noperators = root/' | config
fabric_start || fail "no fabric"

# denied WORDS: an ordinary user is refused, with these words.
denied() {
	local rc=0

	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$build/apps/ixctl" -s "$sock" status > "$run/out" 2> "$run/err" || rc=$?
	[ $rc = 3 ] || fail "exit code $rc: $(cat "$run/out" "$run/err")"
	grep -q -- "$1" "$run/err" || fail "no '$1' in: $(cat "$run/err")"
}

setpriv --reuid 65534 --regid 65534 --clear-groups true 2> /dev/null ||
	skip "no other user here"
chmod 711 "$run"
denied "no right to use $sock: use sudo"
chgrp adm "$sock" || skip "no other group here"
denied "no right to use $sock: it is for the group adm; use sudo, or 'sudo usermod -aG adm USER'"
chmod 700 "$run"
denied "no right to enter the folder of $sock: use sudo"
rm "$sock"
chmod 711 "$run"
denied 'is ixfabricd running'
