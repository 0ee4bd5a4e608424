/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/export_macs.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "apps/row.h"
#include "lib/mac.h"

struct macs {
	const struct config *c;
	json_t *vlans;
	unsigned int unnamed;  /* addresses of ports without 'vli' */
	unsigned int untagged; /* ... of LANs without 'vlan' */
};

/* The table of the VLAN, made when there is its first address. */
static json_t *
table_of(struct macs *m, uint32_t vlan)
{
	char key[12];
	json_t *table;

	snprintf(key, sizeof(key), "%" PRIu32, vlan);
	table = json_object_get(m->vlans, key);
	if (table == NULL) {
		table = json_object();
		json_object_set_new(m->vlans, key, table);
	}
	return table;
}

static void
add(struct macs *m, const struct config_port *p, uint64_t mac)
{
	const struct config_lan *lan = config_lan_of(m->c, p);
	char key[13];

	if (lan == NULL || lan->vlan == 0) {
		m->untagged++;
		return;
	}
	if (p->vli == 0) {
		m->unnamed++;
		return;
	}
	snprintf(key, sizeof(key), "%012" PRIx64, mac);
	json_object_set_new(table_of(m, lan->vlan), key, json_integer(p->vli));
}

static void
add_learned(struct macs *m, const json_t *row)
{
	const struct config_port *p = config_port(m->c, row_word(row, "port"));
	uint64_t mac;

	if (p != NULL && json_is_integer(row_get(row, "age_seconds")) &&
	    mac_parse(row_word(row, "mac"), &mac) == 0)
		add(m, p, mac);
}

static void
warn(const struct macs *m, struct faults *faults)
{
	if (m->unnamed != 0)
		faults_warning(faults, FAULTS_NOWHERE, NULL,
			       "left out: %u of ports without 'vli', the "
			       "number of the VLAN interface",
			       m->unnamed);
	if (m->untagged != 0)
		faults_warning(faults, FAULTS_NOWHERE, NULL,
			       "left out: %u of LANs without 'vlan'",
			       m->untagged);
}

json_t *
export_macs(const struct config *c, const json_t *fdb, struct faults *faults)
{
	struct macs m = { .c = c, .vlans = json_object() };
	char key[12];
	const json_t *row;
	size_t i;

	json_array_foreach(fdb, i, row) add_learned(&m, row);
	for (unsigned int n = 0; n < c->nports && fdb == NULL; n++)
		for (unsigned int k = 0; k < c->port[n].mac.n; k++)
			add(&m, &c->port[n], c->port[n].mac.value[k]);
	warn(&m, faults);
	snprintf(key, sizeof(key), "%" PRIu32, c->ixf.ixp_id);
	return json_pack("{s:o}", key, m.vlans);
}

/*
 * A host name: that of the port, with the AS number in front unless the name has it, as
 * tools show nothing else.
 */
static void
print_name(const struct config_port *p, FILE *out)
{
	char asn[16];

	snprintf(asn, sizeof(asn), "%" PRIu32, p->asn);
	if (p->asn != 0 && strstr(p->id, asn) == NULL)
		fprintf(out, "as%s-", asn);
	fputs(p->id, out);
}

void
export_ethers(const struct config *c, FILE *out)
{
	char mac[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < c->nports; i++)
		for (unsigned int k = 0; k < c->port[i].mac.n; k++) {
			fprintf(out, "%s ",
				mac_format(c->port[i].mac.value[k], mac));
			print_name(&c->port[i], out);
			fputc('\n', out);
		}
}
