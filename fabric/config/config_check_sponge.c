/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the sponge of a LAN needs, and values that need too many addresses.  The
 * keys of a sponge that is off are not checked for what they need.
 */
#include "fabric/config/config_impl.h"

#include "lib/mac.h"

#define EXAMPLE_MAC UINT64_C(0x025300000000)

struct subject {
	struct config_reading *r;
	const struct config_lan *lan;
	char title[CONFIG_TITLE_SIZE];
};

static struct where
lan_place(const struct subject *s, enum config_lan_key key)
{
	return config_place(s->lan->at, s->lan->line[key]);
}

/* Whether the key may have been given, with a wrong value. */
static bool
is_unsure(const struct subject *s, enum config_lan_key key)
{
	return s->lan->bad[key] || s->lan->incomplete;
}

static void
check_needs(const struct subject *s)
{
	const struct config_lan *lan = s->lan;
	struct where at = lan_place(s, CONFIG_LAN_sponge);
	uint64_t number = (uint64_t)(lan - s->r->config->lan) + 1;
	char mac[MAC_TEXT_SIZE];

	if (lan->sponge_mac == 0 && !is_unsure(s, CONFIG_LAN_sponge_mac))
		faults_error(s->r->faults, at, s->title,
			     "'sponge' needs 'sponge_mac', an address that no "
			     "member has: write sponge_mac = %s",
			     mac_format(EXAMPLE_MAC + number, mac));
	if (lan->ipv4.n == 0 && lan->ipv6.n == 0 &&
	    !is_unsure(s, CONFIG_LAN_ipv4) && !is_unsure(s, CONFIG_LAN_ipv6))
		faults_error(
			s->r->faults, at, s->title,
			"'sponge' needs 'ipv4' or 'ipv6', a prefix of the LAN");
}

/* A member of any LAN knows a sponge by its own MAC address. */
static void
check_other_lans(const struct subject *s, const char *mac)
{
	const struct config *c = s->r->config;

	for (unsigned int i = 0; i < c->nlans; i++) {
		const struct config_lan *other = &c->lan[i];
		struct where at = config_place(
			other->at, other->line[CONFIG_LAN_sponge_mac]);

		if (other == s->lan ||
		    other->sponge_mac != s->lan->sponge_mac ||
		    (other > s->lan && other->sponge == CONFIG_ON))
			continue;
		faults_error(s->r->faults, lan_place(s, CONFIG_LAN_sponge_mac),
			     s->title,
			     "sponge_mac %s is also that of [lan %s] (%s:%u): "
			     "each sponge needs its own",
			     mac, other->id, at.file, at.line);
		return;
	}
}

static void
check_mac(const struct subject *s)
{
	uint64_t mac = s->lan->sponge_mac;
	char text[MAC_TEXT_SIZE];

	if (mac == 0)
		return;
	mac_format(mac, text);
	if (!mac_is_local(mac))
		faults_error(s->r->faults, lan_place(s, CONFIG_LAN_sponge_mac),
			     s->title,
			     "sponge_mac %s is not locally administered: use "
			     "an address such as 02:53:00:00:00:01",
			     text);
	check_other_lans(s, text);
}

/* It must be in a prefix of the LAN, and no port may have it. */
static int
check_address(const struct subject *s, struct config_claims *claims,
	      unsigned int i)
{
	const struct ipaddr *a = &s->lan->sponge_ipv4.value[i];
	struct config_claimant claimant = { "lan", s->lan->id,
					    s->lan->sponge_ipv4.at[i] };
	char text[PREFIX_TEXT_SIZE];

	config_check_address(s->r, s->title, "sponge_ipv4", s->lan, a,
			     claimant.at);
	return config_claim(claims, "ipv4", s->lan->id, ipaddr_format(a, text),
			    claimant);
}

/* The index of the first address of the sponge in 'p', or list->n. */
static unsigned int
first_within(const struct config_addresses *list, const struct prefix *p)
{
	unsigned int i = 0;

	while (i < list->n && !prefix_contains(p, &list->value[i]))
		i++;
	return i;
}

static void
warn_passive(const struct subject *s, unsigned int prefix)
{
	char text[PREFIX_TEXT_SIZE];

	if (s->lan->sponge != CONFIG_ON ||
	    s->lan->sponge_passive == CONFIG_ON ||
	    is_unsure(s, CONFIG_LAN_sponge_ipv4))
		return;
	faults_warning(s->r->faults, s->lan->ipv4.at[prefix], s->title,
		       "no sponge_ipv4 is in %s: the sponge is passive there, "
		       "and sends no probes",
		       prefix_format(&s->lan->ipv4.value[prefix], text));
}

/* A sponge probes from one address in each prefix. */
static void
check_prefix(const struct subject *s, unsigned int prefix)
{
	const struct config_addresses *list = &s->lan->sponge_ipv4;
	const struct prefix *p = &s->lan->ipv4.value[prefix];
	unsigned int first = first_within(list, p);
	char text[PREFIX_TEXT_SIZE], one[PREFIX_TEXT_SIZE];

	if (first >= list->n) {
		warn_passive(s, prefix);
		return;
	}
	for (unsigned int i = first + 1; i < list->n; i++)
		if (prefix_contains(p, &list->value[i]) &&
		    !ipaddr_equal(&list->value[i], &list->value[first]))
			faults_error(s->r->faults, list->at[i], s->title,
				     "sponge_ipv4 %s is the second in %s, the "
				     "first is at %s:%u: leave one out",
				     ipaddr_format(&list->value[i], one),
				     prefix_format(p, text),
				     list->at[first].file,
				     list->at[first].line);
}

static void
report_wide(const struct subject *s, enum config_lan_key key, const char *value)
{
	char text[PREFIX_TEXT_SIZE];

	faults_error(s->r->faults, lan_place(s, key), s->title,
		     "%s = %s: ipv4 %s has too many addresses for this, a "
		     "prefix must be /16 or longer",
		     config_sections[CONFIG_SECTION_LAN].key[key].name, value,
		     prefix_format(config_wide_prefix(s->lan), text));
}

static void
check_wide(const struct subject *s)
{
	const struct config_lan *lan = s->lan;

	if (config_wide_prefix(lan) == NULL)
		return;
	if (lan->arp_mode == CONFIG_ARP_UNICAST)
		report_wide(s, CONFIG_LAN_arp_mode, "unicast");
	else if (lan->arp_mode == CONFIG_ARP_PROXY)
		report_wide(s, CONFIG_LAN_arp_mode, "proxy");
	if (lan->unknown_arp == CONFIG_UNKNOWN_ARP_DROP)
		report_wide(s, CONFIG_LAN_unknown_arp, "drop");
	if (lan->sponge == CONFIG_ON)
		report_wide(s, CONFIG_LAN_sponge, "on");
}

int
config_check_sponge(struct config_reading *r, const struct config_lan *lan,
		    struct config_claims *claims)
{
	struct subject s = {
		.r = r,
		.lan = lan,
	};
	int rc = 0;

	snprintf(s.title, sizeof(s.title), "lan %s", s.lan->id);
	if (s.lan->sponge == CONFIG_ON) {
		check_needs(&s);
		check_mac(&s);
	}
	check_wide(&s);
	for (unsigned int i = 0; i < s.lan->sponge_ipv4.n && rc == 0; i++)
		rc = check_address(&s, claims, i);
	for (unsigned int i = 0; i < s.lan->ipv4.n; i++)
		check_prefix(&s, i);
	return rc;
}
