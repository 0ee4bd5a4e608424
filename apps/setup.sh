# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034 # used by those who source this
#
# For the commands a newcomer runs first: apps/quickstart and tests/run.  Which
# Debian packages a part needs, and how the missing ones get here.

# What it takes to build and to run; a package a line.
packages_build='
gcc
libc6-dev
meson
ninja-build
pkg-config
libdpdk-dev
libbsd-dev
libinih-dev
libjansson-dev
libpcap-dev
librte-net-af-packet23
librte-net-memif23
librte-net-null23
librte-net-pcap23
librte-net-ring23
librte-net-tap23
librte-mempool-ring23
python3
scdoc
'

# To see hosts talk in network namespaces.
packages_live='
ethtool
iproute2
iputils-ping
procps
util-linux
'

# For the tests, beside both.
packages_tests='
check
clang-format-14
iperf3
jq
shellcheck
tcpdump
tshark
'

# Prints those of the packages given that are not installed.
packages_missing() {
	local p

	for p; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2> /dev/null)" \
			= installed ] || printf '%s\n' "$p"
	done
}

# Installs what is missing of the packages given, and says so.
packages_install() {
	local missing as_root=()

	if ! command -v dpkg-query > /dev/null; then
		echo "This is not Debian: please see to what these are here:" \
			"$*" >&2
		return 0
	fi
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo > /dev/null; then
			echo "Missing packages, and no right to install them." \
				"As root: apt-get install ${missing[*]}" >&2
			return 1
		fi
		as_root=(sudo)
	fi
	echo "Installing with ${as_root[*]:+${as_root[*]} }apt-get:" \
		"${missing[*]}"
	as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq
		-o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
	quietly "${as_root[@]}" update &&
		quietly "${as_root[@]}" install --yes --no-install-recommends \
			"${missing[@]}"
}

# Runs a command, and shows what it printed only when it fails.
quietly() {
	local log rc=0

	log=$(mktemp) || return 1
	"$@" > "$log" 2>&1 < /dev/null || rc=$?
	[ $rc = 0 ] || tail -n 60 "$log" >&2
	rm -f "$log"
	return $rc
}

# configure_dir DIR MESON-OPTION...: unless it is configured.
configure_dir() {
	[ -f "$1/build.ninja" ] || quietly meson setup "$@"
}

# build_dir DIR MESON-OPTION...: configures DIR when it is not, then builds.
build_dir() {
	configure_dir "$@" && quietly ninja -C "$1"
}
