/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SNMP_DATA_H
#define IXF_SNMP_DATA_H

/*
 * What the daemon has answered, in the order in which SNMP walks through it.  The
 * answer is checked as one from a stranger would be: a row that is not as it should
 * be is left out, and nothing is larger than it may be.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/runtime/if_values.h"

/* One end of a link of a LAG; all 0: not known. */
struct snmp_end {
	uint64_t system;
	uint16_t system_priority, key, port, port_priority;
	uint8_t state; /* as in a LACPDU */
};

#define SNMP_PORTS_MAX 8192 /* links of LAGs, too */
#define SNMP_VLANS_MAX 4095 /* and 0: none */
#define SNMP_MACS_MAX  1000000
#define SNMP_NAME_SIZE 32
#define SNMP_LINK_SIZE 128 /* PORT/DEVICE */
#define SNMP_TEXT_SIZE 256

struct snmp_port {
	uint32_t index;  /* ifIndex */
	uint16_t number; /* of the bridge port; 0: the port has no LAN */
	uint16_t vlan;   /* 0: none */
	bool tagged;
	bool admin_up, oper_up;
	uint32_t mtu, speed; /* octets; Mbit/s */
	char name[SNMP_LINK_SIZE], lan[SNMP_NAME_SIZE];
	char description[SNMP_TEXT_SIZE];
	bool lag;           /* it is a LAG */
	uint32_t aggregate; /* of a link: the index of its LAG; 0: no link */
	bool attached;      /* the link receives for its LAG */
	struct snmp_end actor, partner; /* of a LAG: without port and state */
	uint64_t pdus_rx, markers_rx, responses_rx, unknown_rx, illegal_rx;
	uint64_t pdus_tx, responses_tx;
	/* ns of CLOCK_MONOTONIC: since when it counts, and has its state. */
	uint64_t counts_since, state_since;
	struct if_counters counters;
};

struct snmp_vlan {
	uint16_t vlan;
	char lan[SNMP_NAME_SIZE];
};

struct snmp_ports {
	char version[SNMP_NAME_SIZE]; /* of the daemon */
	size_t n, nbridge, nvlans, nlags, nlinks;
	struct snmp_port *port; /* by index */
	uint32_t *bridge;       /* their places in port[], by number */
	uint32_t *lag, *link;   /* those of LAGs, and of links, by index */
	struct snmp_vlan *vlan; /* by VLAN */
};

struct snmp_mac {
	uint64_t mac;
	uint32_t index; /* of the port; 0: not known */
	uint16_t vlan;  /* 0: the LAN has none */
	bool fixed;     /* by the configuration */
};

struct snmp_macs {
	size_t n, nplain, room;
	struct snmp_mac *mac; /* by VLAN and address */
	uint32_t *
		plain; /* the places in mac[] of each address, once, by address */
};

/*
 * Takes a part of the answer to "port interface" that came at 'now' (ns).  0, or
 * -errno: it is no array, or there is no memory.
 */
int snmp_ports_add(struct snmp_ports *, const json_t *rows, uint64_t now);

/*
 * The last part has been added: sorts.  Times that differ from those of 'before' (or
 * NULL) by less than it takes to ask are those.
 */
int snmp_ports_end(struct snmp_ports *, const struct snmp_ports *before);

void snmp_ports_free(struct snmp_ports *);

/* The port with this index, or NULL. */
const struct snmp_port *snmp_ports_find(const struct snmp_ports *,
					uint32_t index);

/* The same for the answer to "fdb show". */
int snmp_macs_add(struct snmp_macs *, const json_t *rows);
int snmp_macs_end(struct snmp_macs *);
void snmp_macs_free(struct snmp_macs *);

/* All that SNMP shows at a moment. */
struct snmp_data {
	const struct snmp_ports *ports; /* NULL: the daemon does not answer */
	const struct snmp_macs *macs;   /* the same */
	const char *serial;
	uint64_t agent_since; /* ns of CLOCK_MONOTONIC: when sysUpTime was 0 */
};

#endif
