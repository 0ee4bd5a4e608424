# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034 # used by the scripts that source this
#
# For apps/quickstart and tests/run: the Debian packages that each part needs, and
# how to install the missing ones.

# To build and to run; one package a line.
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
libmicrohttpd-dev
libmnl-dev
libpcap-dev
libsnmp-dev
zlib1g-dev
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

# For live hosts in network namespaces.
packages_live='
ethtool
iproute2
iputils-ping
procps
util-linux
'

# To build the tests, in addition.
packages_check='
check
'

# To run them, in addition.
packages_tests='
bird2
chromium
chromium-driver
clang-format-14
frr
gnuplot-nox
iperf3
jq
nfdump-sflow
pmacct
prometheus
python3-jsonschema
python3-selenium
shellcheck
snmp
snmpd
tcpdump
tshark
valgrind
zsh
'

# For those in an emulated machine, in addition.
packages_pci='
busybox-static
cpio
debhelper
dpkg-dev
e2fsprogs
kmod
libteam-utils
mmdebstrap
qemu-system-x86
'

# Prints the given packages that are not installed.
packages_missing() {
	local p

	for p; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2> /dev/null)" \
			= installed ] || printf '%s\n' "$p"
	done
}

# Installs the missing ones of the given packages, and prints them.
packages_install() {
	local missing as_root=() apt

	if ! command -v dpkg-query > /dev/null; then
		echo "This is not Debian: please install what corresponds to:" \
			"$*" >&2
		return 0
	fi
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo > /dev/null; then
			echo "Packages are missing, and only root can install them." \
				"As root: apt-get install ${missing[*]}" >&2
			return 1
		fi
		as_root=(sudo)
	fi
	echo "Installing with ${as_root[*]:+${as_root[*]} }apt-get:" \
		"${missing[*]}"
	echo "That may take some minutes."
	apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq
		-o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
	quietly "${apt[@]}" update &&
		without_services quietly "${apt[@]}" install --yes \
			--no-install-recommends "${missing[@]}" &&
		services_disable "${missing[@]}"
}

# Runs a command that installs packages, whose services do not start meanwhile:
# the tests run routers of their own.  Uses 'as_root'.
without_services() (
	policy=/usr/sbin/policy-rc.d

	if [ ! -e $policy ]; then
		trap '"${as_root[@]}" rm -f $policy' EXIT
		trap 'exit 1' HUP INT TERM
		"${as_root[@]}" sh -c "printf '#!/bin/sh\nexit 101\n' \
			> $policy && chmod 755 $policy" || exit
	fi
	"$@"
)

# Nor do the routers and other services among the given packages start with the
# machine; they may have been installed for the tests only.  Uses 'as_root'.
services_disable() {
	local p

	for p; do
		case $p in
		bird2 | frr | openvswitch-switch | prometheus)
			echo "The service ${p%2} is not enabled:" \
				"${as_root[*]:+${as_root[*]} }update-rc.d" \
				"${p%2} enable"
			quietly "${as_root[@]}" /usr/sbin/update-rc.d "${p%2}" \
				disable || return
			;;
		esac
	done
}

# Runs a command, and shows its output only if it fails.
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
