#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Rights on the control socket: operators have all, readers what changes nothing,
# other users none, and each refusal names the group that would be right.
. "$(dirname "$0")/_env.sh"
need setpriv

operator=12001 reader=12002

# as GROUP[,GROUP...] COMMAND...: ixctl as an ordinary user of these groups.
as() {
	local rc=0 groups=$1

	shift
	setpriv --reuid 65534 --regid 65534 --groups "$groups" \
		"$build/apps/ixctl" -s "$sock" "$@" > "$run/out" 2> "$run/err" || rc=$?
	return $rc
}

# refused RC WORDS GROUP COMMAND...
refused() {
	local rc=0

	as "${@:3}" || rc=$?
	[ $rc = "$1" ] || fail "exit code $rc: $(cat "$run/out" "$run/err")"
	grep -qF -- "$2" "$run/err" || fail "no '$2' in: $(cat "$run/err")"
}

allowed() {
	as "$@" || fail "$*: $(cat "$run/err")"
}

setpriv --reuid 65534 --regid 65534 --groups $operator true 2> /dev/null ||
	skip "no other user here"
chmod 711 "$run"
host 1
host 2
exchange open 1 2 | sed "s/^socket = .*/&\noperators = $operator/" | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"

# One group: the file system keeps the others out.
[ "$(stat -c %a:%g "$sock")" = 660:$operator ] || fail "$(stat "$sock")"
allowed $operator status
allowed 100,$operator port down m1
allowed $operator port up m1
refused 3 "it is for the group $operator" 100 status
refused 3 "it is for the group $operator" $reader status

# Two groups: the daemon goes by the groups of the client.
sed -i "s/^operators = .*/&\nreaders = $reader/" "$ini"
fabric_stop || fail "it does not stop"
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
which="the group $operator; the group $reader may use those that change nothing"
allowed $operator port down m1
allowed 100,$reader port show
[ "$(port_state m1)" = off ] || fail "m1 is not off"
refused 1 "no right to 'port up', which is for operators" $reader port up m1
refused 1 "$which" $reader port up m1
refused 1 "usermod -aG $operator USER" $reader config apply "$ini"
[ "$(port_state m1)" = off ] || fail "a reader has changed m1"
allowed $reader,$operator port up m1
refused 1 "$which" 100 status

# Clients without rights leave the places to others.
for _ in {1..40}; do
	as 100 status && fail "a client without rights gets an answer"
done
allowed $reader status
