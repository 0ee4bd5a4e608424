#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every command in README.md exists, its examples are valid, and its first command
# works.
set -u -o pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${IXF_BUILD:-$top/build}
rc=0
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT

bad() {
	echo "FAILED: $*"
	rc=1
}

# fences LANGUAGE: the lines of the blocks of that language.
fences() {
	awk -v begin="^ *\`\`\`$1\$" '/^ *```$/ { on = 0 }
		on { sub(/^ +/, ""); print } $0 ~ begin { on = 1 }' \
		"$top/README.md"
}

# The words of a command line, up to what only an example can have.
known() {
	case $1 in
	apps/* | tests/*) [ -x "$top/$1" ] ;;
	build/*) [ -x "$build/${1#build/}" ] ;;
	ixctl)
		# A command of one word has no verb that could be known.
		"$build/apps/ixctl" --commands | grep -E "^$2( \[| [A-Z]|$)" > /dev/null ||
			"$build/apps/ixctl" --commands | grep -E "^$2 $3\b" > /dev/null
		;;
	ixfabricd) "$build/apps/ixfabricd" --help > /dev/null ;;
	meson) true ;;
	*) false ;;
	esac
}

for program in ixfabricd ixctl ixreplay; do
	if [ ! -x "$build/apps/$program" ]; then
		echo "skipped: $program is not built"
		exit 77
	fi
done

commands=0
while read -r line; do
	line=${line%% && ninja*}
	read -ra word <<< "${line#sudo }"
	known "${word[@]}" '' '' || bad "README.md shows: $line"
	commands=$((commands + 1))
done < <(fences sh)
[ $commands -gt 10 ] || bad "README.md shows only $commands commands"

fences ini > "$here/readme.ini"
"$build/apps/ixfabricd" --check "$here/readme.ini" > "$here/said" 2>&1 ||
	bad "README.md shows a configuration that is refused: $(cat "$here/said")"

IXF_BUILD=$build "$top/apps/quickstart" < /dev/null \
	> "$here/quickstart" 2>&1 || {
	cat "$here/quickstart"
	bad "apps/quickstart fails"
}
for shown in mac_lock stp_bpdu; do
	grep -q $shown "$here/quickstart" ||
		bad "apps/quickstart does not show $shown"
done

# It leaves no directory of DPDK behind.
spaces=(--user --map-root-user --mount)
"$top/tests/data/make-captures" "$here/sample" > /dev/null
if unshare "${spaces[@]}" mount -t tmpfs tmpfs /run 2> /dev/null; then
	unshare "${spaces[@]}" bash -c 'mount -t tmpfs tmpfs /run && cp -r "$@" /run && cd /run &&
		mount -t tmpfs tmpfs /tmp && ./ixreplay -c sample/sample.ini -i as64500=sample/as64500.pcap &&
		find /tmp /run -mindepth 1 ! -path "/run/sample*" ! -path /run/ixreplay ! -path "/run/mount*"' bash \
		"$here/sample" "$build/apps/ixreplay" > "$here/said" 2>&1 || bad "$(cat "$here/said")"
	grep -E '^/|EAL' "$here/said" && bad "ixreplay leaves something behind"
fi

# Without /sys, as in a chroot: a sentence, in the place of DPDK's own options.
if unshare "${spaces[@]}" mount -t tmpfs tmpfs /sys 2> /dev/null; then
	unshare "${spaces[@]}" bash -c 'mount -t tmpfs tmpfs /sys && exec "$@"' bash \
		"$build/apps/ixreplay" -c "$here/sample/sample.ini" \
		-i "as64500=$here/sample/as64500.pcap" > "$here/said" 2>&1 &&
		bad "it replays without /sys"
	if ! grep '^error: /sys is not mounted.*mount -t sysfs sysfs /sys$' "$here/said" > /dev/null ||
		[ "$(wc -l < "$here/said")" -gt 2 ]; then
		bad "without /sys: $(cat "$here/said")"
	fi
fi
exit $rc
