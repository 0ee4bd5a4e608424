/* SPDX-License-Identifier: BSD-3-Clause */
/* A port with several devices, or with LACP on one: a LAG. */
#include "fabric/config/config_impl.h"

#include "lib/plural.h"

static struct where
place(const struct config_port *port, enum config_port_key i)
{
	return config_place(port->at, port->line[i]);
}

static void
check_number(const struct config_port *port, const char *title,
	     struct faults *faults)
{
	unsigned int n = port->device.n;

	if (n > CONFIG_LINKS_MAX)
		faults_error(faults, port->device.at[CONFIG_LINKS_MAX], title,
			     "device: link number %u: a LAG has at most %u",
			     CONFIG_LINKS_MAX + 1, CONFIG_LINKS_MAX);
	if (n == 0 || port->min_links <= n || port->bad[CONFIG_PORT_device])
		return;
	faults_error(faults, place(port, CONFIG_PORT_min_links), title,
		     "min_links = %u: the port has %u device%s, so it would "
		     "always be down",
		     port->min_links, n, plural(n));
}

/* What a port on a tag has by its parent. */
static void
check_parents(const struct config_port *port, const char *title,
	      struct faults *faults)
{
	static const enum config_port_key keys[] = {
		CONFIG_PORT_lacp, CONFIG_PORT_lacp_timeout,
		CONFIG_PORT_min_links, CONFIG_PORT_lacp_fallback
	};
	const struct config_key *key = config_sections[CONFIG_SECTION_PORT].key;

	for (unsigned int i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (config_port_has(port, keys[i]))
			faults_error(faults, place(port, keys[i]), title,
				     "'%s' is a key of the port with the "
				     "devices: set it in [port %s]",
				     key[keys[i]].name, port->parent);
}

void
config_check_links(const struct config_port *port, const char *title,
		   struct faults *faults)
{
	if (port->parent[0] != '\0')
		check_parents(port, title, faults);
	check_number(port, title, faults);
	if (port->lacp != CONFIG_LACP_OFF || port->bad[CONFIG_PORT_lacp])
		return;
	if (port->lacp_fallback == CONFIG_ON)
		faults_error(faults, place(port, CONFIG_PORT_lacp_fallback),
			     title, "'lacp_fallback' needs 'lacp'");
}

bool
config_port_is_lag(const struct config_port *port)
{
	return port->device.n > 1 || port->lacp != CONFIG_LACP_OFF;
}
