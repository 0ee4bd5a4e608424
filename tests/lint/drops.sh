#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every drop reason of fabric/view/drop_list.h is raised by some code, expected by some
# test, and tried by the self-test, or it is said there why no frame can raise it.
. "$(dirname "$0")/_files.sh"

mapfile -t code < <(files '*.c' '*.h' |
	grep -E '^fabric/' | grep -vE '/(drop(_list)?|selftest_frames|policy.*)\.[ch]$')
mapfile -t tests < <(find tests -type f -not -path 'tests/lint/*' \
	-not -name '*.pcap*')

for reason in $(listed fabric/view/drop_list.h DROP); do
	grep -qE "\bDROP_$reason\b" "${code[@]}" ||
		bad "$reason: no DROP_$reason in fabric/: nothing raises it"
	grep -qE "\b(DROP_)?$reason\b" "${tests[@]}" ||
		bad "$reason: no test in tests/ names it"
	grep -qE "\b(NO_)?FRAME\($reason," fabric/trial/selftest_frames.c ||
		bad "$reason: no frame in fabric/trial/selftest_frames.c raises it"
done
exit $rc
