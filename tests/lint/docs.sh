#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The picture of the stages in docs/architecture.md shows what worker_pass()
# does, in its order, and the manual has every drop reason.
. "$(dirname "$0")/_files.sh"

drawn=$(awk '/^worker_pass\(/ { on = 1; next } /^```/ { on = 0 }
	on && /^  [a-z]/ { print $1 }' docs/architecture.md)
called=$(grep -oE '\bstage_[a-z]+\(' fabric/worker.c |
	sed -E 's/stage_(.*)\(/\1/' | awk '!seen[$0]++')
declared=$(sed -nE 's/^.*\bstage_([a-z]+)\(.*/\1/p' fabric/stage.h)

one_line() {
	tr '\n' ' ' <<< "$1"
}
for stage in $declared; do
	grep -qx "$stage" <<< "$called" ||
		bad "stage_$stage() is declared, and worker.c does not call it"
done
[ "$(sort <<< "$drawn")" = "$(sort <<< "$called")" ] ||
	bad "docs/architecture.md draws: $(one_line "$drawn")" \
		"but worker.c calls: $(one_line "$called")"
[ "$drawn" = "$declared" ] ||
	bad "docs/architecture.md draws: $(one_line "$drawn")" \
		"but the order in stage.h is: $(one_line "$declared")"

for reason in $(listed fabric/drop_list.h DROP); do
	grep -rqE "\b$reason\b" docs/*.[1-9]* 2> /dev/null ||
		bad "$reason: not in the manual"
done
exit $rc
