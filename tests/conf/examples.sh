#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# examples.sh CONFCHECK KEYDOC: every file of configs/ is read without a word,
# the reference shows every key as it is, and the dictionary of the fuzzer has
# every line of the reference, in the syntax of libFuzzer.
confcheck=$1
keydoc=$2
configs=$(dirname "$0")/../../configs
rc=0

for ini in "$configs"/*.ini; do
	if ! said=$("$confcheck" "$ini" 2>&1 > /dev/null) || [ -n "$said" ]; then
		printf '%s\n' "$said"
		rc=1
	fi
done
diff -u "$configs/reference.ini" <("$keydoc" reference) ||
	{ echo "write it anew: keydoc reference > configs/reference.ini"; rc=1; }
dict=$("$keydoc" dict)
if grep -vE '^"([^"\\]|\\x[0-9a-f]{2})+"$' <<< "$dict"; then
	echo "keydoc dict: no entry of a dictionary"
	rc=1
fi
while read -r line; do
	grep -qxF "\"$line\\x0a\"" <<< "$dict" || { echo "keydoc dict: lacks '$line'"; rc=1; }
done < <(sed -nE 's/^(; )?(\[.*\]|[a-z0-9_]+ = .*)$/\2/p' "$configs/reference.ini")
exit $rc
