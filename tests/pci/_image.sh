# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # of _prepare.sh
#
# Sourced after _prepare.sh: a disk with Debian 12 and the package ixfabric, installed as
# README.md says, for NICs that service.py adds.

# The package of the sources as they are, in a folder.
build_package() (
	mkdir -p "$1/src" && cd "$top" || exit
	git ls-files -z | tar -c --null -T - | tar -x -C "$1/src" &&
		cd "$1/src" && PATH=/usr/lib/ccache:$PATH quietly dpkg-buildpackage -us -uc -b &&
		rm -r "$1/src"
)

# changed_since FILE: the sources that are newer.
changed_since() {
	(cd "$top" && git ls-files -z -- ':!tests' |
		xargs -0 -I '{}' find '{}' -newer "$1")
}

# Made anew if the sources have changed.
package() {
	local deb

	deb=$(find "$lab/package" -name 'ixfabric_*.deb' 2> /dev/null)
	[ -z "$deb" ] || [ -z "$(changed_since "$deb")" ] || rm -r "$lab/package"
	once package build_package
}

# make_system FILE: what the package and the tests need, as a tar archive.
make_system() {
	local depends

	depends=$(dpkg-deb -f "$lab"/package/ixfabric_*.deb Depends |
		sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
	quietly mmdebstrap --format=tar --variant=apt \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--include="systemd-sysv,udev,kmod,dbus,iproute2,procps,dpkg,$depends" \
		--include=dpdk,driverctl,librte-net-e1000-23,librte-net-virtio23 \
		--include=librte-net-vmxnet3-23 bookworm "$1"
}

# Those of the NICs, of vfio, and what these need.
copy_modules() {
	local version from

	from=$(echo "$lab"/kernel/lib/modules/*)
	version=${from##*/}
	mkdir -p "$1/lib/modules/$version"
	cp "$from"/modules.{builtin,order} "$from"/modules.builtin.modinfo \
		"$1/lib/modules/$version"
	(cd "$from" && find . -name '*.ko' \( -path '*/vfio/*' -o -path '*/virtio/*' -o \
		-path '*/vmxnet3/*' -o -path '*/e1000e/*' -o -name 'virtio_*.ko' -o \
		-name 'irqbypass.ko' -o -path '*/fs/fuse/*' -o -path '*/ptp/*' -o \
		-path '*/pps/*' -o -name '*failover.ko' -o -name 'tun.ko' \) \
		-exec cp --parents '{}' "$1/lib/modules/$version" \;)
	depmod -b "$1" "$version"
}

# What an administrator sets by README.md and ixfabric-tutorial(7), and the shell of the test.
configure() {
	local address

	echo 'vm.nr_hugepages = 200' > "$1/etc/sysctl.d/ixfabric.conf"
	echo vfio-pci > "$1/etc/modules-load.d/vfio-pci.conf"
	mkdir -p "$1/etc/driverctl.d"
	for address in 1 2 3; do
		echo vfio-pci > "$1/etc/driverctl.d/pci-0000:0$address:00.0"
	done
	for address in 4 5; do
		echo "pci 0000:0$address:00.0 vfio-pci"
	done >> "$1/etc/dpdk/interfaces"
	install -m 644 "$lab/ixfabric.ini" "$1/etc/ixfabric/"
	echo '/dev/vda / ext4 defaults 0 1' > "$1/etc/fstab"
	mkdir -p "$1/var/log/journal"
	install "$pci/_shell.sh" "$1/usr/local/bin/lab-shell"
	install -m 644 "$pci/lab-shell.service" "$1/etc/systemd/system/"
	chroot "$1" systemctl --quiet enable lab-shell ixfabric
	chroot "$1" systemctl --quiet mask serial-getty@ttyS0 apt-daily.timer \
		apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
	chroot "$1" useradd alice
	chroot "$1" useradd mallory
	chroot "$1" usermod -aG ixfabric alice
}

# make_disk FILE
make_disk() (
	folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
	tar -x --numeric-owner -f "$lab/system.tar" -C "$folder" &&
		cp "$lab"/package/ixfabric_*.deb "$folder/tmp" &&
		quietly chroot "$folder" sh -c 'dpkg -i /tmp/ixfabric_*.deb' &&
		copy_modules "$folder" && configure "$folder" &&
		quietly mke2fs -q -t ext4 -d "$folder" "$1" 1G
)
