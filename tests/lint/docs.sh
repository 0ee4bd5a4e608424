#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The picture of the stages in docs/architecture.md, the declarations of
# fabric/datapath/stage.h and the calls that worker_pass() comes to are in one order;
# and the manual has every command, counter and drop reason.
. "$(dirname "$0")/_files.sh"

drawn=$(awk '/^worker_pass\(/ { on = 1; next } /^```/ { on = 0 }
	on && /^  [a-z]/ { printf "%s ", $1 }' docs/architecture.md)
declared=$(sed -nE 's/^.*\bstage_([a-z]+)\(.*/\1/p' fabric/datapath/stage.h |
	tr '\n' ' ')
called=$(awk '
	# What each function calls, in the order of the text.
	match($0, /^[a-z_]+\(/) { name = substr($0, 1, RLENGTH - 1) }
	/^\t/ && name {
		rest = $0
		while (match(rest, /[a-z_]+\(/)) {
			calls[name] = calls[name] " " \
				substr(rest, RSTART, RLENGTH - 1)
			rest = substr(rest, RSTART + RLENGTH)
		}
	}
	function walk(fn, list, n, i) {
		if (seen[fn]++)
			return
		if (sub(/^stage_/, "", fn)) {
			printf "%s ", fn
			return
		}
		n = split(calls[fn], list, " ")
		for (i = 1; i <= n; i++)
			walk(list[i])
	}
	END { walk("worker_pass") }' fabric/datapath/worker_pass.c)

[ "$drawn" = "$called" ] ||
	bad "docs/architecture.md draws: $drawn; worker_pass() calls: $called"
[ "$drawn" = "$declared" ] ||
	bad "docs/architecture.md draws: $drawn; stage.h declares: $declared"

# The tables of the manual are made from the lists, where a page asks for them.
for table in commands counters drops questions; do
	grep -qx "@$table@" docs/ixctl.1.scd ||
		bad "docs/ixctl.1.scd: no line @$table@"
done
exit $rc
