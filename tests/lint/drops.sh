#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every drop reason of fabric/view/drop_list.h is raised by a worker, expected by a
# test, and has a row in the recipes of the self-test: a frame, or why there is none.
. "$(dirname "$0")/_files.sh"

recipes=fabric/trial/selftest_recipes.c
# port_parts(), which workers call, is in port.h.
mapfile -t code < <(files '*.c' '*.h' |
	grep -E '^fabric/(datapath/|view/port\.h$)')
mapfile -t tests < <(find tests -type f -not -path 'tests/lint/*' \
	-not -name '*.pcap*')

for reason in $(listed fabric/view/drop_list.h DROP); do
	grep -qE "\bDROP_$reason\b" "${code[@]}" ||
		bad "$reason: no DROP_$reason in fabric/datapath/: nothing raises it"
	grep -qE "\b(DROP_)?$reason\b" "${tests[@]}" ||
		bad "$reason: no test in tests/ names it"
	grep -qE "\bFRAME\($reason," "$recipes" ||
		bad "$reason: no row in $recipes"
done
exit $rc
