/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Tests that tests/conf cannot have: the struct, which value applies,
 * differences, size, and that any printed configuration reads back as equal.
 */
#include "fabric/config/config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fabric/config/config_impl.h"
#include "fabric/config/config_texts.h"
#include "lib/inifile.h"
#include "tests/check_run.h"

static struct faults *faults;

static void
setup(void)
{
	faults = faults_create();
}

static void
teardown(void)
{
	faults_free(faults);
}

static struct config *
read_text(const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct config *c = config_read_stream("x.ini", in, faults);

	fclose(in);
	return c;
}

static struct config *
must_read(const char *text)
{
	struct config *c = read_text(text);

	ck_assert_msg(c != NULL, "%s in:\n%s", faults_text(faults, 0), text);
	return c;
}

static char *
print(const struct config *c, bool defaults)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	config_print(c, defaults, out);
	fclose(out);
	return text;
}

#define SMALL                                                                  \
	"[lan a]\nprofile = open\nmac_limit = 7\nmac_sticky = on\n"            \
	"[lan b]\n"                                                            \
	"[port p]\ndevice = net_ring0\nlan = a\nmac = 02:00:00:00:00:01\n"     \
	"[port q]\ndevice = net_ring1\nlan = b\nmac_limit = 1\n"               \
	"mac_sticky = off\n"

START_TEST(sections_are_found_by_their_names)
{
	struct config *c = must_read(SMALL);

	ck_assert_str_eq(c->path, "x.ini");
	ck_assert_uint_eq(c->nlans, 2);
	ck_assert_uint_eq(c->nports, 2);
	ck_assert_ptr_eq(config_lan(c, "b"), &c->lan[1]);
	ck_assert_ptr_eq(config_port(c, "q"), &c->port[1]);
	ck_assert_ptr_null(config_lan(c, "p"));
	ck_assert_ptr_null(config_port(c, "a"));
	ck_assert_ptr_null(config_port(c, ""));
	ck_assert_ptr_null(
		config_port(c, "a-name-that-is-longer-than-any-may"));
	config_free(c);
}
END_TEST

START_TEST(every_value_has_its_line)
{
	struct config *c = must_read(SMALL);
	const struct config_port *p = config_port(c, "p");

	ck_assert_str_eq(p->at.file, "x.ini");
	ck_assert_uint_eq(p->at.line, 6);
	ck_assert_uint_eq(p->line[CONFIG_PORT_device], 7);
	ck_assert_uint_eq(p->mac.at[0].line, 9);
	ck_assert_uint_eq(config_lan(c, "b")->at.line, 5);
	ck_assert_uint_eq(c->fabric.at.line, 0);
	config_free(c);
}
END_TEST

/* Lines of it: see the table below. */
#define DECIDED                                                                \
	"[lan l]\nprofile = ixp-strict\nipv4 = 192.0.2.0/24\n"                 \
	"check = dhcp log\nacl_out = b\n"                                      \
	"[port p]\ndevice = net_null0\nlan = l\nmac = 020000000001\n"          \
	"ipv4 = 192.0.2.1\ncheck = ethertype drop\nacl = a\n"                  \
	"[port q]\ndevice = net_null1\nlan = l\n"                              \
	"[acl a]\nrule = deny arp\nrule = deny ip\n"                           \
	"[acl b]\nrule = deny ip6\n"                                           \
	"[lan m]\n[port r]\ndevice = net_null2\nlan = m\n"

static const struct {
	const char *port;
	enum drop why;
	uint32_t rule;
	unsigned int line; /* 0: nowhere */
} decided[] = {
	{ "p", DROP_mac_lock, 0, 9 },      { "q", DROP_mac_lock, 0, 2 },
	{ "p", DROP_ethertype, 0, 11 },    { "q", DROP_ethertype, 0, 2 },
	{ "p", DROP_dhcp, 0, 4 },          { "p", DROP_arp_spa_spoof, 0, 10 },
	{ "q", DROP_arp_spa_spoof, 0, 3 }, { "p", DROP_arp_off_net, 0, 3 },
	{ "p", DROP_arp_malformed, 0, 2 }, { "p", DROP_runt, 0, 0 },
	{ "p", DROP_hairpin, 0, 0 },       { "p", DROP_acl, 0, 17 },
	{ "p", DROP_acl, 1, 18 },          { "p", DROP_acl, 2, 0 },
	{ "p", DROP_acl, UINT32_MAX, 0 },  { "q", DROP_acl, 0, 0 },
	{ "p", DROP_egress_acl, 0, 20 },   { "r", DROP_arp_malformed, 0, 0 },
	{ "r", DROP_ethertype, 0, 0 },
};

START_TEST(the_line_that_decided_about_a_frame_is_known)
{
	struct config *c = must_read(DECIDED);
	const struct config_port *p = config_port(c, decided[_i].port);
	struct where at =
		config_decided_at(c, p, decided[_i].why, decided[_i].rule);

	ck_assert_uint_eq(at.line, decided[_i].line);
	if (at.line == 0)
		ck_assert_ptr_null(at.file);
	else
		ck_assert_str_eq(at.file, "x.ini");
	if (decided[_i].why != DROP_acl && decided[_i].why != DROP_egress_acl)
		ck_assert_uint_eq(config_line_of(c, p, decided[_i].why).line,
				  at.line != 0 ? at.line : p->at.line);
	config_free(c);
}
END_TEST

START_TEST(the_empty_configuration_is_all_defaults)
{
	struct config *c = config_empty();

	ck_assert_ptr_null(c->path);
	ck_assert_uint_eq(c->nlans + c->nports, 0);
	ck_assert_str_eq(c->fabric.name, "ixfabric");
	ck_assert_uint_eq(c->fabric.mac_table, 16384);
	ck_assert_uint_eq(c->fabric.workers.n, 0);
	ck_assert_ptr_null(config_lan(c, "a"));
	config_free(c);
	config_free(NULL);
}
END_TEST

START_TEST(a_list_of_cores_is_expanded)
{
	struct config *c = must_read("[fabric]\nworkers = 2-4,9,2\n");
	static const unsigned int want[] = { 2, 3, 4, 9, 2 };

	ck_assert_uint_eq(c->fabric.workers.n, 5);
	ck_assert_mem_eq(c->fabric.workers.value, want, sizeof(want));
	config_free(c);
}
END_TEST

static const struct {
	const char *lan, *port; /* lines of each */
	uint32_t limit;
	bool sticky;
} limits[] = {
	{ "", "", 0, false },
	{ "profile = ixp-basic\n", "", 0, false },
	{ "profile = open\n", "", 8192, false },
	{ "profile = open\nmac_limit = 5\n", "", 5, false },
	{ "mac_limit = 5\n", "", 5, false },
	{ "mac_limit = 5\n", "mac_limit = 0\n", 0, false },
	{ "mac_limit = 5\n", "mac_limit = 9\n", 9, false },
	{ "mac_limit = 5\n", "mac_limit = auto\n", 0, false },
	{ "profile = open\nmac_limit = 5\n", "mac_limit = auto\n", 8192,
	  false },
	{ "mac_sticky = on\n", "", 0, true },
	{ "mac_sticky = on\n", "mac_sticky = off\n", 0, false },
	{ "", "mac_sticky = on\n", 0, true },
};

START_TEST(a_port_overrides_its_lan_and_a_lan_its_profile)
{
	struct config *c;
	char text[256];

	snprintf(text, sizeof(text),
		 "[lan a]\n%s[port p]\ndevice = net_ring0\nlan = a\n%s",
		 limits[_i].lan, limits[_i].port);
	c = must_read(text);
	ck_assert_uint_eq(config_mac_limit(c, c->port), limits[_i].limit);
	ck_assert(config_mac_sticky(c, c->port) == limits[_i].sticky);
	config_free(c);
}
END_TEST

static const struct {
	const char *lan;
	bool floods;
} unknowns[] = {
	{ "", false },
	{ "profile = ixp-basic\n", false },
	{ "profile = open\n", true },
	{ "profile = open\nunknown_unicast = drop\n", false },
	{ "unknown_unicast = flood\n", true },
	{ "unknown_unicast = auto\n", false },
};

START_TEST(unknown_unicast_floods_under_open_or_if_configured)
{
	struct config *c;
	char text[128];

	snprintf(text, sizeof(text), "[lan a]\n%s", unknowns[_i].lan);
	c = must_read(text);
	ck_assert(config_floods_unknown(c->lan) == unknowns[_i].floods);
	config_free(c);
}
END_TEST

static const struct {
	const char *lan;
	enum config_arp_mode mode;
} modes[] = {
	{ "", CONFIG_ARP_UNICAST },
	{ "profile = ixp-basic\n", CONFIG_ARP_UNICAST },
	{ "profile = open\n", CONFIG_ARP_FLOOD },
	{ "profile = open\narp_mode = unicast\n", CONFIG_ARP_UNICAST },
	{ "arp_mode = flood\n", CONFIG_ARP_FLOOD },
	{ "arp_mode = proxy\n", CONFIG_ARP_PROXY },
	{ "ipv4 = 10.0.0.0/16\n", CONFIG_ARP_UNICAST },
	{ "ipv4 = 10.0.0.0/16\nipv4 = 10.2.0.0/15\n", CONFIG_ARP_FLOOD },
	{ "ipv6 = 2001:db8::/32\n", CONFIG_ARP_UNICAST },
};

START_TEST(requests_go_to_the_owner_under_an_ixp_profile_or_if_configured)
{
	struct config *c;
	char text[128];

	snprintf(text, sizeof(text), "[lan a]\n%s", modes[_i].lan);
	c = must_read(text);
	ck_assert_int_eq(config_arp_mode(c->lan), modes[_i].mode);
	config_free(c);
}
END_TEST

static const struct {
	const char *lan;
	uint32_t depth, rate;
} queues[] = {
	{ "", 1000, 50 },
	{ "sponge_profile = normal\n", 1000, 50 },
	{ "sponge_profile = queue_small\n", 60, 30 },
	{ "sponge_queuedepth = 7\n", 7, 50 },
	{ "sponge_profile = queue_small\nsponge_rate = 100\n", 60, 100 },
	{ "sponge_queuedepth = auto\nsponge_rate = auto\n", 1000, 50 },
};

START_TEST(the_sponge_has_a_profile_for_small_lans)
{
	struct config *c;
	char text[128];

	snprintf(text, sizeof(text), "[lan a]\n%s", queues[_i].lan);
	c = must_read(text);
	ck_assert_uint_eq(config_sponge_queuedepth(c->lan), queues[_i].depth);
	ck_assert_uint_eq(config_sponge_rate(c->lan), queues[_i].rate);
	config_free(c);
}
END_TEST

static const struct {
	const char *text;
	uint32_t protection; /* thousandths */
	unsigned int updates;
} numbers[] = {
	{ "", 3000, CONFIG_UPDATE_ALL },
	{ "sponge_flood_protection = 0\nsponge_arp_update = none\n", 0, 0 },
	{ "sponge_flood_protection = 0.001\nsponge_arp_update = request\n", 1,
	  CONFIG_UPDATE_REQUEST },
	{ "sponge_flood_protection = 12.5\n"
	  "sponge_arp_update = gratuitous,reply\n",
	  12500, CONFIG_UPDATE_REPLY | CONFIG_UPDATE_GRATUITOUS },
	{ "sponge_flood_protection = 1000\nsponge_arp_update = all\n", 1000000,
	  CONFIG_UPDATE_ALL },
};

START_TEST(the_keys_of_a_sponge_are_read_in_their_units)
{
	struct config *c;
	char text[128];

	snprintf(text, sizeof(text), "[lan a]\n%s", numbers[_i].text);
	c = must_read(text);
	ck_assert_uint_eq(c->lan->sponge_flood_protection,
			  numbers[_i].protection);
	ck_assert_uint_eq(c->lan->sponge_arp_update, numbers[_i].updates);
	config_free(c);
}
END_TEST

/* The changes, a line each. */
static void
note(void *arg, const char *section, const char *key, const char *old_value,
     const char *new_value, bool restart)
{
	fprintf(arg, "%s|%s|%s|%s%s\n", section, key == NULL ? "-" : key,
		old_value == NULL ? "-" : old_value,
		new_value == NULL ? "-" : new_value, restart ? "|restart" : "");
}

static void
expect_diff(const char *old_text, const char *new_text, const char *want,
	    unsigned int nwant)
{
	struct config *a = must_read(old_text), *b = must_read(new_text);
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	ck_assert_uint_eq(config_diff(a, b, note, out), nwant);
	fclose(out);
	ck_assert_str_eq(got, want);
	ck_assert_uint_eq(config_diff(a, b, NULL, NULL), nwant);
	ck_assert_uint_eq(config_diff(a, a, NULL, NULL), 0);
	ck_assert_uint_eq(config_diff(b, b, NULL, NULL), 0);
	free(got);
	config_free(a);
	config_free(b);
}

START_TEST(a_difference_is_reported_key_by_key)
{
	expect_diff("[fabric]\nworkers = 2\n" SMALL,
		    "[fabric]\nburst = 8\n" SMALL "mac = 02:00:00:00:00:02\n"
		    "mac = 02:00:00:00:00:03\nindex = 4\ndescription = x\n",
		    "fabric|workers|2|auto|restart\n"
		    "fabric|burst|64|8\n"
		    "port q|description|-|x\n"
		    "port q|index|0|4\n"
		    "port q|mac|-|02:00:00:00:00:02, 02:00:00:00:00:03\n",
		    5);
}
END_TEST

START_TEST(a_section_that_is_added_or_removed_is_one_change)
{
	expect_diff("[lan a]\n[lan b]\nmtu = 9000\n"
		    "[port p]\ndevice = net_ring0\nlan = a\n",
		    "[lan c]\n[lan a]\n"
		    "[port q]\ndevice = net_ring0\nlan = a\n",
		    "lan b|-||-\n"
		    "lan c|-|-|\n"
		    "port p|-||-\n"
		    "port q|-|-|\n",
		    4);
}
END_TEST

START_TEST(order_and_includes_make_no_difference)
{
	expect_diff("[lan a]\n[lan b]\n", "[lan b]\n[fabric]\n[lan a]\n", "",
		    0);
}
END_TEST

/* A small generator of numbers, to be the same everywhere. */
static uint64_t seed;

static unsigned int
any(unsigned int n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (unsigned int)(seed >> 33) % n;
}

static const char *
pick(const char *const *from, unsigned int n)
{
	return from[any(n)];
}

#define PICK(...)                                                              \
	pick((const char *const[]){ __VA_ARGS__ },                             \
	     sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void
make_text(FILE *out, unsigned int max)
{
	static const char *const pieces[] = {
		"a",
		"Z",
		"9",
		" ",
		";",
		"#x",
		"=",
		":",
		"[",
		"]",
		"\xc3\xbc",
		"\"",
		"\\",
		"%s",
		"\t",
		"/",
		"\xe2\x82\xac",
	};
	unsigned int n = any(max / 4) + 1;

	fputc('t', out);
	for (unsigned int i = 0; i < n; i++) {
		const char *piece = pieces[any(17)];

		/* " ;" and " #" are comments or faults. */
		if (strcmp(piece, " ") == 0 || strcmp(piece, "\t") == 0)
			fprintf(out, "%sx", piece);
		else
			fputs(piece, out);
	}
	fputc('\n', out);
}

static void
make_fabric(FILE *out)
{
	if (any(4) == 0)
		return;
	fputs("[fabric]\n", out);
	if (any(2))
		fputs("name = ", out), make_text(out, 60);
	if (any(2))
		fprintf(out, "workers = %u-%u,%u\n", any(4), 4 + any(4),
			any(9));
	if (any(2))
		fprintf(out, "idle = %s\n", PICK("sleep", "poll"));
	if (any(2))
		fprintf(out, "mac_table = %uk\n", 1 + any(100));
	if (any(2))
		fprintf(out, "burst = %u\n", 1 + any(64));
	if (any(2))
		fprintf(out, "memory = %u\n", any(100));
}

static void
make_sponge(FILE *out, unsigned int i)
{
	if (any(2))
		fprintf(out, "sponge_mac = 0253.0000.%04x\n", i);
	if (any(2))
		fprintf(out, "arp_mode = %s\n", PICK("auto", "flood", "proxy"));
	if (any(2))
		fprintf(out, "sponge_queuedepth = %s\n", PICK("auto", "1k"));
	if (any(2))
		fprintf(out, "sponge_flood_protection = %u.%u\n", any(1000),
			any(1000));
	if (any(2))
		fprintf(out, "sponge_init = %s\n", PICK("alive", "none"));
	if (any(2))
		fprintf(out, "sponge_arp_update = %s\n",
			PICK("all", "none", "reply", "request,reply",
			     "gratuitous,request", "reply,gratuitous,request"));
}

static void
make_lan(FILE *out, unsigned int i)
{
	fprintf(out, "[lan l%u]\n", i);
	if (any(2))
		fprintf(out, "vlan = %u\n", i + 1);
	if (any(2))
		fprintf(out, "profile = %s\n",
			PICK("ixp-strict", "ixp-basic", "open"));
	if (any(2))
		fprintf(out, "ipv4 = 10.%u.0.0/16\n", i);
	if (any(3) == 0)
		fprintf(out, "ipv4 = 11.%u.0.0/16\n", i);
	if (any(2))
		fprintf(out, "ipv6 = 2001:db8:%x::/48\n", i);
	if (any(2))
		fprintf(out, "mtu = %u\n", 576 + any(8000));
	if (any(2))
		fprintf(out, "mac_age = %u%s\n", 1 + any(300),
			PICK("", "s", "m", "h", "d"));
	if (any(2))
		fprintf(out, "mac_limit = %s\n", PICK("auto", "0", "1", "9k"));
	if (any(2))
		fprintf(out, "mac_sticky = %s\n", PICK("yes", "no", "true"));
	if (any(2))
		fprintf(out, "unknown_unicast = %s\n",
			PICK("auto", "drop", "flood"));
	make_sponge(out, i);
}

/* Port 'i' of 'n': every fourth carries others, the two behind it are such. */
static void
make_place(FILE *out, unsigned int i, unsigned int nlans)
{
	fprintf(out, "[port p%u]\n", i);
	if (i % 4 == 1 || i % 4 == 2)
		fprintf(out, "parent = p%u\ntag = %u\n", i / 4 * 4, 1 + i);
	else
		fprintf(out, "device = %s%u\n",
			PICK("net_ring", "net_tap", "net_null"), i);
	if (i % 4 != 0)
		fprintf(out, "lan = l%u\n", any(nlans));
}

static void
make_rules(FILE *out, unsigned int i)
{
	for (unsigned int m = any(4); m > 0; m--)
		fprintf(out, "mac = 02-%02x-00-00-%02x-%02X\n", m, i / 256,
			i % 256);
	if (any(2))
		fprintf(out, "status = %s\n",
			PICK("connected", "quarantine", "disabled"));
	if (any(2))
		fprintf(out, "monitor = %s\n", PICK("on", "off"));
	if (any(2))
		fprintf(out, "isolate = %s\n", PICK("g1", "g2", "G.-_"));
	if (any(2))
		fprintf(out, "allow_prio_tag = %s\n", PICK("true", "false"));
	if (any(2))
		fprintf(out, "mac_limit = %s\n", PICK("auto", "0", "3"));
	if (any(2))
		fprintf(out, "mac_sticky = %s\n", PICK("on", "off"));
}

static void
make_port(FILE *out, unsigned int i, unsigned int nlans)
{
	make_place(out, i, nlans);
	if (any(2))
		fputs("description = ", out), make_text(out, 160);
	if (any(2))
		fprintf(out, "asn = %u\n", any(1u << 31));
	if (any(2))
		fprintf(out, "index = %u\n", 1 + i);
	if (i % 4 != 0)
		make_rules(out, i);
}

static char *
make_config(void)
{
	unsigned int nlans = 1 + any(4), nports = any(12);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	/* A carrier must carry another port. */
	if (nports % 4 == 1)
		nports++;
	make_fabric(out);
	for (unsigned int i = 0; i < nlans; i++)
		make_lan(out, i);
	for (unsigned int i = 0; i < nports; i++)
		make_port(out, i, nlans);
	if (ftell(out) == 0)
		fputs("\n", out);
	fclose(out);
	return text;
}

START_TEST(the_printed_form_reads_back_as_equal)
{
	for (unsigned int i = 0; i < CHECK_ROUNDS(10000) / 8; i++) {
		struct config *a, *b;
		char *text, *printed, *again;
		bool defaults = i % 2 == 1;

		seed = (uint64_t)_i << 32 | i;
		text = make_config();
		a = must_read(text);
		printed = print(a, defaults);
		b = must_read(printed);
		again = print(b, defaults);
		ck_assert_str_eq(again, printed);
		ck_assert_msg(config_diff(a, b, NULL, NULL) == 0, "%s", text);
		ck_assert_msg(config_diff(b, a, NULL, NULL) == 0, "%s", text);
		config_free(a);
		config_free(b);
		free(text);
		free(printed);
		free(again);
	}
}
END_TEST

START_TEST(every_printed_line_is_short_enough_to_be_read)
{
	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++)
		for (unsigned int i = 0; i < config_sections[s].nkeys; i++) {
			const struct config_key *key =
				&config_sections[s].key[i];
			size_t n = strlen(key->name) + strlen(" = ");

			if (key->type == &config_type_TEXT)
				ck_assert_uint_le(n + key->max,
						  INIFILE_LINE_MAX);
			/* 128 cores of three digits, none next to another. */
			else if (key->type != &config_type_CORES)
				ck_assert_uint_le(n + 64, INIFILE_LINE_MAX);
		}
}
END_TEST

/* An exchange of 'n' ports with two addresses each. */
static char *
make_large(unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fputs("[lan a]\nipv4 = 10.0.0.0/8\nipv6 = 2001:db8::/64\n", out);
	for (unsigned int i = 0; i < n; i++)
		fprintf(out,
			"[port p%u]\ndevice = net_ring%u\nlan = a\n"
			"description = Member %u\nindex = %u\n"
			"mac = 02:00:00:00:%02x:%02x\nipv4 = 10.0.%u.%u\n"
			"ipv6 = 2001:db8::1:%x\n",
			i, i, i, i + 1, i / 256, i % 256, 1 + i / 256, i % 256,
			i);
	fclose(out);
	return text;
}

static double
seconds_to_read(const char *text, struct config **c)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	*c = read_text(text);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* A second, or what a build with a sanitizer may take for it. */
static double
a_second(void)
{
	const char *times = getenv("CK_TIMEOUT_MULTIPLIER");

	return times != NULL ? atof(times) : 1.0;
}

START_TEST(a_thousand_ports_are_read_in_less_than_a_second)
{
	struct config *c;
	char *text = make_large(1000);

	ck_assert_double_lt(seconds_to_read(text, &c), a_second());
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nports, 1000);
	config_free(c);
	free(text);
}
END_TEST

START_TEST(the_largest_number_of_ports_is_read)
{
	struct config *c;
	char *text = make_large(CONFIG_PORTS_MAX);

	ck_assert_double_lt(seconds_to_read(text, &c), a_second());
	ck_assert_ptr_nonnull(c);
	config_free(c);
	free(text);
}
END_TEST

START_TEST(too_many_ports_are_one_error)
{
	struct config *c;
	char *text = make_large(10000);

	ck_assert_double_lt(seconds_to_read(text, &c), a_second());
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(faults_errors(faults), 1);
	ck_assert_str_eq(faults_text(faults, 0),
			 "x.ini:32764: error: [port p4095]: too many ports: "
			 "there can be 4095");
	free(text);
}
END_TEST

START_TEST(thousands_of_errors_are_as_fast)
{
	struct config *c;
	char *text = make_large(4000);

	for (char *lan = text; (lan = strstr(lan, "lan = a")) != NULL; lan++)
		lan[6] = 'b';
	ck_assert_double_lt(seconds_to_read(text, &c), a_second());
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(faults_errors(faults), 4000);
	free(text);
}
END_TEST

START_TEST(a_missing_file_is_an_error)
{
	ck_assert_ptr_null(config_read("/nonexistent/x.ini", faults));
	ck_assert_str_eq(faults_text(faults, 0),
			 "/nonexistent/x.ini: error: cannot be read: No such "
			 "file or directory");
}
END_TEST

START_TEST(a_folder_is_an_error)
{
	ck_assert_ptr_null(config_read("/", faults));
	ck_assert_str_eq(faults_text(faults, 0),
			 "/: error: is a directory, not a regular file");
}
END_TEST

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	fclose(out);
}

static void
remove_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

/* Capitals come first in the C locale, and nowhere else. */
START_TEST(included_files_are_read_in_the_order_of_the_c_locale)
{
	static const char *const names[] = { "main.ini", "a.part", "B.part",
					     "c.part", ".hidden.part" };
	char folder[] = "/tmp/ixf-config-XXXXXX", path[64];
	struct config *c;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file(folder, names[0], "[lan m]\n[fabric]\ninclude = *.part\n");
	write_file(folder, names[1], "[lan a]\n");
	write_file(folder, names[2], "[lan b]\n");
	write_file(folder, names[3], "[lan c]\n");
	write_file(folder, names[4], "[lan hidden]\n");
	snprintf(path, sizeof(path), "%s/main.ini", folder);
	c = config_read(path, faults);
	for (unsigned int i = 0; i < 5; i++)
		remove_file(folder, names[i]);
	rmdir(folder);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nlans, 4);
	ck_assert_str_eq(c->lan[0].id, "m");
	ck_assert_str_eq(c->lan[1].id, "b");
	ck_assert_str_eq(c->lan[2].id, "a");
	ck_assert_str_eq(c->lan[3].id, "c");
	ck_assert_ptr_nonnull(strstr(c->lan[1].at.file, "/B.part"));
	config_free(c);
}
END_TEST

static char folder[64];

static const char *
in_folder(const char *name)
{
	static char path[2][128];
	static unsigned int i;

	i = !i;
	snprintf(path[i], sizeof(path[i]), "%s/%s", folder, name);
	return path[i];
}

static void
folder_setup(void)
{
	faults = faults_create();
	strcpy(folder, "/tmp/ixf-config-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
folder_teardown(void)
{
	static const char *const names[] = { "main.ini", "a.part", "b.part" };

	for (unsigned int i = 0; i < 3; i++)
		remove_file(folder, names[i]);
	rmdir(folder);
	faults_free(faults);
}

/* Without a writer, to open one would wait for ever. */
START_TEST(a_pipe_is_not_opened)
{
	ck_assert_int_eq(mkfifo(in_folder("a.part"), 0600), 0);
	ck_assert_ptr_null(config_read(in_folder("a.part"), faults));
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0),
				     "/a.part: error: is a pipe, not a regular "
				     "file"));
	write_file(folder, "main.ini", "[fabric]\ninclude = *.part\n");
	ck_assert_ptr_null(config_read(in_folder("main.ini"), faults));
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 1),
				     "is a pipe, not a regular file"));
}
END_TEST

static const struct {
	const char *main, *a;
	unsigned int nlans;
	const char *fault; /* of the texts; NULL: they are read */
} texts_cases[] = {
	{ "[lan m]\n[fabric]\ninclude = *.part\n", "[lan a]\n", 2, NULL },
	{ "[lan m]\n[fabric]\ninclude = a.part\n", "[lan a]\n", 2, NULL },
	{ "[lan m]\n", "[lan a]\n", 1, NULL },
	{ "[lan m]\n[fabric]\ninclude = *.part\n", "[lan a]\nvlam = 1\n", 0,
	  "a.part:2: error: [lan a]: unknown key 'vlam'" },
};

/* What one side has read, the other makes the same of, and opens nothing. */
START_TEST(texts_make_the_configuration_of_their_files)
{
	struct config_texts texts = { 0 };
	char why[128];
	struct config *c;

	write_file(folder, "main.ini", texts_cases[_i].main);
	write_file(folder, "a.part", texts_cases[_i].a);
	ck_assert_int_eq(
		config_texts_load(&texts, NULL, in_folder("main.ini"), why), 0);
	config_free(config_read_texts(&texts, false, faults));
	ck_assert(!texts.lost);
	remove_file(folder, "main.ini");
	remove_file(folder, "a.part");
	faults_free(faults);
	faults = faults_create();
	c = config_read_texts(&texts, true, faults);
	if (texts_cases[_i].fault != NULL)
		ck_assert_ptr_nonnull(strstr(faults_first_error(faults),
					     texts_cases[_i].fault));
	else
		ck_assert_uint_eq(c->nlans, texts_cases[_i].nlans);
	ck_assert(c == NULL || texts_cases[_i].fault == NULL);
	config_free(c);
	config_texts_free(&texts);
}
END_TEST

START_TEST(a_text_that_is_missing_is_not_looked_for)
{
	struct config_texts texts = { 0 };
	const char *main = "[lan m]\n[fabric]\ninclude = a.part\n";

	write_file(folder, "a.part", "[lan a]\n");
	ck_assert_int_eq(config_texts_add(&texts, NULL, in_folder("main.ini"),
					  strdup(main), strlen(main)),
			 0);
	ck_assert_ptr_null(config_read_texts(&texts, true, faults));
	ck_assert_ptr_nonnull(
		strstr(faults_text(faults, 0), "a.part: its text is missing"));
	config_texts_free(&texts);
}
END_TEST

START_TEST(texts_have_a_limit)
{
	struct config_texts texts = { 0 };

	ck_assert_int_eq(config_texts_add(&texts, NULL, "x", strdup(""),
					  CONFIG_TEXTS_SIZE_MAX),
			 0);
	ck_assert_int_eq(config_texts_add(&texts, "y", "y", strdup("z"), 1),
			 -EFBIG);
	texts.size = 0;
	while (texts.n < CONFIG_TEXTS_MAX)
		ck_assert_int_eq(
			config_texts_add(&texts, "y", "y", strdup(""), 0), 0);
	ck_assert_int_eq(config_texts_add(&texts, "y", "y", strdup(""), 0),
			 -EFBIG);
	config_texts_free(&texts);
}
END_TEST

/* How the files change after they were read, and whether that counts. */
static void
change_nothing(void)
{
}

static void
change_main(void)
{
	write_file(folder, "main.ini", "[lan n]\n");
}

static void
remove_included(void)
{
	remove_file(folder, "a.part");
}

static void
add_included(void)
{
	write_file(folder, "b.part", "[lan b]\n");
}

static void
rename_included(void)
{
	ck_assert_int_eq(rename(in_folder("a.part"), in_folder("b.part")), 0);
}

static void (*const changes[])(void) = { change_nothing, change_main,
					 remove_included, add_included,
					 rename_included };

START_TEST(a_changed_file_is_noticed)
{
	struct config_texts texts = { 0 };
	char why[128];

	write_file(folder, "main.ini", "[fabric]\ninclude = *.part\n");
	write_file(folder, "a.part", "[lan a]\n");
	ck_assert_int_eq(
		config_texts_load(&texts, NULL, in_folder("main.ini"), why), 0);
	config_free(config_read_texts(&texts, false, faults));
	changes[_i]();
	ck_assert(config_texts_changed(&texts) == (_i > 0));
	config_texts_free(&texts);
}
END_TEST

static void
add_texts(TCase *tc)
{
	tcase_add_checked_fixture(tc, folder_setup, folder_teardown);
	tcase_add_test(tc, a_pipe_is_not_opened);
	tcase_add_loop_test(tc, texts_make_the_configuration_of_their_files, 0,
			    sizeof(texts_cases) / sizeof(texts_cases[0]));
	tcase_add_test(tc, a_text_that_is_missing_is_not_looked_for);
	tcase_add_test(tc, texts_have_a_limit);
	tcase_add_loop_test(tc, a_changed_file_is_noticed, 0,
			    sizeof(changes) / sizeof(changes[0]));
}

START_TEST(an_exchange_needs_a_port)
{
	struct config *c = config_empty();

	ck_assert(!config_check_service(c, faults));
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), "has no port"));
	config_free(c);
}
END_TEST

/* Two NICs and an interface of the kernel, whose queues hold 11136 frames. */
#define HOLD_11136                                                             \
	"descriptors = 512\n[lan l]\nprofile = open\n"                         \
	"[port a]\ndevice = 0000:01:00.0\nlan = l\n"                           \
	"[port b]\ndevice = 0000:01:00.1\nlan = l\n"                           \
	"[port c]\ndevice = net_af_packet0,iface=eth1\nlan = l\n"

static const struct {
	const char *keys;
	unsigned int nworkers; /* that are found at the start */
	const char *text;      /* NULL: no fault */
} buffers[] = {
	{ "workers = 1,2\nbuffers = 0\n", 2, NULL },
	{ "workers = 1,2\nbuffers = 12288\n", 2, NULL },
	{ "workers = 1,2\nbuffers = 12287\n", 2,
	  "x.ini:3: warning: [fabric]: buffers = 12287: the queues of the "
	  "devices can hold 12288, so members whose queues stand still (PAUSE "
	  "frames) can keep others from being received: set it to 12288, leave "
	  "it out, or set 'descriptors' lower" },
	{ "workers = 1,2\nbuffers = 2048\n", 2,
	  "x.ini:3: error: [fabric]: buffers = 2048: the receive queues of the "
	  "devices alone take 2048, and all queues 12288: leave it out, or set "
	  "'descriptors' lower" },
	{ "buffers = 6911\n", 0,
	  "x.ini:2: warning: [fabric]: buffers = 6911: the queues of the "
	  "devices can hold 6912 with one worker, so members whose queues "
	  "stand still (PAUSE frames) can keep others from being received: set "
	  "it to 6912, leave it out, or set 'descriptors' lower" },
	{ "buffers = 6912\n", 0, NULL },
	{ "buffers = 6912\n", 2,
	  "x.ini:2: warning: [fabric]: buffers = 6912: the queues of the "
	  "devices can hold 12288 with 2 workers, so members whose queues "
	  "stand still (PAUSE frames) can keep others from being received: set "
	  "it to 12288, leave it out, or set 'descriptors' lower" },
	/* That was reported of one. */
	{ "buffers = 6911\n", 2, NULL },
};

START_TEST(buffers_that_full_queues_can_hold_all_are_reported)
{
	struct config *c;
	char text[512];

	snprintf(text, sizeof(text), "[fabric]\n%s%s", buffers[_i].keys,
		 HOLD_11136);
	c = must_read(text);
	config_check_buffers(c, buffers[_i].nworkers, faults);
	if (buffers[_i].text == NULL)
		ck_assert_uint_eq(
			faults_errors(faults) + faults_warnings(faults), 0);
	else
		ck_assert_str_eq(faults_text(faults, 0), buffers[_i].text);
	config_free(c);
}
END_TEST

START_TEST(an_exchange_is_checked_for_its_buffers)
{
	struct config *c = must_read("[fabric]\nbuffers = 2\n" HOLD_11136);

	ck_assert(!config_check_service(c, faults));
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), "buffers = 2:"));
	config_free(c);
}
END_TEST

static void
add_struct(TCase *tc)
{
	tcase_add_test(tc, sections_are_found_by_their_names);
	tcase_add_test(tc, every_value_has_its_line);
	tcase_add_loop_test(tc, the_line_that_decided_about_a_frame_is_known, 0,
			    (int)(sizeof(decided) / sizeof(decided[0])));
	tcase_add_test(tc, the_empty_configuration_is_all_defaults);
	tcase_add_test(tc, an_exchange_needs_a_port);
	tcase_add_loop_test(tc,
			    buffers_that_full_queues_can_hold_all_are_reported,
			    0, sizeof(buffers) / sizeof(buffers[0]));
	tcase_add_test(tc, an_exchange_is_checked_for_its_buffers);
	tcase_add_test(tc, a_list_of_cores_is_expanded);
	tcase_add_loop_test(tc, a_port_overrides_its_lan_and_a_lan_its_profile,
			    0, sizeof(limits) / sizeof(limits[0]));
	tcase_add_loop_test(tc,
			    unknown_unicast_floods_under_open_or_if_configured,
			    0, sizeof(unknowns) / sizeof(unknowns[0]));
	tcase_add_loop_test(
		tc,
		requests_go_to_the_owner_under_an_ixp_profile_or_if_configured,
		0, sizeof(modes) / sizeof(modes[0]));
	tcase_add_loop_test(tc, the_sponge_has_a_profile_for_small_lans, 0,
			    sizeof(queues) / sizeof(queues[0]));
	tcase_add_loop_test(tc, the_keys_of_a_sponge_are_read_in_their_units, 0,
			    sizeof(numbers) / sizeof(numbers[0]));
	tcase_add_test(tc, a_difference_is_reported_key_by_key);
	tcase_add_test(tc, a_section_that_is_added_or_removed_is_one_change);
	tcase_add_test(tc, order_and_includes_make_no_difference);
	tcase_add_loop_test(tc, the_printed_form_reads_back_as_equal, 0, 8);
	tcase_add_test(tc, every_printed_line_is_short_enough_to_be_read);
}

static void
add_files(TCase *tc)
{
	tcase_add_test(tc, a_thousand_ports_are_read_in_less_than_a_second);
	tcase_add_test(tc, the_largest_number_of_ports_is_read);
	tcase_add_test(tc, too_many_ports_are_one_error);
	tcase_add_test(tc, thousands_of_errors_are_as_fast);
	tcase_add_test(tc, a_missing_file_is_an_error);
	tcase_add_test(tc, a_folder_is_an_error);
	tcase_add_test(tc,
		       included_files_are_read_in_the_order_of_the_c_locale);
}

#define NAMED_LAN(name, keys) "[lan " name "]\n" keys
#define MEMBER(name, lan, keys)                                                \
	"[port " name "]\ndevice = net_ring_" name "\nlan = " lan "\n" keys

static const char base_lans[] = NAMED_LAN("a", "") NAMED_LAN("b", "")
	MEMBER("p", "a", "asn = 1\n") MEMBER("q", "b", "");

/* The LANs of the new text, in its order: '+' for each that is changed. */
static const struct {
	const char *text, *changed;
} changed_lans[] = {
	{ NAMED_LAN("a", "") NAMED_LAN("b", "") MEMBER("p", "a", "asn = 1\n")
		  MEMBER("q", "b", ""),
	  "--" },
	/* The order of sections does not matter. */
	{ NAMED_LAN("b", "") NAMED_LAN("a", "") MEMBER("q", "b", "")
		  MEMBER("p", "a", "asn = 1\n"),
	  "--" },
	{ NAMED_LAN("b", "") NAMED_LAN("a", "") MEMBER("q", "b", ""), "-+" },
	{ NAMED_LAN("a", "mtu = 2000\n") NAMED_LAN("b", "")
		  MEMBER("p", "a", "asn = 1\n") MEMBER("q", "b", ""),
	  "+-" },
	{ NAMED_LAN("a", "") NAMED_LAN("b", "") MEMBER("p", "a", "asn = 2\n")
		  MEMBER("q", "b", ""),
	  "+-" },
	{ NAMED_LAN("a", "") NAMED_LAN("b", "") MEMBER("p", "b", "asn = 1\n")
		  MEMBER("q", "b", ""),
	  "++" },
	{ NAMED_LAN("a", "") NAMED_LAN("b", "") MEMBER("p", "a", "asn = 1\n")
		  MEMBER("q", "b", "") MEMBER("r", "b", ""),
	  "-+" },
	{ NAMED_LAN("a", "") NAMED_LAN("b", "") NAMED_LAN("c", "")
		  MEMBER("p", "a", "asn = 1\n") MEMBER("q", "b", ""),
	  "--+" },
	{ NAMED_LAN("a", "ipv6 = 2001:db8::/64\n") NAMED_LAN("b", "")
		  MEMBER("p", "a", "asn = 1\nmac = 02:00:00:00:00:01\n")
			  MEMBER("q", "b", "mac = 02:00:00:00:00:02\n"),
	  "++" },
};

START_TEST(a_lan_is_changed_by_its_keys_and_by_its_ports)
{
	struct config *old_config = read_text(base_lans);
	struct config *new_config = read_text(changed_lans[_i].text);
	bool changed[CONFIG_LANS_MAX];

	config_changed_lans(old_config, new_config, changed);
	for (unsigned int i = 0; i < new_config->nlans; i++)
		ck_assert_int_eq(changed[i],
				 changed_lans[_i].changed[i] == '+');
	config_free(old_config);
	config_free(new_config);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("config");
	TCase *tc = tcase_create("config"), *texts = tcase_create("texts");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	add_struct(tc);
	add_files(tc);
	tcase_add_loop_test(tc, a_lan_is_changed_by_its_keys_and_by_its_ports,
			    0, sizeof(changed_lans) / sizeof(changed_lans[0]));
	suite_add_tcase(s, tc);
	add_texts(texts);
	suite_add_tcase(s, texts);
	return check_run(s);
}
