# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154
#
# For tests of programs that end with an error.  Comes after _env.sh.

# says TEXT CODE COMMAND...: it ends with that code, and an error with that text.
says() {
	local text=$1 wanted=$2 code=0

	"${@:3}" > "$run/out" 2> "$run/errors" || code=$?
	[ $code = "$wanted" ] || {
		cat "$run/errors"
		fail "${*:3}: exit $code, not $wanted"
	}
	grep -qe "$text" "$run/errors" || {
		cat "$run/errors"
		fail "${*:3}: no error with '$text'"
	}
}
