#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The picture of the stages in docs/architecture.md has those of stage_list.h, in
# its order; and the manual has every command, counter and drop reason.
. "$(dirname "$0")/_files.sh"

drawn=$(awk '/^worker_pass\(/ { on = 1; next } /^```/ { on = 0 }
	on && /^  [a-z]/ { printf "%s ", $1 }' docs/architecture.md)
listed=$(sed -nE 's/^STAGE\([A-Z]+, ([a-z]+),.*/\1/p' \
	fabric/datapath/stage_list.h | tr '\n' ' ')
[ "$drawn" = "$listed" ] ||
	bad "docs/architecture.md draws: $drawn; stage_list.h has: $listed"

# The tables of the manual are made from the lists, where a page asks for them.
for table in commands counters drops events fields groups metrics questions; do
	grep -qx "@$table@" docs/ixctl.1.scd ||
		bad "docs/ixctl.1.scd: no line @$table@"
done
exit $rc
