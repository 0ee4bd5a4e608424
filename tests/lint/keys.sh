#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every key of fabric/config/key_list.h is in a case of tests/conf and in the
# commented example.  The manual has them all by its lines "@sections@" and "@index@", and each
# section of fabric/config/section_list.h has a list of keys.
. "$(dirname "$0")/_files.sh"

lists=(fabric/config/section_list.h fabric/config/key_list.h)
types=$(sed -nE 's/^SECTION_(ONE|MANY)\(([a-z0-9_]+),.*/\2/p' "${lists[0]}" | paste -sd '|')

# Prints "section key" for every key the INI files given show, in a comment or
# not.
shown() {
	[ $# = 0 ] || sed -nE '
		s/^[[:blank:]]*[;#]*[[:blank:]]*\[('"$types"')\b.*\].*/[\1/p
		s/^[[:blank:]]*[;#]*[[:blank:]]*([a-z0-9_]+)[[:blank:]]*=.*/\1/p
		' "$@" | awk '/^\[/ { section = substr($0, 2); next }
			{ print section, $0 }' | sort -u
}

mapfile -t cases < <(find tests/conf -name '*.ini' 2> /dev/null)
mapfile -t examples < <(find configs -name '*.ini' 2> /dev/null)
in_cases=$(shown "${cases[@]}")
in_examples=$(shown "${examples[@]}")
keys=$(sed -nE 's/^#define ([A-Z]+)_KEYS\(.*/[\L\1/p; s/^KEY\(S, ([a-z0-9_]+),.*/\1/p' \
	"${lists[1]}" | awk '/^\[/ { section = substr($0, 2); next } { print section, $0 }')

for type in ${types//|/ }; do
	grep -q "^$type " <<< "$keys" || bad "[$type]: has no key in ${lists[1]}"
done
while read -r section key; do
	grep -qx "$section $key" <<< "$in_cases" ||
		bad "[$section] $key: in no case of tests/conf"
	grep -qx "$section $key" <<< "$in_examples" ||
		bad "[$section] $key: in no example of configs"
done <<< "$keys"
for table in sections index profiles; do
	grep -qx "@$table@" docs/ixfabric.ini.5.scd ||
		bad "docs/ixfabric.ini.5.scd: no line @$table@"
done
exit $rc
