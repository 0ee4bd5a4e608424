#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# No unfinished work left behind under one of its usual names, no path that
# exists on one machine only, and a licence on every source file.
. "$(dirname "$0")/_files.sh"

unfinished='\b(TO''DO|FIX''ME|X''XX|HA''CK)\b'
machine='(^|[^A-Za-z0-9_.-])/(wo''rk|ho''me|ro''ot|Us''ers)/'

while read -r f; do
	found=$(grep -InE "$unfinished" "$f") && bad "$f: unfinished: $found"
	found=$(grep -InE "$machine" "$f") && bad "$f: machine path: $found"
	case $f in
	*.[ch] | *.sh | *.py | */meson.build)
		[ ! -s "$f" ] || head -n 2 "$f" | grep 'SPDX-License-Identifier' > /dev/null ||
			bad "$f: no SPDX-License-Identifier in its first lines"
		;;
	esac
done < <(files '*')
exit $rc
