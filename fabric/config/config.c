/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config.h"

#include <errno.h>
#include <stdlib.h>

#include "fabric/config/config_key.h"
#include "lib/strtable.h"

#define OPEN_MAC_LIMIT 8192

struct config *
config_empty(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->index = strtable_create();
	if (c->index == NULL ||
	    config_section_init(&config_sections[CONFIG_SECTION_FABRIC],
				&c->fabric) != 0) {
		config_free(c);
		errno = ENOMEM;
		return NULL;
	}
	return c;
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	config_section_clear(&config_sections[CONFIG_SECTION_FABRIC],
			     &c->fabric);
	for (unsigned int i = 0; i < c->nlans; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_LAN],
				     &c->lan[i]);
	for (unsigned int i = 0; i < c->nports; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_PORT],
				     &c->port[i]);
	for (unsigned int i = 0; i < c->nacls; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_ACL],
				     &c->acl[i]);
	for (unsigned int i = 0; i < c->nfiles; i++)
		free(c->file[i]);
	strtable_free(c->index);
	free(c->file);
	free(c->lan);
	free(c->port);
	free(c->acl);
	free(c->path);
	free(c);
}

static size_t
place_of(const struct config *c, const char *type, const char *id)
{
	char title[8 + CONFIG_NAME_SIZE];

	if ((size_t)snprintf(title, sizeof(title), "%s %s", type, id) >=
	    sizeof(title))
		return STRTABLE_NONE;
	return strtable_get(c->index, title);
}

const struct config_lan *
config_lan(const struct config *c, const char *id)
{
	size_t i = place_of(c, "lan", id);

	return i == STRTABLE_NONE ? NULL : &c->lan[i];
}

const struct config_port *
config_port(const struct config *c, const char *id)
{
	size_t i = place_of(c, "port", id);

	return i == STRTABLE_NONE ? NULL : &c->port[i];
}

const struct config_acl *
config_acl(const struct config *c, const char *id)
{
	size_t i = place_of(c, "acl", id);

	return i == STRTABLE_NONE ? NULL : &c->acl[i];
}

/* What the file says of the addresses a port may learn, or AUTO. */
static uint32_t
limit_in_file(const struct config_lan *lan, const struct config_port *port)
{
	return port->mac_limit == CONFIG_LIMIT_UNSET ? lan->mac_limit
						     : port->mac_limit;
}

uint32_t
config_mac_limit(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan(c, port->lan);
	enum config_mode mode = config_check_mode(c, port, DROP_mac_lock);
	uint32_t limit;

	if (lan == NULL)
		return 0;
	limit = limit_in_file(lan, port);
	if (limit != CONFIG_LIMIT_AUTO)
		return limit;
	/* Whoever may send must be found by the others. */
	return mode == CONFIG_MODE_DROP || mode == CONFIG_MODE_SHUTDOWN
		       ? 0
		       : OPEN_MAC_LIMIT;
}

bool
config_mac_locked(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan(c, port->lan);
	uint32_t limit = lan != NULL ? limit_in_file(lan, port) : 0;

	if (limit == CONFIG_LIMIT_AUTO)
		return config_check_mode(c, port, DROP_mac_lock) !=
		       CONFIG_MODE_OFF;
	return limit == 0;
}

bool
config_mac_sticky(const struct config *c, const struct config_port *port)
{
	const struct config_lan *lan = config_lan(c, port->lan);

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
