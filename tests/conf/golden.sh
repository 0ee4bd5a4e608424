#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# golden.sh CONFCHECK [NAME...]: every NN-name.ini here is read as NN-name.ok
# says (in canonical form), or refused; with what NN-name.err says, if anything.
# What is printed must read back as the same, with all defaults, too.
# REWRITE=1: write what comes out instead, to be read before it is committed.
confcheck=$(realpath "$1")
shift
here=$(dirname "$0")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$here" || exit 1
rc=0

# same WANT GOT: an absent file wants nothing.
same() {
	if [ -n "$REWRITE" ]; then
		rm -f "$1"
		[ ! -s "$2" ] || cp "$2" "$1"
		return
	fi
	[ -e "$1" ] || [ -s "$2" ] || return
	diff -u --label "$1" "$([ -e "$1" ] && echo "$1" || echo /dev/null)" \
		"$2" || rc=1
}

reads_back() {
	if ! "$confcheck" "$2" > "$tmp/again" 2> "$tmp/faults" ||
		! cmp -s "$tmp/ok" "$tmp/again"; then
		echo "$1: what is printed does not read back:"
		cat "$tmp/faults"
		diff -u "$tmp/ok" "$tmp/again"
		rc=1
	fi
}

[ $# != 0 ] || set -- *.ini
for ini in "$@"; do
	name=${ini%.ini}
	"$confcheck" "$ini" > "$tmp/ok" 2> "$tmp/err"
	status=$?
	same "$name.ok" "$tmp/ok"
	same "$name.err" "$tmp/err"
	[ $status = 0 ] || continue
	"$confcheck" -d "$ini" > "$tmp/defaults" 2> /dev/null
	reads_back "$ini" "$tmp/ok"
	reads_back "$ini" "$tmp/defaults"
done
exit $rc
