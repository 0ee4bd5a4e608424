#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# page.sh TABLES SCDOC PAGE: the manual page, a line "@NAME@" replaced by what
# "TABLES NAME" prints.
set -eu
tables=$1 scdoc=$2 page=$3

while IFS= read -r line; do
	case $line in
	@*@)
		name=${line#@}
		"$tables" "${name%@}"
		;;
	*) printf '%s\n' "$line" ;;
	esac
done < "$page" | "$scdoc"
