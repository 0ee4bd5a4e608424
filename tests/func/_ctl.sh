# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests of the commands of ixctl.
. "$(dirname "${BASH_SOURCE[0]}")/_env.sh"

# says CODE COMMAND...: the exit code, and where the text goes: an answer to standard
# output, an error to standard error, never both.
says() {
	local want=$1 rc=0

	shift
	ctl "$@" > "$run/out" 2> "$run/err" || rc=$?
	[ $rc = "$want" ] || {
		cat "$run/out" "$run/err"
		fail "exit code $rc, not $want: ixctl $*"
	}
	case $want in
	2 | 3) [ ! -s "$run/out" ] || fail "an answer beside an error: $*" ;;
	0 | 5) [ ! -s "$run/err" ] || fail "a complaint without error: $*" ;;
	esac
}

# json CODE FILTER COMMAND...: the same with -j, and the filter holds.
json() {
	local want=$1 filter=$2

	shift 2
	says "$want" -j "$@"
	jq -e "$filter" "$run/out" > "$run/jq" || {
		cat "$run/out"
		fail "not so: $filter: ixctl -j $*"
	}
}

# line PATTERN: a line of the last answer.
line() {
	grep -qE "$1" "$run/out" || {
		cat "$run/out"
		fail "no line like: $1"
	}
}

complains() {
	grep -q "$1" "$run/err" || {
		cat "$run/err"
		fail "no word on: $1"
	}
}
