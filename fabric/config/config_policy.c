/* SPDX-License-Identifier: BSD-3-Clause */
/* What applies to a port: its own keys, then its LAN's, then the profile. */
#include "fabric/config/config_impl.h"

#define OPEN_MAC_LIMIT 8192
#define PPS_DEFAULT    20
#define BURST_DEFAULT  100 /* frames: enough for the neighbours on a small LAN */

static bool
by_check(const struct config_checks *checks, enum drop why,
	 enum config_mode *mode)
{
	for (unsigned int i = 0; i < checks->n; i++)
		if (checks->value[i].why == why) {
			*mode = checks->value[i].mode;
			return true;
		}
	return false;
}

static bool
by_violation(enum config_violation violation, enum drop why,
	     enum config_mode *mode)
{
	static const enum config_mode modes[] = {
		[CONFIG_VIOLATION_DROP] = CONFIG_MODE_DROP,
		[CONFIG_VIOLATION_LOG] = CONFIG_MODE_LOG,
		[CONFIG_VIOLATION_SHUTDOWN] = CONFIG_MODE_SHUTDOWN,
	};

	if (violation == CONFIG_VIOLATION_UNSET || !drop_is_about_macs(why))
		return false;
	*mode = modes[violation];
	return true;
}

/* A port without a LAN has all checks. */
static bool
is_in_profile(const struct config_lan *lan, enum drop why)
{
	enum drop_profiles p = drop_profiles(why);

	if (p == DROP_ALL || lan == NULL)
		return p != DROP_ASKED;
	if (p == DROP_IXP)
		return lan->profile != CONFIG_OPEN;
	return p == DROP_STRICT && lan->profile == CONFIG_IXP_STRICT;
}

enum config_mode
config_check_mode(const struct config *c, const struct config_port *port,
		  enum drop why)
{
	const struct config_lan *lan = config_lan_of(c, port);
	enum config_mode mode;

	if (by_check(&port->check, why, &mode))
		return mode;
	if (port->violation != CONFIG_VIOLATION_UNSET &&
	    is_in_profile(lan, why) &&
	    by_violation(port->violation, why, &mode))
		return mode;
	if (lan != NULL && by_check(&lan->check, why, &mode))
		return mode;
	if (!is_in_profile(lan, why))
		return CONFIG_MODE_OFF;
	if (lan != NULL && by_violation(lan->violation, why, &mode))
		return mode;
	return CONFIG_MODE_DROP;
}

bool
config_check_is_narrow(const struct config *c, const struct config_port *port,
		       enum drop why)
{
	const struct config_lan *lan = config_lan_of(c, port);
	enum config_mode mode;

	return drop_is_narrow(why) && lan != NULL &&
	       lan->profile == CONFIG_IXP_BASIC &&
	       !by_check(&port->check, why, &mode) &&
	       !by_check(&lan->check, why, &mode);
}

/* The key mac_limit of the port or its LAN; or CONFIG_LIMIT_AUTO. */
static uint32_t
limit_in_file(const struct config_lan *lan, const struct config_port *port)
{
	return port->mac_limit == CONFIG_LIMIT_UNSET ? lan->mac_limit
						     : port->mac_limit;
}

uint32_t
config_mac_limit(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan_of(c, port);
	enum config_mode mode = config_check_mode(c, port, DROP_mac_lock);
	uint32_t limit, most = c->fabric.mac_table;

	if (lan == NULL)
		return 0;
	limit = limit_in_file(lan, port);
	if (limit == CONFIG_LIMIT_AUTO)
		/*
		 * An address that may send must be in the table, so that it can
		 * be sent to.  What no operator has said lets no port fill more
		 * than half of the table.
		 */
		limit = mode == CONFIG_MODE_DROP || mode == CONFIG_MODE_SHUTDOWN
				? 0
			: OPEN_MAC_LIMIT < most / 2 ? OPEN_MAC_LIMIT
						    : most / 2;
	return limit < most ? limit : most;
}

bool
config_mac_locked(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan_of(c, port);
	uint32_t limit = lan != NULL ? limit_in_file(lan, port) : 0;

	if (limit == CONFIG_LIMIT_AUTO)
		return config_check_mode(c, port, DROP_mac_lock) !=
		       CONFIG_MODE_OFF;
	return limit == 0;
}

bool
config_mac_sticky(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan_of(c, port);

	if (port->mac_sticky != CONFIG_UNSET)
		return port->mac_sticky == CONFIG_ON;
	return lan != NULL && lan->mac_sticky == CONFIG_ON;
}

bool
config_floods_unknown(const struct config_lan *lan)
{
	if (lan->unknown_unicast == CONFIG_UNKNOWN_AUTO)
		return lan->profile == CONFIG_OPEN;
	return lan->unknown_unicast != CONFIG_DROP;
}

static uint32_t
limit_of(uint32_t of_port, uint32_t of_lan, uint32_t automatic)
{
	uint32_t limit = of_port == CONFIG_LIMIT_UNSET ? of_lan : of_port;

	return limit == CONFIG_LIMIT_AUTO || limit == CONFIG_LIMIT_UNSET
		       ? automatic
		       : limit;
}

/*
 * After a restart of the LAN each member sends requests for all the others at
 * once.
 */
static uint32_t
burst_of(const struct config *c, const struct config_lan *lan, uint32_t of_port,
	 uint32_t of_lan)
{
	uint32_t burst = limit_of(of_port, of_lan, 0);

	if (burst != 0)
		return burst;
	burst = c->lan_ports[lan - c->lan];
	return burst < BURST_DEFAULT ? BURST_DEFAULT : burst;
}

/* A number that is a key of port and LAN; 0 without a LAN. */
#define OF_PORT_AND_LAN(name, automatic)                                       \
	uint32_t config_##name(const struct config *c,                         \
			       const struct config_port *port)                 \
	{                                                                      \
		const struct config_lan *lan = config_lan_of(c, port);         \
                                                                               \
		return lan == NULL                                             \
			       ? 0                                             \
			       : limit_of(port->name, lan->name, automatic);   \
	}

#define BURST_OF_PORT_AND_LAN(name)                                            \
	uint32_t config_##name(const struct config *c,                         \
			       const struct config_port *port)                 \
	{                                                                      \
		const struct config_lan *lan = config_lan_of(c, port);         \
                                                                               \
		return lan == NULL ? 0                                         \
				   : burst_of(c, lan, port->name, lan->name);  \
	}

OF_PORT_AND_LAN(arp_pps, PPS_DEFAULT)
BURST_OF_PORT_AND_LAN(arp_burst)
OF_PORT_AND_LAN(nd_pps, PPS_DEFAULT)
BURST_OF_PORT_AND_LAN(nd_burst)
OF_PORT_AND_LAN(shutdown_time, 0)

bool
config_mld_permitted(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan_of(c, port);

	if (port->mld != CONFIG_MLD_UNSET)
		return port->mld == CONFIG_MLD_PERMIT;
	return lan != NULL && lan->mld == CONFIG_MLD_PERMIT;
}

struct config_rate
config_storm(const struct config *c, const struct config_port *port,
	     enum config_storm class)
{
	static const struct config_rate none = { CONFIG_RATE_OFF, 0 };
	const struct config_lan *lan = config_lan_of(c, port);
	const struct config_rate *of_port[] = { &port->storm_bcast,
						&port->storm_mcast,
						&port->storm_uucast };

	if (lan == NULL)
		return none;
	if (of_port[class]->unit != CONFIG_RATE_UNSET)
		return *of_port[class];
	return class == CONFIG_STORM_BCAST   ? lan->storm_bcast
	       : class == CONFIG_STORM_MCAST ? lan->storm_mcast
					     : lan->storm_uucast;
}

const struct config_acl *
config_acl_of(const struct config *c, const struct config_port *port, bool out)
{
	const struct config_lan *lan = config_lan_of(c, port);
	const char *name = out ? port->acl_out : port->acl;

	if (name[0] == '\0' && lan != NULL)
		name = out ? lan->acl_out : lan->acl;
	return name[0] != '\0' ? config_acl(c, name) : NULL;
}

/* The line of the check 'why', or 0. */
static unsigned int
line_of_check(const struct config_checks *checks, enum drop why)
{
	for (unsigned int i = 0; i < checks->n; i++)
		if (checks->value[i].why == why)
			return checks->at[i].line;
	return 0;
}

static unsigned int
line_of_key(enum config_section_kind kind, const unsigned int *line,
	    const char *name)
{
	const struct config_section *s = &config_sections[kind];
	const struct config_key *key = config_key_find(s, name);

	return key != NULL ? line[key - s->key] : 0;
}

static unsigned int
line_of_port(const struct config_port *port, enum drop why)
{
	unsigned int line = line_of_check(&port->check, why);

	if (line != 0 || drop_is_about_nets(why))
		return line;
	return line_of_key(CONFIG_SECTION_PORT, port->line, drop_key(why));
}

static unsigned int
line_of_lan(const struct config_lan *lan, enum drop why)
{
	enum drop_profiles profiles = drop_profiles(why);
	unsigned int line = line_of_check(&lan->check, why);

	if (line == 0)
		line = line_of_key(CONFIG_SECTION_LAN, lan->line,
				   drop_key(why));
	if (line == 0 && (profiles == DROP_IXP || profiles == DROP_STRICT))
		line = line_of_key(CONFIG_SECTION_LAN, lan->line, "profile");
	return line;
}

/* The line that is about 'why', or nowhere. */
static struct where
find_line(const struct config *c, const struct config_port *port, enum drop why)
{
	const struct config_lan *lan = config_lan_of(c, port);
	struct where at = { port->at.file, line_of_port(port, why) };

	if (at.line == 0 && lan != NULL)
		at = (struct where){ lan->at.file, line_of_lan(lan, why) };
	return at.line != 0 ? at : FAULTS_NOWHERE;
}

struct where
config_line_of(const struct config *c, const struct config_port *port,
	       enum drop why)
{
	struct where at = find_line(c, port, why);

	return at.line != 0 ? at : port->at;
}

struct where
config_decided_at(const struct config *c, const struct config_port *port,
		  enum drop why, uint32_t rule)
{
	const struct config_acl *acl;

	if (!drop_is_by_acl(why))
		return find_line(c, port, why);
	acl = config_acl_of(c, port, drop_is_tx(why));
	return acl != NULL && rule < acl->rule.n ? acl->rule.at[rule]
						 : FAULTS_NOWHERE;
}
