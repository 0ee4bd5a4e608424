#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# No function body over 60 lines.
. "$(dirname "$0")/_files.sh"

while read -r f; do
	found=$(awk -v f="$f" '
		/^\{/ { start = NR }
		/^\}/ {
			if (start && NR - start - 1 > 60)
				printf "%s:%d: a function of %d lines\n",
					f, start, NR - start - 1
			start = 0
		}' "$f")
	[ -z "$found" ] || bad "$found"
done < <(files '*.c' '*.h')
exit $rc
