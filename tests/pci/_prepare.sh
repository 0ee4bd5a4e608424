# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced by the tests of this folder: what the emulated machine needs, in a folder of
# the build directory, made once.  Exits 77 if something is missing.

set -u -o pipefail

pci=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$pci/../.." && pwd)
build=$(realpath "${IXF_BUILD:-$top/build}")
lab=$build/tests/pci/lab
# shellcheck source=../_outcome.sh
. "$top/tests/_outcome.sh"
# shellcheck source=../../apps/setup.sh
. "$top/apps/setup.sh"

# need PACKAGE...
need() {
	local missing

	[ "$(id -u)" = 0 ] || skip "it needs root"
	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} = 0 ] ||
		skip "packages are missing: ${missing[*]}; tests/run --all installs them"
}

# once NAME COMMAND...: makes $lab/NAME by a command that gets another name for it.
once() {
	local made=$lab/$1 new=$lab/$1.new

	[ ! -e "$made" ] || return 0
	mkdir -p "$lab"
	rm -rf "$new"
	"${@:2}" "$new" && mv "$new" "$made"
}

# The kernel of Debian, unpacked: the host may have another, or none, in a container.
unpack_kernel() (
	mkdir -p "$1/deb" && cd "$1/deb" || exit
	package=$(apt-cache depends linux-image-amd64 |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*-amd64\)$/\1/p')
	# Not as the user _apt, which may not write here.
	quietly apt-get -qq -o APT::Sandbox::User=root download "$package" &&
		quietly dpkg -x ./*.deb .. && rm -r "$1/deb"
)

# make_initrd INIT MODULES FILE: busybox, these modules and a script to begin with.
make_initrd() (
	folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
	cd "$folder" && mkdir -p bin sbin usr/bin usr/sbin modules host proc sys dev &&
		cp /bin/busybox bin/ && install "$1" init || exit
	for module in $2; do
		find "$lab/kernel/lib/modules" -name "$module.ko" -exec cp {} modules/ \;
	done
	find . | cpio -o -H newc --quiet > "$3"
)

# What stands in the list 'modules' of a script that is to begin with.
modules_of() {
	sed -n "/^modules='/,/'$/p" "$1" | tr -d "'" | sed 's/^modules=//' | xargs
}

# prepare INIT: $lab/kernel, and $lab/INIT.initrd, made anew if the script has changed.
prepare() {
	local init=$pci/$1

	once kernel unpack_kernel || fail "no kernel"
	[ "$lab/$1.initrd" -nt "$init" ] || rm -f "$lab/$1.initrd"
	once "$1.initrd" make_initrd "$init" "$(modules_of "$init")" || fail "no initramfs"
}

# Frames leave no namespace of its own.
in_namespace() {
	exec unshare --net --kill-child bash -c 'ip link set lo up && exec "$@"' - "$@"
}
