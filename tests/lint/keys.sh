#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every key of fabric/config/key_list.h is in a case of tests/conf, in the commented
# example, and in the manual, by its name or by the mark "@section@" that all
# keys of its section stand for.
. "$(dirname "$0")/_files.sh"

# Prints "section key" for every key the INI files given show, in a comment or
# not.
shown() {
	[ $# = 0 ] || sed -nE '
		s/^[[:blank:]]*[;#]*[[:blank:]]*\[(fabric|lan|port|acl)\b.*\].*/[\1/p
		s/^[[:blank:]]*[;#]*[[:blank:]]*([a-z0-9_]+)[[:blank:]]*=.*/\1/p
		' "$@" | awk '/^\[/ { section = substr($0, 2); next }
			{ print section, $0 }' | sort -u
}

mapfile -t cases < <(find tests/conf -name '*.ini' 2> /dev/null)
mapfile -t examples < <(find configs -name '*.ini' 2> /dev/null)
mapfile -t manual < <(find docs -name 'ixfabric.ini*' 2> /dev/null)
in_cases=$(shown "${cases[@]}")
in_examples=$(shown "${examples[@]}")

while read -r section key; do
	grep -qx "$section $key" <<< "$in_cases" ||
		bad "[$section] $key: in no case of tests/conf"
	grep -qx "$section $key" <<< "$in_examples" ||
		bad "[$section] $key: in no example of configs"
	grep -qE "\b$key\b|^@$section@\$" "${manual[@]}" /dev/null ||
		bad "[$section] $key: not in the manual"
done < <(sed -nE 's/^KEY_([A-Z]+)\(([a-z0-9_]+),.*/\L\1 \2/p' \
	fabric/config/key_list.h)
exit $rc
