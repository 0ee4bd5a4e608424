/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A random value for any key of key_list.h, from its type, default and limits.
 * A new key is drawn without a line here; a new type does not compile until it
 * has a draw_TYPE.
 */
#include "tests/model/draft.h"
#include "tests/model/pick.h"

/* The key that a value is drawn for, and where. */
struct draw {
	const struct draft *d;
	const struct draft_section *s;
	const struct config_key *key;
	char *value;
};

#define WRITE(w, ...) snprintf((w)->value, DRAFT_VALUE, __VA_ARGS__)

/*
 * Values at which something changes, with spaces between; and the largest of those
 * that cost memory and time.  Other keys go to the limits of the list.
 */
static const struct {
	const char *key, *values;
	uint32_t most;
} hints[] = {
	{ "mac_table", "64 64 128 256 1024", 4096 },
	{ "nd_max_targets", "64 128 256", 1024 },
	{ "mtu", "1500 1500 2000 3000 4000 9000", 9216 },
	{ "tag", "1 2 3 4 5", 4094 },
	{ "index", NULL, 60 },
	{ "vlan", NULL, 60 },
	{ "mac_age", "10s 60s 300s", UINT32_MAX },
	{ "shutdown_time", "0s 5s 60s", UINT32_MAX },
	{ "sponge_learning", "0s 0s 5s", UINT32_MAX },
	{ "sponge_queuedepth", "1 3 60 auto", 1000 },
};

/* One of the words of 'list', or false. */
static bool
draw_word_of(const struct draw *w, const char *list)
{
	unsigned int n = 0;

	for (const char *p = list; *p != '\0'; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (one_in(++n))
			WRITE(w, "%.*s", (int)len, p);
		p += len;
	}
	return n > 0;
}

static bool
draw_hint(const struct draw *w)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcmp(hints[i].key, w->key->name) == 0)
			return hints[i].values != NULL && !one_in(4) &&
			       draw_word_of(w, hints[i].values);
	return false;
}

/* Within the limits of the key: small ones and large ones alike. */
static uint32_t
number_of(const struct config_key *key)
{
	uint64_t most = key->max, span;
	unsigned int bits = 0;

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strcmp(hints[i].key, key->name) == 0 &&
		    hints[i].most < most)
			most = hints[i].most;
	span = most - key->min;
	if (one_in(12))
		return (uint32_t)(one_in(2) ? key->min : key->min + span);
	while (span >> bits != 0)
		bits++;
	span = pick64() % ((UINT64_C(1) << pick(bits + 1)) + 1) % (span + 1);
	return (uint32_t)(key->min + span);
}

static void
draw_COUNT(const struct draw *w)
{
	WRITE(w, "%u", number_of(w->key));
}

#define draw_ASN       draw_COUNT
#define draw_MEGABYTES draw_COUNT

static void
draw_DURATION(const struct draw *w)
{
	WRITE(w, "%us", number_of(w->key));
}

#define draw_SPAN draw_DURATION

static void
draw_LIMIT(const struct draw *w)
{
	if (one_in(4))
		WRITE(w, "auto");
	else if (one_in(2))
		WRITE(w, "%u", (unsigned int)w->key->min + pick(6));
	else
		draw_COUNT(w);
}

static void
draw_PER_SECOND(const struct draw *w)
{
	WRITE(w, "%u.%u", pick(5), pick(10));
}

static void
draw_RATE(const struct draw *w)
{
	draw_word_of(w, "off off 0.01% 50% 100% 1M 1G 5pps 150pps 100kpps 0");
}

static void
draw_words(const struct draw *w)
{
	const struct config_word *words = w->key->type->words;
	unsigned int n = 0;

	while (words[n].text != NULL)
		n++;
	WRITE(w, "%s", words[pick(n)].text);
}

#define draw_SWITCH         draw_words
#define draw_LACP           draw_words
#define draw_LACP_TIMEOUT   draw_words
#define draw_IDLE           draw_words
#define draw_LOG            draw_words
#define draw_LOG_LEVEL      draw_words
#define draw_PROFILE        draw_words
#define draw_UNKNOWN        draw_words
#define draw_STATUS         draw_words
#define draw_VIOLATION      draw_words
#define draw_MLD            draw_words
#define draw_ARP_MODE       draw_words
#define draw_UNKNOWN_ARP    draw_words
#define draw_GARP           draw_words
#define draw_ND_OPTIONS     draw_words
#define draw_SPONGE_PROFILE draw_words
#define draw_SPONGE_INIT    draw_words
#define draw_UNASSIGNED     draw_words
#define draw_DIRECTION      draw_words
#define draw_HEARS          draw_words
#define draw_MEMBER_TYPE    draw_words
#define draw_SERVICE        draw_words

/* The model runs no program, and exports nothing. */
static void
draw_PROGRAM(const struct draw *w)
{
	draw_word_of(w, "/bin/true /etc/ixfabric/hook");
}

static void
draw_EVENTS(const struct draw *w)
{
	draw_word_of(w, "all port port,config fdb,violation sponge,fabric");
}

static void
draw_URL(const struct draw *w)
{
	draw_word_of(w, "https://www.example.net/ http://[2001:db8::1]/a?b");
}

static void
draw_EMAIL(const struct draw *w)
{
	draw_word_of(w, "noc@example.net a@b");
}

static void
draw_COUNTRY(const struct draw *w)
{
	draw_word_of(w, "DE IE ZA");
}

static void
draw_ARP_UPDATE(const struct draw *w)
{
	draw_word_of(w, "all none reply request,gratuitous gratuitous");
}

static void
draw_CORES(const struct draw *w)
{
	draw_word_of(w, "auto 1 0-3 1,3");
}

/* The model has no server: nothing listens. */
static void
draw_LISTEN(const struct draw *w)
{
	draw_word_of(w, "127.0.0.1:9477 [::1]:9477 /run/metrics.sock");
}

static void
draw_FILES(const struct draw *w)
{
	WRITE(w, "there-is-none-%u*.ini", pick(3));
}

/* A device that another port has is an error, so mostly one of many. */
static void
draw_DEVICES(const struct draw *w)
{
	WRITE(w, "net_null%u%s", pick(draft_size.devices),
	      one_in(3) ? (one_in(2) ? ",size=64" : ",size=128") : "");
}

static void
draw_TEXT(const struct draw *w)
{
	unsigned int n = one_in(20) ? (unsigned int)w->key->max
				    : (unsigned int)w->key->min + pick(12);

	for (unsigned int i = 0; i < n; i++)
		w->value[i] = "abcdefgh/-. 0123"[pick(16)];
	w->value[n] = '\0';
	/* Blanks at the ends are not part of a value. */
	for (unsigned int i = 0; n > 0 && i<n; i += n> 1 ? n - 1 : 1)
		w->value[i] = 'x';
}

/* Most names are those of sections, of the type that the key is named after. */
static void
draw_NAME(const struct draw *w)
{
	static const struct {
		const char *key;
		enum config_section_kind kind;
	} of[] = {
		{ "lan", CONFIG_SECTION_LAN },
		{ "parent", CONFIG_SECTION_PORT },
		{ "acl", CONFIG_SECTION_ACL },
		{ "acl_out", CONFIG_SECTION_ACL },
		{ "port", CONFIG_SECTION_PORT },
		{ "to", CONFIG_SECTION_PORT },
	};
	const struct draft_section *s;

	WRITE(w, "g%u", pick(3));
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (strcmp(of[i].key, w->key->name) == 0) {
			s = draft_any(w->d, of[i].kind);
			WRITE(w, "%s", s != NULL ? s->name : "none");
		}
}

/* Of a section of the type that the key is named after. */
static void
draw_NAMES(const struct draw *w)
{
	const struct draft_section *s = draft_any(
		w->d, strcmp(w->key->name, "lan") == 0 ? CONFIG_SECTION_LAN
						       : CONFIG_SECTION_PORT);

	WRITE(w, "%s", s != NULL ? s->name : "none");
}

static void
draw_REASONS(const struct draw *w)
{
	enum drop why = pick(DROP_N);

	WRITE(w, "%s", why != DROP_NONE ? drop_name(why) : "all");
}

static void
draw_MAC(const struct draw *w)
{
	WRITE(w, "02:53:00:00:00:%02x", pick(8));
}

static void
draw_MACS(const struct draw *w)
{
	WRITE(w, "02:00:00:00:%02x:%02x", pick(3), 1 + pick(12));
}

/* The section that has the prefixes for the addresses of this one. */
static const struct draft_section *
lan_of(const struct draw *w)
{
	const char *name;

	if (w->s->type == &config_sections[CONFIG_SECTION_LAN])
		return w->s;
	name = draft_get(w->s, "lan");
	return name != NULL ? draft_find(w->d, CONFIG_SECTION_LAN, name) : NULL;
}

/* What stands before the '/' of one of its prefixes, or 'fallback'. */
static const char *
prefix_of(const struct draw *w, const char *key, const char *fallback)
{
	const struct draft_section *lan = lan_of(w);
	const char *found = fallback;
	unsigned int n = 0;

	for (unsigned int i = 0; lan != NULL && i < lan->n; i++)
		if (strcmp(lan->line[i].key->name, key) == 0 && one_in(++n))
			found = lan->line[i].value;
	return found;
}

static void
draw_ADDRESS4(const struct draw *w)
{
	unsigned int o[4] = { 192, 0, 2, 0 };

	sscanf(prefix_of(w, "ipv4", "192.0.2.0"), "%u.%u.%u.%u", &o[0], &o[1],
	       &o[2], &o[3]);
	WRITE(w, "%u.%u.%u.%u", o[0], o[1], o[2], o[3] + 1 + pick(12));
}

static void
draw_ADDRESS6(const struct draw *w)
{
	const char *prefix = prefix_of(w, "ipv6", "2001:db8::/64");

	if (one_in(6))
		prefix = "fe80::/64";
	WRITE(w, "%.*s%x", (int)strcspn(prefix, "/"), prefix, 1 + pick(12));
}

static void
draw_ADDRESS(const struct draw *w)
{
	draw_word_of(w, "192.0.2.1 2001:db8::1 127.0.0.1");
}

/* No host of a test is reached there. */
static void
draw_COLLECTORS(const struct draw *w)
{
	WRITE(w, "127.0.0.%u:9", 1 + pick(20));
}

static void
draw_PREFIX4(const struct draw *w)
{
	/* Large ones cost time. */
	draw_word_of(w, one_in(200) ? "10.0.0.0/16 10.0.0.0/8"
			: one_in(30)
				? "10.0.0.0/20"
				: "192.0.2.0/24 192.0.2.0/25 192.0.2.128/25 "
				  "198.51.100.0/26 203.0.113.0/28 10.0.0.0/22");
}

static void
draw_PREFIX6(const struct draw *w)
{
	draw_word_of(w, "2001:db8::/64 2001:db8:1::/64 2001:db8:1::/48 "
			"2001:db8:2::/64");
}

static void
draw_CHECKS(const struct draw *w)
{
	enum drop why = 1 + pick(DROP_N - 1);
	enum config_mode mode = pick(CONFIG_MODE_SHUTDOWN + 1);

	while (drop_is_tx(why) ||
	       (!drop_is_check(why) && drop_level(why) == DROP_QUIET))
		why = 1 + pick(DROP_N - 1);
	if (!drop_is_check(why))
		mode = CONFIG_MODE_SHUTDOWN;
	WRITE(w, "%s %s", drop_name(why), config_mode_name(mode));
}

static void
draw_RULES(const struct draw *w)
{
	static const char *const actions[] = { "permit", "deny", "count" };
	static const char *const terms[] = {
		"any",
		"smac 02:00:00:00:00:0%u",
		"dmac 02:00:00:00:01:0%u",
		"vlan %u",
		"ether 0x880%u",
		"src 192.0.2.%u",
		"dst 198.51.100.0/2%u",
		"src 2001:db8:%u::/48",
		"ip proto tcp dport 17%u",
		"proto udp sport 50%u-5555",
		"ip icmp %u",
		"proto icmp6",
		"arp op request",
		"tpa 192.0.2.%u",
		"sha 02:00:00:00:00:0%u",
		"ip fragment",
	};
	char term[64];

	snprintf(term, sizeof(term),
		 terms[pick(sizeof(terms) / sizeof(terms[0]))], 1 + pick(9));
	WRITE(w, "%s %s", actions[pick(3)], term);
}

typedef void draw_fn(const struct draw *);

static const struct {
	const struct config_type *type;
	draw_fn *draw;
} drawers[] = {
#define TYPE(name, ...) { &config_type_##name, draw_##name },
#include "fabric/config/type_list.h"
};

void
draw_value(const struct draft *d, const struct draft_section *s,
	   const struct config_key *key, char value[DRAFT_VALUE])
{
	struct draw w = { d, s, key, value };
	size_t i = 0;

	while (drawers[i].type != key->type)
		i++;
	if (*key->fallback != '\0' && one_in(12))
		WRITE(&w, "%s", key->fallback);
	else if (!draw_hint(&w))
		drawers[i].draw(&w);
}
