/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/snmp_data.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "apps/row.h"
#include "lib/clock.h"
#include "lib/mac.h"

/* The daemon counts whole seconds, and an answer takes some time. */
#define JITTER (3 * CLOCK_SECOND)

#define INDEX_MAX  2147483647 /* InterfaceIndex of RFC 2863 */
#define NUMBER_MAX 65535      /* dot1dBasePort of RFC 4188 */
#define VLAN_MAX   4094

/* A number from 0 to 'most'; anything else is 0. */
static uint64_t
number(const json_t *row, const char *key, uint64_t most)
{
	json_int_t n = json_integer_value(row_get(row, key));

	return n > 0 && (uint64_t)n <= most ? (uint64_t)n : 0;
}

static void
text(const json_t *row, const char *key, char *to, size_t size)
{
	const char *value = row_text(row, key);

	strlcpy(to, value != NULL ? value : "", size);
}

static uint64_t
since(const json_t *row, const char *key, uint64_t now)
{
	uint64_t ns =
		number(row, key, UINT64_MAX / CLOCK_SECOND / 2) * CLOCK_SECOND;

	return ns < now ? now - ns : 0;
}

/* What ports and links have. */
static void
take_interface(struct snmp_port *p, const json_t *row, const char *name,
	       uint64_t now)
{
	memset(p, 0, sizeof(*p));
	p->index = (uint32_t)number(row, "index", INDEX_MAX);
	text(row, name, p->name, sizeof(p->name));
	p->mtu = (uint32_t)number(row, "mtu", INT32_MAX);
	p->speed = (uint32_t)number(row, "speed_mbit", UINT32_MAX);
	p->admin_up = row_is(row, "admin_up");
	p->oper_up = row_is(row, "oper_up");
	p->counts_since = since(row, "counting_seconds", now);
	p->state_since = since(row, "link_seconds", now);
#define TAKE(name) p->counters.name = number(row, #name, INT64_MAX);
	IF_COUNTERS(TAKE)
#undef TAKE
}

static void
take_end(struct snmp_end *end, const json_t *row)
{
	const char *system = row_text(row, "system");

	if (system == NULL || mac_parse(system, &end->system) != 0)
		return;
	end->system_priority =
		(uint16_t)number(row, "system_priority", UINT16_MAX);
	end->key = (uint16_t)number(row, "key", UINT16_MAX);
	end->port = (uint16_t)number(row, "port", UINT16_MAX);
	end->port_priority = (uint16_t)number(row, "port_priority", UINT16_MAX);
	end->state = (uint8_t)number(row, "state_bits", UINT8_MAX);
}

static void
take_lacp(struct snmp_port *p, const json_t *row)
{
	take_end(&p->actor, row_get(row, "actor"));
	take_end(&p->partner, row_get(row, "partner"));
#define COUNTER(name, sentence) p->name = number(row, #name, INT64_MAX);
#include "lib/lacp_counter_list.h"
}

/* What the links have in common is that of their LAG. */
static void
take_ends(struct snmp_port *lag, const struct snmp_port *link)
{
	if (lag->actor.system == 0)
		lag->actor = link->actor;
	if (lag->partner.system == 0 && link->attached)
		lag->partner = link->partner;
}

/* The links of the LAG that was added last, behind it. */
static int
take_links(struct snmp_ports *ports, const json_t *links, uint64_t now)
{
	struct snmp_port *lag = &ports->port[ports->n - 1];

	lag->lag = json_is_array(links);
	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *row = json_array_get(links, i);
		const json_t *lacp = row_get(row, "lacp");
		struct snmp_port *p = &ports->port[ports->n];

		if (ports->n == SNMP_PORTS_MAX)
			return -EPROTO;
		take_interface(p, row, "name", now);
		take_lacp(p, lacp);
		p->aggregate = lag->index;
		p->attached = json_is_object(lacp) ? row_is(lacp, "attached")
						   : row_is(row, "in_use");
		take_ends(lag, p);
		ports->n += p->index != 0 && p->name[0] != '\0';
	}
	return 0;
}

static void
take_port(struct snmp_port *p, const json_t *row, uint64_t now)
{
	take_interface(p, row, "port", now);
	text(row, "lan", p->lan, sizeof(p->lan));
	text(row, "description", p->description, sizeof(p->description));
	if (p->lan[0] != '\0')
		p->number = (uint16_t)number(row, "number", NUMBER_MAX);
	p->vlan = (uint16_t)number(row, "vlan", VLAN_MAX);
	p->tagged = number(row, "tag", VLAN_MAX) != 0;
}

int
snmp_ports_add(struct snmp_ports *ports, const json_t *rows, uint64_t now)
{
	const json_t *row;
	size_t i;

	if (!json_is_array(rows))
		return -EPROTO;
	if (ports->port == NULL)
		ports->port = calloc(SNMP_PORTS_MAX, sizeof(*ports->port));
	if (ports->port == NULL)
		return -ENOMEM;
	json_array_foreach(rows, i, row)
	{
		struct snmp_port *p = &ports->port[ports->n];

		if (ports->n == SNMP_PORTS_MAX)
			return -EPROTO;
		take_port(p, row, now);
		if (p->index == 0 || p->name[0] == '\0')
			continue;
		ports->n++;
		if (take_links(ports, row_get(row, "links"), now) != 0)
			return -EPROTO;
	}
	return 0;
}

static int
by_index(const void *a, const void *b)
{
	const struct snmp_port *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* Of rows that are the same but for what does not matter, the first. */
static size_t
unique(void *rows, size_t n, size_t size,
       int (*compare)(const void *, const void *))
{
	char *row = rows;
	size_t kept = n > 0;

	for (size_t i = 1; i < n; i++) {
		if (compare(row + (kept - 1) * size, row + i * size) == 0)
			continue;
		memmove(row + kept * size, row + i * size, size);
		kept++;
	}
	return kept;
}

/* The numbers of bridge ports are small: by counting. */
static int
sort_bridge(struct snmp_ports *ports)
{
	uint32_t *place = calloc(NUMBER_MAX + 1, sizeof(*place));

	ports->bridge = calloc(ports->n + 1, sizeof(*ports->bridge));
	if (place == NULL || ports->bridge == NULL) {
		free(place);
		return -ENOMEM;
	}
	for (size_t i = 0; i < ports->n; i++)
		place[ports->port[i].number] = (uint32_t)i + 1;
	for (size_t i = 1; i <= NUMBER_MAX; i++)
		if (place[i] != 0)
			ports->bridge[ports->nbridge++] = place[i] - 1;
	free(place);
	return 0;
}

/* They are in order. */
static int
find_links(struct snmp_ports *ports)
{
	ports->lag = calloc(ports->n + 1, sizeof(*ports->lag));
	ports->link = calloc(ports->n + 1, sizeof(*ports->link));
	if (ports->lag == NULL || ports->link == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < ports->n; i++) {
		if (ports->port[i].lag)
			ports->lag[ports->nlags++] = i;
		if (ports->port[i].aggregate != 0)
			ports->link[ports->nlinks++] = i;
	}
	return 0;
}

static int
sort_vlans(struct snmp_ports *ports)
{
	const struct snmp_port **first =
		calloc(VLAN_MAX + 1, sizeof(const struct snmp_port *));

	ports->vlan = calloc(SNMP_VLANS_MAX, sizeof(*ports->vlan));
	if (first == NULL || ports->vlan == NULL) {
		free(first);
		return -ENOMEM;
	}
	for (size_t i = 0; i < ports->n; i++)
		if (first[ports->port[i].vlan] == NULL)
			first[ports->port[i].vlan] = &ports->port[i];
	for (uint16_t v = 1; v <= VLAN_MAX; v++) {
		struct snmp_vlan *vlan = &ports->vlan[ports->nvlans];

		if (first[v] == NULL)
			continue;
		vlan->vlan = v;
		strlcpy(vlan->lan, first[v]->lan, sizeof(vlan->lan));
		ports->nvlans++;
	}
	free(first);
	return 0;
}

/* A time that only seems to be another one. */
static void
steady(uint64_t *is, uint64_t was)
{
	uint64_t apart = *is > was ? *is - was : was - *is;

	if (apart < JITTER)
		*is = was;
}

int
snmp_ports_end(struct snmp_ports *ports, const struct snmp_ports *before)
{
	if (ports->n > 0) {
		qsort(ports->port, ports->n, sizeof(*ports->port), by_index);
		ports->n = unique(ports->port, ports->n, sizeof(*ports->port),
				  by_index);
	}
	for (size_t i = 0; before != NULL && i < ports->n; i++) {
		struct snmp_port *p = &ports->port[i];
		const struct snmp_port *old = snmp_ports_find(before, p->index);

		if (old == NULL)
			continue;
		steady(&p->counts_since, old->counts_since);
		if (p->oper_up == old->oper_up)
			steady(&p->state_since, old->state_since);
	}
	if (sort_bridge(ports) != 0 || find_links(ports) != 0)
		return -ENOMEM;
	return sort_vlans(ports);
}

void
snmp_ports_free(struct snmp_ports *ports)
{
	if (ports == NULL)
		return;
	free(ports->port);
	free(ports->bridge);
	free(ports->lag);
	free(ports->link);
	free(ports->vlan);
	free(ports);
}

const struct snmp_port *
snmp_ports_find(const struct snmp_ports *ports, uint32_t index)
{
	struct snmp_port key = { .index = index };

	if (ports->n == 0)
		return NULL;
	return bsearch(&key, ports->port, ports->n, sizeof(key), by_index);
}

static int
make_room(struct snmp_macs *macs)
{
	size_t room = macs->room > 0 ? 2 * macs->room : 1024;
	struct snmp_mac *mac;

	if (macs->n < macs->room)
		return 0;
	mac = reallocarray(macs->mac, room, sizeof(*mac));
	if (mac == NULL)
		return -ENOMEM;
	macs->mac = mac;
	macs->room = room;
	return 0;
}

int
snmp_macs_add(struct snmp_macs *macs, const json_t *rows)
{
	const json_t *row;
	size_t i;

	if (!json_is_array(rows))
		return -EPROTO;
	json_array_foreach(rows, i, row)
	{
		const char *address = row_text(row, "mac");
		struct snmp_mac m = {
			.index = (uint32_t)number(row, "index", INDEX_MAX),
			.vlan = (uint16_t)number(row, "vlan", VLAN_MAX),
			.fixed = strcmp(row_word(row, "type"), "static") == 0,
		};

		if (address == NULL || mac_parse(address, &m.mac) != 0)
			continue;
		if (macs->n == SNMP_MACS_MAX)
			return 0;
		if (make_room(macs) != 0)
			return -ENOMEM;
		macs->mac[macs->n++] = m;
	}
	return 0;
}

static int
by_vlan(const void *a, const void *b)
{
	const struct snmp_mac *x = a, *y = b;

	if (x->vlan != y->vlan)
		return (x->vlan > y->vlan) - (x->vlan < y->vlan);
	return (x->mac > y->mac) - (x->mac < y->mac);
}

static int
by_mac(const void *a, const void *b, void *arg)
{
	const struct snmp_macs *macs = arg;
	const struct snmp_mac *x = &macs->mac[*(const uint32_t *)a];
	const struct snmp_mac *y = &macs->mac[*(const uint32_t *)b];

	if (x->mac != y->mac)
		return (x->mac > y->mac) - (x->mac < y->mac);
	return (x > y) - (x < y);
}

int
snmp_macs_end(struct snmp_macs *macs)
{
	size_t n;

	if (macs->n > 0) {
		qsort(macs->mac, macs->n, sizeof(*macs->mac), by_vlan);
		macs->n =
			unique(macs->mac, macs->n, sizeof(*macs->mac), by_vlan);
	}
	macs->plain = calloc(macs->n + 1, sizeof(*macs->plain));
	if (macs->plain == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < macs->n; i++)
		macs->plain[i] = i;
	qsort_r(macs->plain, macs->n, sizeof(*macs->plain), by_mac, macs);
	n = macs->n > 0;
	for (size_t i = 1; i < macs->n; i++)
		if (macs->mac[macs->plain[i]].mac !=
		    macs->mac[macs->plain[n - 1]].mac)
			macs->plain[n++] = macs->plain[i];
	macs->nplain = n;
	return 0;
}

void
snmp_macs_free(struct snmp_macs *macs)
{
	if (macs == NULL)
		return;
	free(macs->mac);
	free(macs->plain);
	free(macs);
}
