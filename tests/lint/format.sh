#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every C file is as clang-format 14 leaves it, and no file has what
# .editorconfig forbids.  No comment in C, which clang-format does not wrap, has a
# line of more than 90 columns.
. "$(dirname "$0")/_files.sh"

while read -r f; do
	! grep -qE '[[:blank:]]+$' "$f" ||
		bad "$f: white space at the end of a line"
	[ -z "$(tail -c 1 "$f")" ] || bad "$f: no newline at its end"
done < <(files '*.[ch]' '*.sh' '*.py' '*.md' '*.ini' '*.scd' meson.build)

while read -r f; do
	long=$(expand "$f" | grep -nE '^ *(\*|/\*).{90}') &&
		bad "$f: a comment of more than 90 columns: $long"
done < <(files '*.c' '*.h')

if ! command -v clang-format-14 > /dev/null; then
	[ $rc = 0 ] || exit $rc
	echo "skipped: clang-format-14 is missing"
	exit 77
fi
files '*.c' '*.h' | xargs -r clang-format-14 --dry-run -Werror || rc=1
exit $rc
