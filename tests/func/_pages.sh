# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# What README.md and the manual pages show: for the tests that take it at its word.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # used by the tests
pages=("$top/README.md" "$top"/docs/*.scd)

# blocks FILE: the lines of its literal blocks; a line "---" ends each of them.
blocks() {
	awk '/^ *```/ { if (on) print "---"; on = !on; next }
		on { sub(/^ +/, ""); print }' "$1"
}

# parts: each command of the lines read, without prompt, sudo and redirections.
parts() {
	sed -E 's/^[$#] //; s/ *(&&|\|\||\$\(|[|;]) */\n/g' |
		sed -E 's/^ *(if |while |until |! )*(sudo )?//; s/ *[0-9]?[<>].*//; s/\)$//; s/ &$//'
}

# programs FILE: its command lines, of the programs of ixfabric.
programs() {
	blocks "$1" | parts |
		grep -E '^([^ ]*/)?ix(ctl|fabricd|replay|bench)( |$)'
}
