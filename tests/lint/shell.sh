#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every shell script passes shellcheck, and none pipes into grep -q: that ends at the
# first match, and with pipefail the signal that its writer then gets fails the pipe,
# now and then.  With its output to /dev/null, grep reads to the end.
. "$(dirname "$0")/_files.sh"

scripts() {
	local f

	while read -r f; do
		case $f in
		*.sh) printf '%s\n' "$f" ;;
		*) head -n 1 "$f" | grep -aE '^#!.*\b(ba|da)?sh\b' > /dev/null &&
			printf '%s\n' "$f" ;;
		esac
	done < <(files '*')
}

mapfile -t scripts < <(scripts)
perl -0777 -ne 'while (/\|\s*grep\s+-\w*q/g) {
	printf "%s:%d: a pipe into grep -q: use grep ... > /dev/null\n", $ARGV,
		1 + (substr($_, 0, $-[0]) =~ tr/\n//); $found = 1;
} END { exit($found ? 1 : 0) }' "${scripts[@]}" || rc=1
if ! command -v shellcheck > /dev/null; then
	echo "skipped: shellcheck is missing"
	exit 77
fi
printf '%s\0' "${scripts[@]}" |
	xargs -0 -n 8 -P "$(nproc)" shellcheck -x -P SCRIPTDIR || rc=1
exit $rc
