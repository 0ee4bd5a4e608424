/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Warnings for checks that do less than their names and the profile promise,
 * since the configuration does not say which addresses are right.  Where that is
 * meant, as for an uplink, the checks are turned off: check = ip4_spoof off.
 */
#include "fabric/config/config_impl.h"

#include "lib/ipv6.h"

/* What the addresses of each family are for. */
static const struct family {
	enum config_port_key list;
	enum drop check[3];
} families[] = {
	{ CONFIG_PORT_ipv4, { DROP_arp_spa_spoof, DROP_ip4_spoof } },
	{ CONFIG_PORT_ipv6,
	  { DROP_nd_src_spoof, DROP_nd_target_spoof, DROP_ip6_spoof } },
};

static bool
has_check(const struct config *c, const struct config_port *port,
	  const struct family *f)
{
	for (unsigned int i = 0; i < 3 && f->check[i] != DROP_NONE; i++)
		if (config_check_mode(c, port, f->check[i]) != CONFIG_MODE_OFF)
			return true;
	return false;
}

/* A link-local address alone leaves those of the prefix open. */
static bool
has_address(const struct config_addresses *list)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (list->value[i].family == 4 ||
		    !ipv6_is_link_local(list->value[i].octet))
			return true;
	return false;
}

/* Whether the checks have to let any free address of the family pass. */
static bool
lacks(const struct config *c, const struct config_lan *lan,
      const struct config_port *port, const struct family *f)
{
	bool four = f->list == CONFIG_PORT_ipv4;
	const struct config_prefixes *nets = four ? &lan->ipv4 : &lan->ipv6;

	return nets->n != 0 && !port->bad[f->list] &&
	       !has_address(four ? &port->ipv4 : &port->ipv6) &&
	       has_check(c, port, f);
}

static void
check_addresses(const struct config *c, const struct config_lan *lan,
		const struct config_port *port, const char *title,
		struct faults *faults)
{
	bool four = lacks(c, lan, port, &families[0]);
	bool six = lacks(c, lan, port, &families[1]);

	if (lan->profile != CONFIG_IXP_STRICT || lan->bad[CONFIG_LAN_profile] ||
	    lan->incomplete || port->incomplete ||
	    port->status == CONFIG_DISABLED || port->bad[CONFIG_PORT_status])
		return;
	if (four || six)
		faults_warning(faults, port->at, title,
			       "has no '%s'%s: it may use any address of [lan "
			       "%s] that no other port has",
			       four ? "ipv4" : "ipv6",
			       four && six ? " and no 'ipv6'" : "", lan->id);
}

/* Of a port or a LAN. */
static void
check_modes(const struct config_checks *checks, const char *title,
	    struct faults *faults)
{
	for (unsigned int i = 0; i < checks->n; i++) {
		enum drop why = checks->value[i].why;

		if (checks->value[i].mode == CONFIG_MODE_SHUTDOWN &&
		    drop_is_provoked(why))
			faults_warning(faults, checks->at[i], title,
				       "check = %s shutdown: disables no port, "
				       "and only drops, since others can make "
				       "a member send such frames",
				       drop_name(why));
	}
}

void
config_check_policy_of_port(const struct config *c,
			    const struct config_port *port, const char *title,
			    struct faults *faults)
{
	const struct config_lan *lan = config_lan_of(c, port);

	check_modes(&port->check, title, faults);
	if (lan != NULL)
		check_addresses(c, lan, port, title, faults);
}

void
config_check_policy_of_lan(const struct config_lan *lan, const char *title,
			   struct faults *faults)
{
	check_modes(&lan->check, title, faults);
	if (lan->profile == CONFIG_IXP_STRICT && lan->ipv4.n == 0 &&
	    lan->ipv6.n == 0 && !lan->bad[CONFIG_LAN_ipv4] &&
	    !lan->bad[CONFIG_LAN_ipv6] && !lan->bad[CONFIG_LAN_profile] &&
	    !lan->incomplete)
		faults_warning(faults, lan->at, title,
			       "is ixp-strict without a prefix in 'ipv4' or "
			       "'ipv6': ARP and neighbour discovery about any "
			       "address pass");
}
