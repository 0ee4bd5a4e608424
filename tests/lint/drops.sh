#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every drop reason of fabric/drop_list.h is raised by some code, and expected
# by some test.
. "$(dirname "$0")/_files.sh"

mapfile -t code < <(files '*.c' '*.h' |
	grep -E '^fabric/' | grep -vE '^fabric/drop(_list)?\.[ch]$')
mapfile -t tests < <(find tests -type f -not -path 'tests/lint/*' \
	-not -name '*.pcap*')

for reason in $(listed fabric/drop_list.h DROP); do
	grep -qE "\bDROP_$reason\b" "${code[@]}" ||
		bad "$reason: no DROP_$reason in fabric/: nothing raises it"
	grep -qE "\b(DROP_)?$reason\b" "${tests[@]}" ||
		bad "$reason: no test in tests/ names it"
done
exit $rc
