/* SPDX-License-Identifier: BSD-3-Clause */
/* Types of the section [sflow]: an address of either family, and collectors. */
#include "fabric/config/config_impl.h"

#include <ctype.h>

#include "fabric/config/listen.h"
#include "lib/sflow.h"

CONFIG_LIST(collectors, struct config_collector)
CONFIG_LIST_CLEAR(collectors)

static int
parse_either(const char *text, struct ipaddr *a)
{
	return ipaddr_parse(text, 4, a) == 0 ? 0 : ipaddr_parse(text, 6, a);
}

/* Unspecified, multicast and broadcast: no address that is sent to or from. */
static bool
is_no_address(const struct ipaddr *a)
{
	static const uint8_t zero[16];

	return a->family == 4
		       ? a->octet[0] == 0 || a->octet[0] >= 224
		       : memcmp(a->octet, zero, 16) == 0 || a->octet[0] == 0xff;
}

static int
check_either(const struct ipaddr *a, char *why)
{
	if (is_no_address(a))
		return CONFIG_WRONG("a host cannot have this address");
	if (ipaddr_is_link_local(a))
		return CONFIG_WRONG("a link-local address means nothing "
				    "without an interface");
	return 0;
}

static int
parse_ipaddr(const struct config_key *key, const char *text, struct where at,
	     void *member, char *why)
{
	struct ipaddr a;

	(void)key, (void)at;
	if (parse_either(text, &a) != 0)
		return CONFIG_WRONG("not an IP address: write it as 192.0.2.1 "
				    "or 2001:db8::1");
	if (check_either(&a, why) != 0)
		return -EINVAL;
	*(struct ipaddr *)member = a;
	return 0;
}

static unsigned int
count_ipaddr(const void *member)
{
	return ((const struct ipaddr *)member)->family != 0;
}

static void
print_ipaddr(const void *member, unsigned int i, FILE *out)
{
	char text[PREFIX_TEXT_SIZE];

	(void)i;
	fputs(ipaddr_format(member, text), out);
}

static void
clear_ipaddr(void *member)
{
	memset(member, 0, sizeof(struct ipaddr));
}

const struct config_type config_type_ADDRESS = {
	"an IP address", NULL,         parse_ipaddr,
	count_ipaddr,    print_ipaddr, clear_ipaddr,
};

/* An address alone, or with a port. */
static int
parse_place(const char *text, struct config_collector *c)
{
	size_t n = strlen(text);
	char ip[PREFIX_TEXT_SIZE];
	struct listen l;

	c->port = SFLOW_UDP_PORT;
	if (parse_either(text, &c->ip) == 0)
		return 0;
	if (text[0] == '[' && text[n - 1] == ']' && n - 2 < sizeof(ip)) {
		snprintf(ip, sizeof(ip), "%.*s", (int)n - 2, text + 1);
		return ipaddr_parse(ip, 6, &c->ip);
	}
	if (text[0] == '/' || listen_parse(text, &l) != 0)
		return -EINVAL;
	c->ip = l.ip;
	c->port = l.port;
	return 0;
}

static bool
is_name(const char *text)
{
	return isalpha((unsigned char)text[0]) && strchr(text, ' ') == NULL &&
	       strchr(text, ':') == strrchr(text, ':');
}

static int
parse_collectors(const struct config_key *key, const char *text,
		 struct where at, void *member, char *why)
{
	struct config_collector c;

	(void)key;
	if (parse_place(text, &c) != 0)
		return CONFIG_WRONG(
			"%s192.0.2.9, 192.0.2.9:6343, 2001:db8::9 or "
			"[2001:db8::9]:6343",
			is_name(text) ? "must be an IP address, not a name, "
					"such as "
				      : "not an IP address and UDP port: write "
					"it as ");
	if (check_either(&c.ip, why) != 0)
		return -EINVAL;
	return append_collectors(member, c, at) != 0 ? config_no_memory(why)
						     : 0;
}

char *
config_collector_format(const struct config_collector *c,
			char text[CONFIG_COLLECTOR_SIZE])
{
	char ip[PREFIX_TEXT_SIZE];

	ipaddr_format(&c->ip, ip);
	snprintf(text, CONFIG_COLLECTOR_SIZE,
		 c->ip.family == 6 ? "[%s]:%u" : "%s:%u", ip, c->port);
	return text;
}

static void
print_collectors(const void *member, unsigned int i, FILE *out)
{
	const struct config_collectors *list = member;
	char text[CONFIG_COLLECTOR_SIZE];

	fputs(config_collector_format(&list->value[i], text), out);
}

const struct config_type config_type_COLLECTORS = {
	"address or address:port", NULL,
	parse_collectors,          count_collectors,
	print_collectors,          clear_collectors,
};
