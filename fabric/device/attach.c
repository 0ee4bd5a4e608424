/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_bus.h>
#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_ethdev.h>

#include <linux/if_ether.h>
#include <net/if.h>

#include "fabric/device/eal.h"

/* Where an error is to be reported. */
struct report {
	struct where at;
	const char *section;
	struct faults *faults;
};

/* Reports an error; its value is 'error'. */
#define FAULT(r, error, ...)                                                   \
	(faults_error((r)->faults, (r)->at, (r)->section,                      \
		      "device: " __VA_ARGS__),                                 \
	 (error))

/* The last part of what the link 'path' points to, or false. */
static bool
link_name(const char *path, char name[64])
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return false;
	target[n] = '\0';
	snprintf(name, 64, "%.63s", basename(target));
	return true;
}

/* The drivers under which DPDK finds a PCI device. */
static bool
is_for_dpdk(const char *driver)
{
	static const char *const names[] = { "vfio-pci",  "uio_pci_generic",
					     "igb_uio",   "mlx4_core",
					     "mlx5_core", "mana" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(driver, names[i]) == 0)
			return true;
	}
	return false;
}

static int
check_vfio(const char *pci, const struct report *r)
{
	char path[128], group[64], device[96];
	static const char unsafe[] =
		"/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
	bool has_unsafe = access(unsafe, F_OK) == 0;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group",
		 pci);
	if (!link_name(path, group))
		return FAULT(
			r, -ENODEV,
			"%s: there is no IOMMU: switch it on in the firmware "
			"and by intel_iommu=on%s%s",
			pci, has_unsafe ? ", or echo 1 > " : "",
			has_unsafe ? unsafe : "");
	snprintf(device, sizeof(device), "/dev/vfio/%s", group);
	if (access(device, R_OK | W_OK) == 0)
		return 0;
	snprintf(device, sizeof(device), "/dev/vfio/noiommu-%s", group);
	if (access(device, R_OK | W_OK) == 0)
		return 0;
	return FAULT(
		r, -EACCES,
		"%s: no right to open /dev/vfio/%s: run as root, or give the "
		"group of this process the right to",
		pci, group);
}

static int
check_pci(const struct devspec *spec, const struct report *r)
{
	char path[128], driver[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", spec->name);
	if (access(path, F_OK) != 0)
		return FAULT(r, -ENODEV,
			     "there is no PCI device %s (lspci -D lists them)",
			     spec->name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver",
		 spec->name);
	if (!link_name(path, driver))
		snprintf(driver, sizeof(driver), "no driver");
	if (!is_for_dpdk(driver))
		return FAULT(
			r, -EBUSY,
			"%s is bound to %s: 'driverctl set-override %s "
			"vfio-pci' (package driverctl), or 'dpdk-devbind.py -b "
			"vfio-pci %s' (package dpdk), gives it to DPDK",
			spec->name, driver, spec->name, spec->name);
	return strcmp(driver, "vfio-pci") == 0 ? check_vfio(spec->name, r) : 0;
}

/* Whether DPDK has a driver for a vdev of this name. */
static bool
has_driver(const char *name)
{
	struct rte_devargs da = { 0 };
	char text[DEVSPEC_NAME_SIZE + 8];
	bool found;

	snprintf(text, sizeof(text), "vdev:%s", name);
	eal_log_keep();
	found = rte_devargs_parse(&da, text) == 0;
	eal_log_kept();
	free(da.data);
	return found;
}

static int
check_driver(const struct devspec *spec, const struct report *r)
{
	if (has_driver(spec->name))
		return 0;
	return FAULT(r, -ENODEV,
		     "the driver %s is not installed: apt install %s",
		     spec->driver->name, spec->driver->package);
}

/*
 * Tried once: the kernel takes some 15 ms to close such a socket, and there may be 32
 * devices.
 */
static bool
may_open_packet_sockets(void)
{
	static bool may;
	int fd;

	if (may)
		return true;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	may = fd >= 0;
	if (may)
		close(fd);
	return may;
}

/* For a driver on an interface of the kernel. */
static int
check_interface(const struct devspec *spec, const struct report *r)
{
	char name[64];

	if (!devspec_interface(spec, name, sizeof(name)))
		return 0;
	if (!may_open_packet_sockets())
		return FAULT(
			r, -EPERM,
			"%s: no right to open packet sockets: run as root, or "
			"with CAP_NET_RAW and CAP_NET_ADMIN",
			spec->name);
	if (if_nametoindex(name) == 0)
		return FAULT(r, -ENODEV,
			     "there is no interface '%s' (ip link lists them)",
			     name);
	return 0;
}

static int
check_tap(const struct devspec *spec, const struct report *r)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno == EACCES || errno == EPERM)
		return FAULT(
			r, -errno,
			"%s: no right to open /dev/net/tun: run as root, or "
			"with CAP_NET_ADMIN",
			spec->name);
	return FAULT(r, -errno,
		     "%s: the kernel has no /dev/net/tun: modprobe tun "
		     "loads its driver",
		     spec->name);
}

static int
check(const struct devspec *spec, const struct report *r)
{
	uint16_t used;
	int ret;

	if (rte_eth_dev_get_port_by_name(spec->name, &used) == 0)
		return FAULT(r, -EBUSY, "%s is in use already", spec->name);
	if (spec->pci)
		return check_pci(spec, r);
	ret = check_driver(spec, r);
	if (ret != 0)
		return ret;
	if (spec->driver->kernel)
		return check_interface(spec, r);
	return strcmp(spec->driver->name, "net_tap") == 0 ? check_tap(spec, r)
							  : 0;
}

static int
probe(const struct devspec *spec, const char *args)
{
	char text[DEVSPEC_NAME_SIZE + DEVSPEC_ARGS_SIZE + 8];

	if (!spec->pci)
		return rte_vdev_init(spec->name, args);
	snprintf(text, sizeof(text), "pci:%s,%s", spec->name, args);
	return rte_dev_probe(text);
}

/* The vendor and device of a PCI device, by which its driver is found. */
static void
read_ids(const char *pci, char ids[32])
{
	unsigned int number[2] = { 0, 0 };
	const char *const files[] = { "vendor", "device" };

	for (int i = 0; i < 2; i++) {
		char path[128];
		FILE *file;

		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", pci,
			 files[i]);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fscanf(file, "%x", &number[i]) != 1)
			number[i] = 0;
		fclose(file);
	}
	snprintf(ids, 32, "%04x:%04x", number[0], number[1]);
}

/* What may help against an error that DPDK has logged. */
static const char *
advice(const char *logged)
{
	if (strstr(logged, strerror(EPERM)) != NULL)
		return " (run as root, or with CAP_NET_RAW and CAP_NET_ADMIN)";
	if (strstr(logged, "mmap failed") != NULL)
		return " (raise the limit of locked memory: ulimit -l)";
	return "";
}

static int
probe_failed(const struct devspec *spec, int error, const char *logged,
	     const struct report *r)
{
	char ids[32];

	if (spec->pci && error == -ENOTSUP) {
		read_ids(spec->name, ids);
		return FAULT(
			r, error,
			"no DPDK driver for %s (%s) is installed: those of "
			"Debian are librte-net-*23, all of them by "
			"librte-meta-net",
			spec->name, ids);
	}
	/* Drivers return -1 for any error that they have logged. */
	return FAULT(r, error < 0 ? error : -ENODEV,
		     "%s cannot be attached: %s%s", spec->name,
		     logged[0] != '\0' ? logged : strerror(-error),
		     advice(logged));
}

int
attach_check(const struct devspec *spec, struct where at, const char *section,
	     struct faults *faults)
{
	struct report r = { at, section, faults };

	return check(spec, &r);
}

int
attach(const struct devspec *spec, const char *args, uint16_t *ethdev,
       struct where at, const char *section, struct faults *faults)
{
	struct report r = { at, section, faults };
	const char *logged;
	int ret;

	eal_log_keep();
	ret = probe(spec, args);
	logged = eal_log_kept();
	if (ret != 0)
		return probe_failed(spec, ret, logged, &r);
	if (rte_eth_dev_get_port_by_name(spec->name, ethdev) != 0) {
		detach(spec);
		return FAULT(&r, -ENODEV, "%s is no network device",
			     spec->name);
	}
	return 0;
}

void
detach(const struct devspec *spec)
{
	if (spec->pci)
		rte_eal_hotplug_remove("pci", spec->name);
	else
		rte_vdev_uninit(spec->name);
}
