/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whether a host on a LAN can have an address: it is in a prefix, and not the
 * first or last address of it.
 */
#include "fabric/config/config_impl.h"

/*
 * Whether it is the first or last address of an IPv4 prefix that reserves
 * these.
 */
static bool
is_end_of(const struct prefix *p, const struct ipaddr *a)
{
	uint32_t host = 0, mask;

	if (p->addr.family != 4 || p->length >= 31)
		return false;
	for (unsigned int i = 0; i < 4; i++)
		host = host << 8 | a->octet[i];
	mask = UINT32_MAX >> p->length;
	return (host & mask) == 0 || (host & mask) == mask;
}

static const struct prefix *
prefix_of(const struct config_prefixes *list, const struct ipaddr *a)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (prefix_contains(&list->value[i], a))
			return &list->value[i];
	return NULL;
}

/* "192.0.2.0/24, 198.51.100.0/24" */
static char *
list_prefixes(const struct config_prefixes *list, char *text, size_t size)
{
	size_t used = 0;

	for (unsigned int i = 0; i < list->n && used < size; i++) {
		char one[PREFIX_TEXT_SIZE];

		used += (size_t)snprintf(text + used, size - used, "%s%s",
					 i == 0 ? "" : ", ",
					 prefix_format(&list->value[i], one));
	}
	return text;
}

void
config_check_address(struct config_reading *r, const char *title,
		     const char *what, const struct config_lan *lan,
		     const struct ipaddr *a, struct where at)
{
	const struct config_prefixes *prefixes =
		a->family == 4 ? &lan->ipv4 : &lan->ipv6;
	const struct prefix *p = prefix_of(prefixes, a);
	enum config_lan_key key =
		a->family == 4 ? CONFIG_LAN_ipv4 : CONFIG_LAN_ipv6;
	char text[PREFIX_TEXT_SIZE], all[256];

	ipaddr_format(a, text);
	if (p != NULL && is_end_of(p, a))
		faults_error(r->faults, at, title,
			     "%s %s is the first or last address of a prefix "
			     "of [lan %s]: a host cannot have it",
			     what, text, lan->id);
	if (p == NULL && prefixes->n != 0 && !lan->bad[key] &&
	    !lan->incomplete && !ipaddr_is_link_local(a))
		faults_error(r->faults, at, title,
			     "%s %s is outside the prefixes of [lan %s]: %s",
			     what, text, lan->id,
			     list_prefixes(prefixes, all, sizeof(all)));
}
