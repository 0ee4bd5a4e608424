#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=dash
#
# The first process of the emulated machine with a system of its own, in an initramfs of
# busybox and modules: hands over to systemd on the disk.
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/bin:/usr/sbin

# Each module after those that it needs.
modules='virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci
	virtio_blk crc16 crc32c_generic mbcache jbd2 ext4'

trap 'poweroff -f' EXIT
mount -t devtmpfs dev /dev || exit
for module in $modules; do
	insmod "/modules/$module.ko" || exit
done
mount -t ext4 /dev/vda /host &&
	mount --move /dev /host/dev &&
	echo 'lab: hand-over' &&
	exec switch_root /host /sbin/init
