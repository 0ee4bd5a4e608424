/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NICs: the IOMMU, the rights of /dev/vfio, what each NIC is bound to, and the package
 * of its driver; interfaces of the kernel and their offloads.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "apps/doctor_impl.h"
#include "fabric/config/devspec.h"

#define PCI "/sys/bus/pci/devices"

/* Drivers of the kernel, and the package of DPDK's driver for the same NICs. */
static const struct nic_driver {
	const char *kernel, *pmd;
	bool stays; /* DPDK uses it beside the driver of the kernel */
} nic_drivers[] = {
	{ "igb", "e1000", false },
	{ "e1000e", "e1000", false },
	{ "e1000", "e1000", false },
	{ "igc", "igc", false },
	{ "igbvf", "e1000", false },
	{ "ixgbe", "ixgbe", false },
	{ "ixgbevf", "ixgbe", false },
	{ "i40e", "i40e", false },
	{ "iavf", "iavf", false },
	{ "ice", "ice", false },
	{ "fm10k", "fm10k", false },
	{ "mlx5_core", "mlx5", true },
	{ "mlx4_core", "mlx4", true },
	{ "bnxt_en", "bnxt", false },
	{ "bnx2x", "bnx2x", false },
	{ "qede", "qede", false },
	{ "cxgb4", "cxgbe", false },
	{ "enic", "enic", false },
	{ "ena", "ena", false },
	{ "sfc", "sfc", false },
	{ "nfp", "nfp", false },
	{ "hns3", "hns3", false },
	{ "hinic", "hinic", false },
	{ "virtio-pci", "virtio", false },
	{ "virtio_pci", "virtio", false },
	{ "vmxnet3", "vmxnet3", false },
	{ "atlantic", "atlantic", false },
	{ "ionic", "ionic", false },
	{ "txgbe", "txgbe", false },
	{ "ngbe", "ngbe", false },
	{ "thunder_nicvf", "thunderx", false },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct nic_driver *
find_driver(const char *kernel)
{
	for (size_t i = 0; i < COUNT(nic_drivers); i++)
		if (strcmp(nic_drivers[i].kernel, kernel) == 0)
			return &nic_drivers[i];
	return NULL;
}

struct nic {
	char address[64];
	char bound[32]; /* the driver that it is bound to, or "" */
	char interface[IFNAMSIZ];
	char group[16];                  /* of the IOMMU, or "" */
	const struct nic_driver *driver; /* NULL: not known */
	bool used;                       /* by the configuration */
};

static bool
is_for_dpdk(const char *driver)
{
	return strcmp(driver, "vfio-pci") == 0 ||
	       strcmp(driver, "uio_pci_generic") == 0 ||
	       strcmp(driver, "igb_uio") == 0;
}

/*
 * The driver of the kernel for the NIC, also if it is bound to another one: by its
 * alias, as modprobe finds it.
 */
static const struct nic_driver *
driver_by_alias(const struct doctor *d, const char *address)
{
	const struct nic_driver *driver = NULL;
	char alias[128], line[256], pattern[160], module[64];
	struct utsname u;
	FILE *in = NULL;

	doctor_line(d, alias, sizeof(alias), PCI "/%s/modalias", address);
	if (alias[0] != '\0' && uname(&u) == 0)
		in = fopen(doctor_path(d, "/lib/modules/%s/modules.alias",
				       d->root[0] == '\0' ? u.release : "0"),
			   "re");
	while (in != NULL && driver == NULL &&
	       fgets(line, sizeof(line), in) != NULL)
		if (sscanf(line, "alias %159s %63s", pattern, module) == 2 &&
		    fnmatch(pattern, alias, 0) == 0)
			driver = find_driver(module);
	if (in != NULL)
		fclose(in);
	return driver;
}

/* The first entry of a directory, or "". */
static void
first_entry(const char *path, char *name, size_t size)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	name[0] = '\0';
	if (dir == NULL)
		return;
	while (name[0] == '\0' && (e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.')
			snprintf(name, size, "%.*s", (int)size - 1, e->d_name);
	closedir(dir);
}

static bool
is_used(const struct doctor *d, const char *address)
{
	struct devspec spec;

	if (d->config == NULL)
		return false;
	for (unsigned int i = 0; i < d->config->nports; i++) {
		const struct config_files *devices = &d->config->port[i].device;

		for (unsigned int k = 0; k < devices->n; k++)
			if (devspec_parse(devices->value[k], &spec) == 0 &&
			    spec.pci && strcmp(spec.name, address) == 0)
				return true;
	}
	return false;
}

static void
read_nic(const struct doctor *d, const char *address, struct nic *nic)
{
	memset(nic, 0, sizeof(*nic));
	snprintf(nic->address, sizeof(nic->address), "%.63s", address);
	doctor_link(d, nic->bound, sizeof(nic->bound), PCI "/%s/driver",
		    address);
	doctor_link(d, nic->group, sizeof(nic->group), PCI "/%s/iommu_group",
		    address);
	first_entry(doctor_path(d, PCI "/%s/net", address), nic->interface,
		    sizeof(nic->interface));
	nic->driver = find_driver(nic->bound);
	if (nic->driver == NULL)
		nic->driver = driver_by_alias(d, address);
	nic->used = is_used(d, address);
}

/* Whether a driver of DPDK is installed, "net_i40e" or "mempool_ring". */
static bool
is_installed(const struct doctor *d, const char *pmd)
{
	char pattern[128];
	glob_t found;
	bool is;

	snprintf(pattern, sizeof(pattern),
		 "/usr/lib/*/dpdk/pmds-*/librte_%s.so*", pmd);
	is = glob(doctor_path(d, "%s", pattern), 0, NULL, &found) == 0;
	globfree(&found);
	return is;
}

/* Then the number of the version is set off by a hyphen: librte-net-mlx5-23. */
static bool
ends_in_digit(const char *name)
{
	char last = name[strlen(name) - 1];

	return last >= '0' && last <= '9';
}

static void
look_at_package(struct doctor *d, const struct nic *nic)
{
	char pmd[32];

	if (nic->driver == NULL)
		return;
	snprintf(pmd, sizeof(pmd), "net_%s", nic->driver->pmd);
	if (is_installed(d, pmd))
		return;
	doctor_find(d, nic->address, DOCTOR_MISSING,
		    "DPDK's driver for it is not installed");
	doctor_fix(d, "apt install librte-net-%s%s23", nic->driver->pmd,
		   ends_in_digit(nic->driver->pmd) ? "-" : "");
}

/* Whether the user of the service may open the device of the group. */
static void
look_at_group(struct doctor *d, const struct nic *nic)
{
	const char *path = doctor_path(d, "/dev/vfio/%s", nic->group);
	long user = doctor_id(d, "/etc/passwd", "ixfabric");
	long group = doctor_id(d, "/etc/group", "ixfabric");
	struct stat st;

	if (nic->group[0] == '\0' || stat(path, &st) != 0)
		return;
	if ((st.st_uid == user && st.st_mode & S_IWUSR) ||
	    (st.st_gid == group && st.st_mode & S_IWGRP) ||
	    st.st_mode & S_IWOTH)
		return;
	doctor_find(d, nic->address, DOCTOR_MISSING,
		    "the user ixfabric may not open %s", path);
	doctor_fix(d, "echo 'SUBSYSTEM==\"vfio\", KERNEL!=\"vfio\", "
		      "OWNER=\"ixfabric\", MODE=\"0600\"' > "
		      "/etc/udev/rules.d/60-ixfabric.rules # a package has it "
		      "in /lib/udev/rules.d");
	doctor_fix(d, "udevadm control --reload && udevadm trigger "
		      "--subsystem-match=vfio");
}

/* Of an interface by which the machine itself is reached. */
static bool
has_route(const struct doctor *d, const char *interface)
{
	FILE *in = fopen(doctor_path(d, "/proc/net/route"), "re");
	char line[256], name[64];
	bool has = false;

	while (in != NULL && !has && fgets(line, sizeof(line), in) != NULL)
		has = sscanf(line, "%63s", name) == 1 &&
		      strcmp(name, interface) == 0;
	if (in != NULL)
		fclose(in);
	return has;
}

static void
find_bound_elsewhere(struct doctor *d, const struct nic *nic)
{
	bool own = nic->interface[0] != '\0' && has_route(d, nic->interface);

	doctor_find(d, nic->address, DOCTOR_MISSING,
		    "a port uses it, and it is bound to %s%s%s%s, not to "
		    "vfio-pci%s",
		    nic->bound[0] != '\0' ? nic->bound : "no driver",
		    nic->interface[0] != '\0' ? " (" : "", nic->interface,
		    nic->interface[0] != '\0' ? ")" : "",
		    own ? "; the machine itself has a route there: is it the "
			  "right one?"
			: "");
	doctor_fix(d, "dpdk-devbind.py --bind=vfio-pci %s # package dpdk",
		   nic->address);
	doctor_fix(d,
		   "echo 'pci %s vfio-pci' >> /etc/dpdk/interfaces # for the "
		   "next boot",
		   nic->address);
}

static void
look_at_nic(struct doctor *d, const struct nic *nic)
{
	bool stays = nic->driver != NULL && nic->driver->stays;

	if (!nic->used) {
		doctor_find(d, nic->address, DOCTOR_OK,
			    "no port uses it; bound to %s%s%s",
			    nic->bound[0] != '\0' ? nic->bound : "no driver",
			    nic->interface[0] != '\0' ? ", " : "",
			    nic->interface);
		return;
	}
	if (stays ? strcmp(nic->bound, nic->driver->kernel) == 0
		  : is_for_dpdk(nic->bound))
		doctor_find(d, nic->address, DOCTOR_OK, "bound to %s",
			    nic->bound);
	else if (stays) {
		doctor_find(d, nic->address, DOCTOR_MISSING,
			    "it must stay with %s, its driver of the kernel",
			    nic->driver->kernel);
		doctor_fix(d, "dpdk-devbind.py --bind=%s %s",
			   nic->driver->kernel, nic->address);
	} else {
		find_bound_elsewhere(d, nic);
	}
	look_at_package(d, nic);
	if (strcmp(nic->bound, "vfio-pci") == 0)
		look_at_group(d, nic);
}

static void
look_at_iommu(struct doctor *d)
{
	char first[32], unsafe[8];

	first_entry(doctor_path(d, "/sys/kernel/iommu_groups"), first,
		    sizeof(first));
	if (first[0] != '\0') {
		doctor_find(d, "IOMMU", DOCTOR_OK, "it is on");
		return;
	}
	doctor_line(d, unsafe, sizeof(unsafe),
		    "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
	if (unsafe[0] == 'Y') {
		doctor_find(d, "IOMMU", DOCTOR_HINT,
			    "off, and vfio works without it: a NIC can write "
			    "to all memory");
		return;
	}
	doctor_find(d, "IOMMU", DOCTOR_MISSING,
		    "off, so vfio-pci cannot be used");
	doctor_fix(d, "switch VT-d or AMD-Vi on in the firmware");
	doctor_fix(d, "GRUB_CMDLINE_LINUX=\"intel_iommu=on iommu=pt\" in "
		      "/etc/default/grub, then update-grub and reboot");
	/* Kernels of Debian are built without it. */
	if (unsafe[0] != '\0')
		doctor_fix(d, "echo 1 > /sys/module/vfio/parameters/"
			      "enable_unsafe_noiommu_mode # without an IOMMU, "
			      "not safe");
}

static void
look_at_module(struct doctor *d)
{
	if (access(doctor_path(d, "/sys/bus/pci/drivers/vfio-pci"), F_OK) == 0)
		return;
	doctor_find(d, "vfio", DOCTOR_MISSING,
		    "the module vfio-pci is not loaded");
	doctor_fix(d, "modprobe vfio-pci");
	doctor_fix(d, "echo vfio-pci > /etc/modules-load.d/vfio-pci.conf # for "
		      "the next boot");
}

/* Network controllers: class 02. */
static int
is_nic(const struct dirent *e, const struct doctor *d)
{
	char class[16];

	doctor_line(d, class, sizeof(class), PCI "/%s/class", e->d_name);
	return strncmp(class, "0x02", 4) == 0;
}

static void
look_at_nics(struct doctor *d)
{
	struct dirent **list;
	int n = scandir(doctor_path(d, PCI), &list, NULL, alphasort);
	unsigned int used = 0;
	struct nic nic;

	for (int i = 0; i < n; i++) {
		if (is_nic(list[i], d)) {
			read_nic(d, list[i]->d_name, &nic);
			look_at_nic(d, &nic);
			used += nic.used &&
				(nic.driver == NULL || !nic.driver->stays);
		}
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	if (used == 0)
		return;
	look_at_module(d);
	look_at_iommu(d);
}

/* Devices of the configuration that are not in this machine. */
static void
look_for_absent(struct doctor *d, const struct devspec *spec, const char *port)
{
	if (access(doctor_path(d, PCI "/%s", spec->name), F_OK) == 0)
		return;
	doctor_find(d, spec->name, DOCTOR_MISSING,
		    "port %s uses it, and there is no such PCI device", port);
	doctor_fix(d, "lspci -D | grep -i ethernet");
}

/* The value of an offload of an interface of this machine, or -1. */
static int
offload(const struct doctor *d, const char *interface, uint32_t command)
{
	struct ethtool_value value = { .cmd = command };
	struct ifreq ifr = { .ifr_data = (void *)&value };
	int fd, rc;

	if (d->root[0] != '\0')
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", interface);
	rc = ioctl(fd, SIOCETHTOOL, &ifr);
	close(fd);
	return rc == 0 ? (int)value.data : -1;
}

static unsigned int
count_queues(const struct doctor *d, const char *interface)
{
	unsigned int n = 0;

	while (access(doctor_path(d, "/sys/class/net/%s/queues/rx-%u",
				  interface, n),
		      F_OK) == 0)
		n++;
	return n;
}

static void
look_at_interface(struct doctor *d, const struct devspec *spec,
		  const char *port)
{
	char name[IFNAMSIZ];
	unsigned int queues;

	if (!spec->driver->needs_interface ||
	    !devspec_interface(spec, name, sizeof(name)))
		return;
	if (access(doctor_path(d, "/sys/class/net/%s", name), F_OK) != 0) {
		doctor_find(d, name, DOCTOR_MISSING,
			    "port %s uses it, and there is no such interface",
			    port);
		doctor_fix(d, "ip -br link");
		return;
	}
	queues = count_queues(d, name);
	doctor_find(d, name, DOCTOR_OK, "port %s, receive queues %u%s", port,
		    queues,
		    offload(d, name, ETHTOOL_GGRO) == 1
			    ? "; GRO is on: ixfabricd switches it off while "
			      "it uses the interface"
			    : "");
	if (access(doctor_path(d, "/run/NetworkManager"), F_OK) == 0) {
		doctor_find(d, name, DOCTOR_HINT,
			    "NetworkManager runs, and may set it up otherwise");
		doctor_fix(d, "nmcli device set %s managed no", name);
	}
}

static void
look_at_vdev(struct doctor *d, const struct devspec *spec)
{
	char pmd[64];
	const char *package = spec->driver->package;

	if (package == NULL)
		return;
	snprintf(pmd, sizeof(pmd), "%s", spec->driver->name);
	if (is_installed(d, pmd))
		return;
	doctor_find(d, spec->name, DOCTOR_MISSING,
		    "DPDK's driver for it is not installed");
	doctor_fix(d, "apt install %s", package);
}

static void
look_at_device(struct doctor *d, const char *device, const char *port)
{
	struct devspec spec;

	if (devspec_parse(device, &spec) != 0)
		return;
	if (spec.pci) {
		look_for_absent(d, &spec, port);
	} else if (spec.driver != NULL) {
		look_at_vdev(d, &spec);
		look_at_interface(d, &spec, port);
	}
}

static void
look_at_ports(struct doctor *d)
{
	for (unsigned int i = 0; d->config != NULL && i < d->config->nports;
	     i++) {
		const struct config_port *p = &d->config->port[i];

		for (unsigned int k = 0; k < p->device.n; k++)
			look_at_device(d, p->device.value[k], p->id);
	}
}

void
doctor_devices(struct doctor *d)
{
	if (!is_installed(d, "mempool_ring")) {
		doctor_find(d, "DPDK", DOCTOR_MISSING,
			    "the driver of its buffers is not installed");
		doctor_fix(d, "apt install librte-mempool-ring23");
	}
	look_at_ports(d);
	look_at_nics(d);
}
