# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced by every lint: goes to the top of the tree, and tells which files are
# ours.

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 99

# Prints the paths of our files whose names match any of the patterns given,
# build directories and what git keeps for itself left out.
files() {
	local args=() pattern

	for pattern; do
		args+=(-o -name "$pattern")
	done
	find . \( -path ./.git -o -path './build*' -o -name __pycache__ \) \
		-prune -o -type f \( "${args[@]:1}" \) -print |
		sed 's,^\./,,' | LC_ALL=C sort
}

# What the lint exits with; bad() sets it.
export rc=0

# One finding: what is wrong, and with what.
bad() {
	printf '%s\n' "$*"
	rc=1
}

# The names that the X-macro $2 declares in the file $1.
listed() {
	sed -nE "s/^$2\(([a-z0-9_]+),.*/\1/p" "$1"
}
