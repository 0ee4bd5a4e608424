#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# examples.sh CONFCHECK KEYDOC: every file of configs/ is read without a word,
# and the reference shows every key as it is.
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
exit $rc
