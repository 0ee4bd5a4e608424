# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by every functional test: see apps/hosts.sh for the hosts and
# the daemon.  Exits 77 when something the test needs is missing, and 0 only if
# the daemon has ended well, too.

set -u -o pipefail

skip() {
	echo "skipped: $*"
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

need() {
	local tool

	for tool; do
		command -v "$tool" > /dev/null || skip "$tool is missing"
	done
}

func=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${IXF_BUILD:-$func/../../build}
# shellcheck source=../../apps/hosts.sh
. "$func/../../apps/hosts.sh"

need unshare ip ethtool ping jq timeout sysctl mount
for program in ixfabricd ixctl; do
	[ -x "$build/apps/$program" ] || skip "$program is not built"
done
spaces_enter "$0" "$@" || skip "neither root nor user namespaces"

at_exit() {
	local rc=$?

	trap - EXIT
	[ -z "$daemon" ] || fabric_stop || rc=1
	if [ $rc != 0 ] && [ $rc != 77 ]; then
		echo "--- the daemon said:"
		[ ! -e "$log" ] || tail -n 60 "$log"
		echo "--- its configuration:"
		[ ! -e "$ini" ] || cat "$ini"
	fi
	exit $rc
}
trap at_exit EXIT
trap 'exit 1' INT TERM

# Fails unless all of the hosts given reach each other.
mesh() {
	local a b

	for a; do
		for b; do
			[ "$a" -lt "$b" ] || continue
			pings "$a" "$b" > "$run/ping" 2>&1 || {
				cat "$run/ping"
				fail "h$a does not reach h$b"
			}
		done
	done
}

