/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sections and keys of ixfabric.ini, from section_list.h and key_list.h:
 *
 *   keydoc reference   configs/reference.ini: every key at its default
 *   keydoc sections    all sections and their keys, for ixfabric.ini(5)
 *   keydoc index       where each key belongs, in alphabetical order
 *   keydoc profiles    what each profile does, as the policy code works it out
 *   keydoc dict        the words of the file, for tests/fuzz/fuzz_ini
 */
#include <ctype.h>
#include <inttypes.h>

#include "fabric/config/config_impl.h"
#include "lib/acl_term.h"
#include "lib/faults.h"

#define COLUMNS 78

/* Example values of keys without a default; live: the example needs it. */
static const struct {
	const char *key;
	const char *value;
	bool live;
} samples[] = {
	{ "include", "conf.d/*.ini", false },
	{ "readers", "monitoring", false },
	{ "hook", "/etc/ixfabric/hook", false },
	{ "url", "https://www.example.net/", false },
	{ "contact_email", "noc@example.net", false },
	{ "peering_policy", "open", false },
	{ "peering_policy_url", "https://www.example.net/peering", false },
	{ "as_set", "AS-EXAMPLE", false },
	{ "shortname", "EX-IX", false },
	{ "stats_api", "https://ixp.example.org/stats.json", false },
	{ "country", "DE", false },
	{ "support_email", "support@ixp.example.org", false },
	{ "support_phone", "+49 30 5550100", false },
	{ "support_contact_hours", "8x5", false },
	{ "emergency_email", "noc@ixp.example.org", false },
	{ "emergency_phone", "+49 30 5550199", false },
	{ "switch_name", "fabric1", false },
	{ "colo", "Example Data Centre 1", false },
	{ "city", "Berlin", false },
	{ "metrics", "127.0.0.1:9477", false },
	{ "public", "127.0.0.1:9478", false },
	{ "lacp_system", "02:53:00:00:00:02", false },
	{ "sponge_mac", "02:53:00:00:00:01", false },
	{ "sponge_ipv4", "192.0.2.250", false },
	{ "device", "0000:3b:00.0", true },
	{ "parent", "reseller1", false },
	{ "lan", "peering", true },
	{ "description", "Example Net", false },
	{ "mac", "02:00:00:00:00:01", true },
	{ "isolate", "resellers", false },
	{ "mac_limit", "1", false },
	{ "mac_sticky", "on", false },
	{ "check", "stp_bpdu shutdown", false },
	{ "violation", "shutdown", false },
	{ "shutdown_time", "300s", false },
	{ "arp_pps", "50", false },
	{ "arp_burst", "200", false },
	{ "nd_pps", "50", false },
	{ "nd_burst", "200", false },
	{ "mld", "permit", false },
	{ "storm_bcast", "150pps", false },
	{ "storm_mcast", "1M", false },
	{ "storm_uucast", "0.1%", false },
	{ "port", "as64500", false },
	{ "drops", "mac_lock", false },
	{ "filter", "arp or icmp6", false },
	{ "to", "noc", false },
	{ "file", "peering.pcapng", true },
	{ "acl", "no-legacy", false },
	{ "acl_out", "no-legacy", false },
	{ "rule", "deny ip proto 89", true },
	{ "sflow_rate", "1024", false },
	{ "collector", "192.0.2.9:6343", false },
	{ "agent", "192.0.2.1", false },
};

static const char *
sample_of(const struct config_key *key, bool *live)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strcmp(samples[i].key, key->name) == 0) {
			*live = samples[i].live;
			return samples[i].value;
		}
	*live = true; /* without these ixp-strict is warned of */
	if (key->type == &config_type_PREFIX4)
		return "192.0.2.0/24";
	if (key->type == &config_type_PREFIX6)
		return "2001:db8:ffff::/64";
	if (key->type == &config_type_ADDRESS4)
		return "192.0.2.10";
	if (key->type == &config_type_ADDRESS6)
		return "2001:db8:ffff::10";
	*live = false;
	return "";
}

/* " Range: 64 to 1024." */
static void
write_limits(const struct config_key *key, char *text, size_t size)
{
	const char *what = "Range", *unit = "";

	if (key->type == &config_type_TEXT) {
		what = "Length";
		unit = " octets";
	} else if (key->type == &config_type_DURATION ||
		   key->type == &config_type_SPAN) {
		unit = " seconds";
	}
	if (key->max == 0)
		*text = '\0';
	else
		snprintf(text, size, " %s: %" PRIu64 " to %" PRIu64 "%s.", what,
			 key->min, key->max, unit);
}

/* 'text' in lines that begin with 'lead'. */
static void
print_wrapped(const char *lead, const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (column != 0 && column + 1 + n > COLUMNS) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%.*s", column == 0 ? lead : " ",
					 (int)n, text);
		text += n + strspn(text + n, " ");
	}
	putchar('\n');
}

static void
print_reference_key(const struct config_key *key)
{
	char text[1024], limits[64];
	const char *value = key->fallback;
	bool live = true;

	write_limits(key, limits, sizeof(limits));
	snprintf(text, sizeof(text), "%s%s%s", key->sentence, limits,
		 key->restart ? " A change waits for a restart." : "");
	print_wrapped("; ", text);
	if (*value == '\0')
		value = sample_of(key, &live);
	printf("%s%s = %s\n", live ? "" : "; ", key->name, value);
}

static void
print_reference(void)
{
	char title[CONFIG_TITLE_SIZE];

	puts("; Every key of ixfabric.ini at its default. A key after a ';' "
	     "has no default;\n"
	     "; the value is an example. See ixfabric.ini(5).");
	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++) {
		const struct config_section *section = &config_sections[s];

		printf("\n[%s]\n",
		       config_title(section, section->example, title));
		for (unsigned int i = 0; i < section->nkeys; i++) {
			if (i != 0)
				putchar('\n');
			print_reference_key(&section->key[i]);
		}
	}
}

/* "_on_ | _off_": the first word of each value. */
static void
print_words(const struct config_word *words)
{
	for (unsigned int i = 0; words[i].text != NULL; i++) {
		unsigned int first = 0;

		while (words[first].value != words[i].value)
			first++;
		if (first == i)
			printf("%s_%s_", i == 0 ? "" : " | ", words[i].text);
	}
}

static void
print_manual_key(const struct config_key *key)
{
	char limits[64];

	write_limits(key, limits, sizeof(limits));
	printf("*%s* = ", key->name);
	if (key->type->words != NULL)
		print_words(key->type->words);
	else
		printf("_%s_", key->type->what);
	printf("\n\t%s%s%s", key->sentence, limits,
	       key->restart ? " A change waits for a restart." : "");
	if (*key->fallback != '\0')
		printf(" Default: *%s*.", key->fallback);
	puts("\n");
}

static void
print_manual(void)
{
	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++) {
		const struct config_section *section = &config_sections[s];

		printf("# [%s%s]\n\n%s\n\n", section->type,
		       section->most == 0 ? "" : " NAME", section->sentence);
		for (unsigned int i = 0; i < section->nkeys; i++)
			print_manual_key(&section->key[i]);
	}
}

struct place {
	const struct config_section *section;
	const struct config_key *key;
};

static int
by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->key->name, y->key->name);

	/* Sections of one array: in the order of the manual. */
	return order != 0
		       ? order
		       : (x->section > y->section) - (x->section < y->section);
}

/* All keys of all sections; the caller frees them. */
static struct place *
all_keys(unsigned int *n)
{
	struct place *all;

	*n = 0;
	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++)
		*n += config_sections[s].nkeys;
	all = calloc(*n, sizeof(*all));
	if (all == NULL) {
		perror("keydoc");
		exit(EXIT_FAILURE);
	}
	*n = 0;
	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++)
		for (unsigned int i = 0; i < config_sections[s].nkeys; i++)
			all[(*n)++] =
				(struct place){ &config_sections[s],
						&config_sections[s].key[i] };
	qsort(all, *n, sizeof(*all), by_name);
	return all;
}

/* A table in scdoc: each key, its sections, and its default in the first of them. */
static void
print_index(void)
{
	unsigned int n;
	struct place *all = all_keys(&n);

	puts("|< *Key*\n:[ *Section*\n:[ *Default*");
	for (unsigned int i = 0; i < n; i++) {
		const struct config_key *key = all[i].key;

		printf("|  %s\n:  [%s]", key->name, all[i].section->type);
		for (;
		     i + 1 < n && strcmp(all[i + 1].key->name, key->name) == 0;
		     i++)
			printf(", [%s]", all[i + 1].section->type);
		printf("\n:  %s\n",
		       *key->fallback != '\0' ? key->fallback : "-");
	}
	putchar('\n');
	free(all);
}

#define PROFILES 3

/* An exchange of one port, which has an address, with this profile. */
static struct config *
config_of_profile(const char *profile)
{
	char text[256];
	struct faults *faults = faults_create();
	struct config *c;
	FILE *f;

	snprintf(text, sizeof(text),
		 "[lan peering]\nprofile = %s\nipv4 = 192.0.2.0/24\n"
		 "[port as64500]\ndevice = 0000:3b:00.0\nlan = peering\n"
		 "mac = 02:00:00:00:00:01\nipv4 = 192.0.2.10\n",
		 profile);
	f = fmemopen(text, strlen(text), "r");
	c = f != NULL && faults != NULL ? config_read_stream("-", f, faults)
					: NULL;
	if (c == NULL) {
		fputs("keydoc: the example cannot be read\n", stderr);
		exit(EXIT_FAILURE);
	}
	fclose(f);
	faults_free(faults);
	return c;
}

/* Whether a profile changes what becomes of the frames of this reason. */
static bool
is_of_profiles(struct config *const c[PROFILES], enum drop why)
{
	for (unsigned int i = 0; i < PROFILES; i++)
		if (config_check_mode(c[i], &c[i]->port[0], why) !=
			    CONFIG_MODE_DROP ||
		    config_check_is_narrow(c[i], &c[i]->port[0], why))
			return true;
	return false;
}

static void
print_cells(const char *what, const char *const cell[PROFILES])
{
	printf("|  %s\n", what);
	for (unsigned int i = 0; i < PROFILES; i++)
		printf(":  %s\n", cell[i]);
}

static void
print_reason_cells(struct config *const c[PROFILES], enum drop why)
{
	const char *cell[PROFILES];

	for (unsigned int i = 0; i < PROFILES; i++) {
		const struct config_port *p = &c[i]->port[0];
		enum config_mode mode = config_check_mode(c[i], p, why);

		cell[i] = config_mode_name(mode);
		if (mode == CONFIG_MODE_DROP &&
		    config_check_is_narrow(c[i], p, why))
			cell[i] = "drop (others)";
	}
	print_cells(drop_name(why), cell);
}

/* The keys whose value 'auto' depends on the profile. */
static void
print_auto_cells(struct config *const c[PROFILES])
{
	static const char *const modes[] = {
		[CONFIG_ARP_FLOOD] = "flood",
		[CONFIG_ARP_UNICAST] = "unicast",
		[CONFIG_ARP_PROXY] = "proxy",
	};
	const char *arp[PROFILES], *unknown[PROFILES], *macs[PROFILES];
	char limit[PROFILES][16];

	for (unsigned int i = 0; i < PROFILES; i++) {
		const struct config_lan *lan = &c[i]->lan[0];

		arp[i] = modes[config_arp_mode(lan)];
		unknown[i] = config_floods_unknown(lan) ? "flood" : "drop";
		snprintf(limit[i], sizeof(limit[i]), "%u",
			 config_mac_limit(c[i], &c[i]->port[0]));
		macs[i] = limit[i];
	}
	print_cells("*arp_mode* = auto", arp);
	print_cells("*unknown_unicast* = auto", unknown);
	print_cells("*mac_limit* = auto", macs);
}

static void
print_profiles(void)
{
	static const char *const names[PROFILES] = { "open", "ixp-basic",
						     "ixp-strict" };
	struct config *c[PROFILES];

	for (unsigned int i = 0; i < PROFILES; i++)
		c[i] = config_of_profile(names[i]);
	puts("|< *Drop reason, or key*");
	for (unsigned int i = 0; i < PROFILES; i++)
		printf(":[ *%s*\n", names[i]);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (is_of_profiles(c, why))
			print_reason_cells(c, why);
	print_auto_cells(c);
	putchar('\n');
	for (unsigned int i = 0; i < PROFILES; i++)
		config_free(c[i]);
}

/* An entry of a dictionary of libFuzzer: octets that fit together. */
static void
print_token(const char *word, const char *equals, const char *value,
	    const char *end)
{
	const char *parts[] = { word, equals, value, end };

	putchar('"');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (const char *p = parts[i]; *p != '\0'; p++)
			if (isprint((unsigned char)*p) && *p != '"' &&
			    *p != '\\')
				putchar(*p);
			else
				printf("\\x%02x", (unsigned char)*p);
	puts("\"");
}

/* The key with every value that the lists have. */
static void
print_key_tokens(const struct config_key *key)
{
	const struct config_word *word = key->type->words;
	bool live;
	const char *sample = sample_of(key, &live);

	print_token(key->name, " = ", "", "");
	if (word == NULL && *key->fallback != '\0')
		print_token(key->name, " = ", key->fallback, "\n");
	if (*sample != '\0')
		print_token(key->name, " = ", sample, "\n");
	for (; word != NULL && word->text != NULL; word++)
		print_token(key->name, " = ", word->text, "\n");
}

static void
print_section_tokens(const struct config_section *s)
{
	char title[CONFIG_TITLE_SIZE];

	print_token("[", config_title(s, s->example, title), "]", "\n");
	for (unsigned int i = 0; i < s->nkeys; i++)
		print_key_tokens(&s->key[i]);
}

static void
print_dict(void)
{
	static const char *const syntax[] = {
		" ; ",
		" # ",
		"\r\n",
		"\xef\xbb\xbf",
	};

	for (unsigned int s = 0; s < CONFIG_SECTIONS; s++)
		print_section_tokens(&config_sections[s]);
	for (enum drop d = DROP_NONE + 1; d < DROP_N; d++)
		print_token("check = ", drop_name(d), " ", "");
	for (enum config_mode m = 0; m <= CONFIG_MODE_SHUTDOWN; m++)
		print_token(" ", config_mode_name(m), "\n", "");
	for (unsigned int i = 0; i < ACL_TERM_KINDS; i++)
		print_token(" ", acl_term_kinds[i].word, " ", "");
	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++)
		print_token(syntax[i], "", "", "");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *word;
		void (*print)(void);
	} commands[] = {
		{ "reference", print_reference },
		{ "sections", print_manual },
		{ "index", print_index },
		{ "profiles", print_profiles },
		{ "dict", print_dict },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc == 2 && strcmp(argv[1], commands[i].word) == 0) {
			commands[i].print();
			return EXIT_SUCCESS;
		}
	fputs("usage: keydoc reference | sections | index | profiles | dict\n",
	      stderr);
	return 2;
}
