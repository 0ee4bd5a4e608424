/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Checks of mirrors and of ports that listen: where copies come from, and that the
 * port they go to is of nothing else, so that no copy is copied again.
 */
#include "fabric/config/config_impl.h"

#include "lib/framefilter.h"

struct check {
	const struct config *c;
	const struct config_mirror *m;
	struct faults *faults;
	char title[CONFIG_TITLE_SIZE];
	bool lost; /* not all sections were read */
};

#define ERROR(k, place, ...)                                                   \
	faults_error((k)->faults, place, (k)->title, __VA_ARGS__)

static struct where
place(const struct check *k, enum config_mirror_key key)
{
	return config_place(k->m->at, k->m->line[key]);
}

const struct config_mirror *
config_mirror_to(const struct config *c, const struct config_port *port)
{
	for (unsigned int i = 0; i < c->nmirrors; i++)
		if (strcmp(c->mirror[i].to, port->id) == 0)
			return &c->mirror[i];
	return NULL;
}

/* Words of pcap-filter(7): all others would be looked up as names of hosts. */
static bool
is_word(const char *text, size_t n)
{
	static const char words[] =
		" host net port portrange proto src dst and or not ether fddi "
		"tr "
		"wlan ip ip6 arp rarp decnet tcp udp icmp icmp6 igmp igrp pim "
		"ah "
		"esp vrrp carp sctp broadcast multicast less greater len vlan "
		"mpls pppoed pppoes geneve llc atalk aarp iso stp ipx netbeui "
		"protochain mask inbound outbound gateway icmptype icmpcode "
		"tcpflags tcp-fin tcp-syn tcp-rst tcp-push tcp-ack tcp-urg "
		"tcp-ece tcp-cwr icmp-echoreply icmp-unreach icmp-sourcequench "
		"icmp-redirect icmp-echo icmp-routeradvert icmp-routersolicit "
		"icmp-timxceed icmp-paramprob icmp6type icmp6code ";
	char word[32];

	snprintf(word, sizeof(word), " %.*s ", (int)(n < 28 ? n : 28), text);
	return strstr(words, word) != NULL;
}

/* The length of the first word that is a name; 0: there is none. */
static size_t
find_name(const char **text)
{
	while (**text != '\0') {
		size_t n = strcspn(*text, " \t()[]!&|<>=+*/%^~,");

		if (n > 0 &&
		    strpbrk("0123456789", (char[]){ **text, 0 }) == NULL &&
		    memchr(*text, ':', n) == NULL && !is_word(*text, n))
			return n;
		*text += n > 0 ? n : 1;
	}
	return 0;
}

static void
check_filter(const struct check *k)
{
	struct where at = place(k, CONFIG_MIRROR_filter);
	const char *name = k->m->filter;
	struct framefilter *filter;
	char why[CONFIG_WHY_SIZE];
	size_t n;

	if (name == NULL)
		return;
	n = find_name(&name);
	if (n != 0) {
		ERROR(k, at,
		      "filter: '%.*s' is no word of pcap-filter(7), and names "
		      "are not looked up: write an address or a number",
		      (int)(n < 64 ? n : 64), name);
		return;
	}
	filter = framefilter_compile(k->m->filter, why, sizeof(why));
	if (filter == NULL)
		ERROR(k, at, "%s", why);
	framefilter_free(filter);
}

static void
check_source(const struct check *k, const struct config_named *name,
	     struct where at)
{
	const struct config_port *port = config_port(k->c, name->id);
	const struct config_mirror *other;

	if (port == NULL) {
		if (!k->lost)
			ERROR(k, at, "there is no [port %s]", name->id);
		return;
	}
	other = config_mirror_to(k->c, port);
	if (other != NULL)
		ERROR(k, at,
		      "[port %s] is the port of [mirror %s]: copies are not "
		      "copied again",
		      name->id, other->id);
	else if (port->listen != CONFIG_HEARS_OFF)
		ERROR(k, at,
		      "[port %s] listens to its LAN: copies are not copied "
		      "again",
		      name->id);
}

static void
check_sources(const struct check *k)
{
	const struct config_mirror *m = k->m;

	if (m->port.n == 0 && m->lan.n == 0 && !m->incomplete &&
	    !m->bad[CONFIG_MIRROR_port] && !m->bad[CONFIG_MIRROR_lan])
		ERROR(k, m->at,
		      "needs 'port' or 'lan', whose frames are to be "
		      "copied");
	for (unsigned int i = 0; i < m->port.n; i++)
		check_source(k, &m->port.value[i], m->port.at[i]);
	for (unsigned int i = 0; i < m->lan.n; i++)
		if (config_lan(k->c, m->lan.value[i].id) == NULL && !k->lost)
			ERROR(k, m->lan.at[i], "there is no [lan %s]",
			      m->lan.value[i].id);
	if (m->direction == CONFIG_DIRECTION_NONE && m->drops.n == 0 &&
	    !m->bad[CONFIG_MIRROR_drops] && !m->incomplete)
		ERROR(k, place(k, CONFIG_MIRROR_direction),
		      "direction = none needs 'drops', or nothing is copied");
}

/* The port that the copies leave by. */
static void
check_port(const struct check *k)
{
	struct where at = place(k, CONFIG_MIRROR_to);
	const struct config_port *port = config_port(k->c, k->m->to);
	const struct config_mirror *first;

	if (port == NULL) {
		if (!k->lost)
			ERROR(k, at, "there is no [port %s]", k->m->to);
		return;
	}
	first = config_mirror_to(k->c, port);
	if (first != k->m)
		ERROR(k, at, "[port %s] is the port of [mirror %s] already",
		      port->id, first->id);
	if (port->lan[0] != '\0')
		ERROR(k, at,
		      "[port %s] is in a LAN: the port of a mirror has "
		      "none",
		      port->id);
	if (port->parent[0] != '\0')
		ERROR(k, at,
		      "[port %s] is a tagged port: the port of a mirror "
		      "has a device of its own",
		      port->id);
	for (unsigned int i = 0; i < k->c->nports; i++)
		if (strcmp(k->c->port[i].parent, port->id) == 0) {
			ERROR(k, at,
			      "[port %s] carries [port %s]: the port of a "
			      "mirror carries nothing else",
			      port->id, k->c->port[i].id);
			return;
		}
}

static void
check_file(const struct check *k)
{
	const char *file = k->m->file;
	struct where at = place(k, CONFIG_MIRROR_file);

	if (strchr(file, '/') != NULL || file[0] == '.')
		ERROR(k, at,
		      "file = %s: must be a name without '/' that does not "
		      "begin with '.'; the file is made in the folder mirrors "
		      "beside the file state",
		      file);
	for (const struct config_mirror *m = k->c->mirror; m < k->m; m++)
		if (m->file != NULL && strcmp(m->file, file) == 0)
			ERROR(k, at, "[mirror %s] has this file already",
			      m->id);
}

static void
check_target(const struct check *k)
{
	const struct config_mirror *m = k->m;
	bool port = m->to[0] != '\0' || m->bad[CONFIG_MIRROR_to];
	bool file = m->file != NULL || m->bad[CONFIG_MIRROR_file];

	if (port && file)
		ERROR(k, place(k, CONFIG_MIRROR_file),
		      "has both 'to' and 'file': make two mirrors");
	else if (!port && !file && !m->incomplete)
		ERROR(k, m->at, "needs 'to', a port for the copies, or 'file'");
	if (m->to[0] != '\0')
		check_port(k);
	if (m->file != NULL)
		check_file(k);
	if (m->rate.unit == CONFIG_RATE_PPM)
		ERROR(k, place(k, CONFIG_MIRROR_rate),
		      "rate: a share of which link? Give bits per second, such "
		      "as 1G, or frames per second, such as 1000pps");
}

/* A port that listens is known by no address, and sends nothing. */
static void
check_listener(const struct config *c, const struct config_port *p,
	       struct faults *faults)
{
	static const enum config_port_key senseless[] = {
		CONFIG_PORT_mac,
		CONFIG_PORT_ipv4,
		CONFIG_PORT_ipv6,
		CONFIG_PORT_isolate,
	};
	char title[CONFIG_TITLE_SIZE];

	(void)c;
	snprintf(title, sizeof(title), "port %s", p->id);
	for (size_t i = 0; i < sizeof(senseless) / sizeof(senseless[0]); i++)
		if (p->line[senseless[i]] != 0)
			faults_error(faults,
				     config_place(p->at, p->line[senseless[i]]),
				     title,
				     "'%s' makes no sense with 'listen': the "
				     "port sends nothing",
				     config_sections[CONFIG_SECTION_PORT]
					     .key[senseless[i]]
					     .name);
}

static void
check_listeners(const struct config *c, struct faults *faults)
{
	unsigned int n = c->nmirrors;

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_port *p = &c->port[i];

		if (p->listen == CONFIG_HEARS_OFF)
			continue;
		check_listener(c, p, faults);
		if (++n == CONFIG_MIRRORS_MAX + 1)
			faults_error(faults,
				     config_place(p->at,
						  p->line[CONFIG_PORT_listen]),
				     NULL,
				     "there can be %d mirrors and ports that "
				     "listen, together",
				     CONFIG_MIRRORS_MAX);
	}
}

void
config_check_mirrors(struct config_reading *r)
{
	struct check k = { .c = r->config,
			   .faults = r->faults,
			   .lost = r->lost };

	for (unsigned int i = 0; i < k.c->nmirrors; i++) {
		k.m = &k.c->mirror[i];
		snprintf(k.title, sizeof(k.title), "mirror %s", k.m->id);
		check_sources(&k);
		check_target(&k);
		check_filter(&k);
	}
	check_listeners(k.c, r->faults);
}
