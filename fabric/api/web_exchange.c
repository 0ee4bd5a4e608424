/* SPDX-License-Identifier: BSD-3-Clause */
/* No address of a member is public, unless public_addresses says so. */
#include "fabric/api/web_exchange.h"

#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/status.h"
#include "fabric/api/value.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"
#include "lib/mac.h"
#include "lib/prefix.h"

#define PART_PORTS 64

static json_t *
prefixes(const struct config_prefixes *p)
{
	json_t *list = json_array();
	char text[PREFIX_TEXT_SIZE];

	for (unsigned int i = 0; i < p->n; i++)
		json_array_append_new(
			list, json_string(prefix_format(&p->value[i], text)));
	return list;
}

static json_t *
exchange_row(const struct fabric *f)
{
	json_t *lans = json_array();

	for (unsigned int i = 0; i < f->config->nlans; i++) {
		const struct config_lan *c = &f->config->lan[i];

		json_array_append_new(
			lans,
			json_pack("{s:s, s:s, s:o, s:I, s:o, s:o}", "lan",
				  c->id, "profile", status_profile(c->profile),
				  "vlan", value_number_or_null(c->vlan), "mtu",
				  (json_int_t)c->mtu, "ipv4",
				  prefixes(&c->ipv4), "ipv6",
				  prefixes(&c->ipv6)));
	}
	return json_pack("{s:o, s:o}", "name",
			 value_text(f->config->fabric.name), "lans", lans);
}

static json_t *
macs(const struct config_port *c)
{
	json_t *list = json_array();
	char text[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < c->mac.n; i++)
		json_array_append_new(
			list, json_string(mac_format(c->mac.value[i], text)));
	return list;
}

static json_t *
addresses(const struct config_addresses *a)
{
	json_t *list = json_array();
	char text[PREFIX_TEXT_SIZE];

	for (unsigned int i = 0; i < a->n; i++)
		json_array_append_new(
			list, json_string(ipaddr_format(&a->value[i], text)));
	return list;
}

/* Why a port is not up is between the member and the operators. */
static json_t *
member_row(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	struct egress_link link = egress_link(f, &p->egress);
	bool up = strcmp(status_port_state(f, c), "up") == 0;
	json_t *row = json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:s}", "port", c->id, "lan", c->lan,
		"asn", value_number_or_null(c->asn), "name",
		value_text_or_null(c->description), "speed_mbit",
		value_number_or_null(link.up ? link.speed : 0), "state",
		up ? "up" : "down");

	if (f->config->fabric.public_addresses != CONFIG_ON)
		return row;
	json_object_set_new(row, "macs", macs(c));
	json_object_set_new(row, "ipv4", addresses(&c->ipv4));
	json_object_set_new(row, "ipv6", addresses(&c->ipv6));
	return row;
}

enum ctl_verdict
web_exchange(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const struct config *config = f->config;

	*part = json_array();
	if (rq->place[0] == 0)
		json_array_append_new(*part, exchange_row(f));
	for (unsigned int n = 0;
	     n < PART_PORTS && rq->place[0] < config->nports; n++) {
		const struct config_port *c = &config->port[rq->place[0]++];

		if (c->lan[0] != '\0' && c->status != CONFIG_DISABLED)
			json_array_append_new(*part, member_row(f, c));
	}
	return rq->place[0] < config->nports ? CTL_MORE : CTL_END;
}
