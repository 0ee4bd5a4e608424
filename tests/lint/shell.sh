#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every shell script passes shellcheck.
. "$(dirname "$0")/_files.sh"

if ! command -v shellcheck > /dev/null; then
	echo "skipped: shellcheck is missing"
	exit 77
fi
while read -r f; do
	case $f in
	*.sh) printf '%s\n' "$f" ;;
	*) head -n 1 "$f" | grep -aqE '^#!.*\b(ba|da)?sh\b' &&
		printf '%s\n' "$f" ;;
	esac
done < <(files '*') | xargs -r shellcheck -x -P SCRIPTDIR || rc=1
exit $rc
