# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced by tests that are scripts: how they end, if not well.

# skip WHY: something that the test needs is missing.
skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}
