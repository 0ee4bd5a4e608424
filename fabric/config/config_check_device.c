/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks that a device of this name can exist: a PCI address, or a vdev of a driver
 * that DPDK has, with arguments that the driver has.  Whether it is there is found
 * when it is opened.
 */
#include "fabric/config/config_impl.h"

#include "fabric/config/devspec.h"

/* "net_bogus0" was to be a vdev, "eth0" an interface of the kernel. */
static bool
is_like_a_driver(const char *name)
{
	return strncmp(name, "net_", 4) == 0 || strncmp(name, "eth_", 4) == 0;
}

static void
report_driver(const char *device, const struct devspec *spec, struct where at,
	      const char *title, struct faults *faults)
{
	const struct devspec_driver *near = devspec_nearest(spec->name);

	if (strchr(spec->name, ':') != NULL)
		faults_error(faults, at, title,
			     "device = %s: not a PCI address: write it as "
			     "0000:3b:00.0 (lspci -D lists them)",
			     device);
	else if (!is_like_a_driver(spec->name))
		faults_error(faults, at, title,
			     "device = %s: neither a PCI address nor a vdev; "
			     "the interface %s would be "
			     "net_af_packet0,iface=%s",
			     device, spec->name, spec->name);
	else if (near != NULL)
		faults_error(faults, at, title,
			     "device = %s: DPDK has no driver of this name "
			     "(did you mean %s, of package %s?)",
			     device, near->name, near->package);
	else
		faults_error(faults, at, title,
			     "device = %s: DPDK has no driver of this name; "
			     "those of vdevs are %s",
			     device, devspec_drivers());
}

static void
check_arguments(const struct devspec *spec, struct where at, const char *title,
		struct faults *faults)
{
	const struct devspec_driver *driver = spec->driver;
	char text[64];

	/* Some drivers ignore arguments that they do not know. */
	if (driver->keys != NULL &&
	    devspec_stray(spec->args, driver->keys, text, sizeof(text)))
		faults_error(faults, at, title,
			     "device: %s takes no argument '%s'; those of %s, "
			     "as KEY=VALUE: %s",
			     spec->name, text, driver->name, driver->keys);
	else if (driver->needs_interface &&
		 (!devspec_value(spec->args, "iface", text, sizeof(text)) ||
		  text[0] == '\0'))
		faults_error(faults, at, title,
			     "device: %s needs an interface: %s,iface=eth1",
			     spec->name, spec->name);
	else if (devspec_value(spec->args, "qdisc_bypass", text,
			       sizeof(text)) &&
		 strcmp(text, "1") != 0)
		faults_error(faults, at, title,
			     "device: qdisc_bypass=%s: frames would wait in "
			     "the kernel for a slow interface, out of sight "
			     "and of control; leave it out",
			     text);
}

void
config_check_device(const char *device, const struct devspec *spec,
		    struct where at, const char *title, struct faults *faults)
{
	if (spec->pci)
		return;
	if (spec->driver == NULL)
		report_driver(device, spec, at, title, faults);
	else
		check_arguments(spec, at, title, faults);
}

static void
report_number(unsigned int n, struct where at, const char *title,
	      struct faults *faults)
{
	faults_error(faults, at, title,
		     "device: number %u, and this DPDK opens at most "
		     "%u (RTE_MAX_ETHPORTS, set when it is built); "
		     "tagged ports can share a device",
		     n, CONFIG_DEVICES_MAX);
}

void
config_check_limit(const struct config *c, struct faults *faults)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_port *p = &c->port[i];
		char title[CONFIG_TITLE_SIZE];

		snprintf(title, sizeof(title), "port %s", p->id);
		for (unsigned int k = 0; k < p->device.n; k++)
			if (++n > CONFIG_DEVICES_MAX)
				report_number(n, p->device.at[k], title,
					      faults);
	}
}
