#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=dash
#
# The first process of the emulated machine of machine.py, in an initramfs of busybox and
# modules: mounts the root of the host, which it can only read, beside a folder that both
# can write to, and answers commands on the second serial line.  The machine goes off
# when anything here fails.
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin

# Each module after those that it needs.
modules='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci
	netfs fscache 9pnet 9pnet_virtio 9p
	irqbypass vfio vfio_virqfd vfio_iommu_type1 vfio-pci-core vfio-pci'

# over9p TAG FOLDER OPTIONS
over9p() {
	mount -t 9p -o "trans=virtio,version=9p2000.L,msize=131072,$3" "$1" "$2"
}

begin() {
	mount -t proc proc /proc &&
		mount -t sysfs sysfs /sys &&
		mount -t devtmpfs dev /dev || return
	for module in $modules; do
		insmod "/modules/$module.ko" || return
	done
}

# The root of the host, with its own /proc, /sys, /dev, and nothing of its /run.
enter_root() {
	over9p root /host ro,cache=loose || return
	for fs in proc sys dev; do
		mount --rbind /$fs /host/$fs || return
	done
	for folder in run tmp mnt var/lib; do
		mount -t tmpfs tmpfs /host/$folder || return
	done
	over9p share /host/mnt cache=none
}

huge_pages() {
	read -r pages < /host/mnt/pages &&
		echo "$pages" > /proc/sys/vm/nr_hugepages &&
		mkdir /dev/hugepages &&
		mount -t hugetlbfs hugetlbfs /host/dev/hugepages
}

# One shell for all commands, so that it has jobs; _shell.sh has how they are sent.
serve() {
	stty -F /dev/ttyS1 raw -echo
	chroot /host /bin/bash /mnt/shell.sh < /dev/ttyS1 > /dev/ttyS1 2>&1
}

trap 'poweroff -f' EXIT
begin && enter_root && huge_pages && serve
