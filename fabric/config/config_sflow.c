/* SPDX-License-Identifier: BSD-3-Clause */
/* The section [sflow]: what applies to a port, and checks that see other sections. */
#include "fabric/config/config_impl.h"

/* Below some ten thousand samples a second of a port that is full of small frames. */
static const struct {
	uint32_t mbit, rate;
} rates[] = {
	{ 1000, 1024 },
	{ 10000, 4096 },
	{ 40000, 8192 },
	{ 100000, 32768 },
};

#define RATE_OTHERWISE 8192

static uint32_t
rate_by_speed(uint32_t mbit)
{
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i].mbit == mbit)
			return rates[i].rate;
	return RATE_OTHERWISE;
}

uint32_t
config_sflow_rate(const struct config *c, const struct config_port *port,
		  uint32_t speed)
{
	uint32_t rate = port->sflow_rate;

	if (c->sflow.collector.n == 0 || port->lan[0] == '\0')
		return 0;
	if (rate == CONFIG_LIMIT_UNSET)
		rate = c->sflow.rate;
	return rate == CONFIG_LIMIT_AUTO ? rate_by_speed(speed) : rate;
}

static void
check_collectors(const struct config *c, struct config_claims *claims, int *rc)
{
	const struct config_collectors *list = &c->sflow.collector;

	for (unsigned int i = 0; *rc == 0 && i < list->n; i++) {
		struct config_claimant claimant = { "sflow", "", list->at[i] };
		char text[CONFIG_COLLECTOR_SIZE];

		*rc = config_claim(
			claims, "collector", "",
			config_collector_format(&list->value[i], text),
			claimant);
	}
}

/* A sample without a VLAN is of no LAN for IXP Manager, which leaves it out. */
static void
check_vlans(const struct config *c, struct faults *faults)
{
	for (unsigned int i = 0; i < c->nlans; i++) {
		const struct config_lan *lan = &c->lan[i];
		char title[CONFIG_TITLE_SIZE];

		if (lan->vlan != 0 || lan->bad[CONFIG_LAN_vlan] ||
		    lan->incomplete || c->lan_ports[i] == 0)
			continue;
		snprintf(title, sizeof(title), "lan %s", lan->id);
		faults_warning(faults, lan->at, title,
			       "has no 'vlan', so samples of sFlow have "
			       "none, and IXP Manager leaves them out");
	}
}

int
config_check_sflow(const struct config *c, struct config_claims *claims,
		   struct faults *faults)
{
	int rc = 0;

	check_collectors(c, claims, &rc);
	if (c->sflow.collector.n != 0)
		check_vlans(c, faults);
	return rc;
}
