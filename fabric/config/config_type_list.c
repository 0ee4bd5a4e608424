/* SPDX-License-Identifier: BSD-3-Clause */
/* Types that are addresses or lists: how each is read, printed and freed. */
#include "fabric/config/config_impl.h"

#include "lib/mac.h"
#include "lib/prefix.h"

CONFIG_LIST(macs, uint64_t)
CONFIG_LIST_CLEAR(macs)
CONFIG_LIST(addresses, struct ipaddr)
CONFIG_LIST_CLEAR(addresses)
CONFIG_LIST(prefixes, struct prefix)
CONFIG_LIST_CLEAR(prefixes)
CONFIG_LIST(files, char *)

/*
 * "A, B" where each value has a line of its own: says so, and returns true.  An
 * address has neither commas nor blanks.
 */
static bool
is_several(const struct config_key *key, const char *text, const char *noun,
	   char *why)
{
	if (text[strcspn(text, ",; \t")] == '\0')
		return false;
	if (key->list)
		CONFIG_WHY("one %s a line: repeat the key, %s = ... for each",
			   noun, key->name);
	else
		CONFIG_WHY("must be one %s", noun);
	return true;
}

/* The address of a host: not zero, not multicast. */
static int
parse_host_mac(const struct config_key *key, const char *text, uint64_t *mac,
	       char *why)
{
	if (mac_parse(text, mac) != 0) {
		if (is_several(key, text, "address", why))
			return -EINVAL;
		return CONFIG_WRONG(
			"not a MAC address: write it as 02:00:00:00:00:01");
	}
	if (*mac == 0 || mac_is_group(*mac))
		return CONFIG_WRONG("%s: must be a unicast address",
				    *mac == 0 ? "is zero"
				    : *mac == MAC_BROADCAST
					    ? "is the broadcast address"
					    : "is a multicast address");
	return 0;
}

static void
print_address(uint64_t mac, FILE *out)
{
	char text[MAC_TEXT_SIZE];

	fputs(mac_format(mac, text), out);
}

static int
parse_mac(const struct config_key *key, const char *text, struct where at,
	  void *member, char *why)
{
	(void)at;
	return parse_host_mac(key, text, member, why);
}

static unsigned int
count_mac(const void *member)
{
	return *(const uint64_t *)member != 0;
}

static void
print_mac(const void *member, unsigned int i, FILE *out)
{
	(void)i;
	print_address(*(const uint64_t *)member, out);
}

static void
clear_mac(void *member)
{
	*(uint64_t *)member = 0;
}

const struct config_type config_type_MAC = {
	"a MAC address", NULL, parse_mac, count_mac, print_mac, clear_mac,
};

static int
parse_macs(const struct config_key *key, const char *text, struct where at,
	   void *member, char *why)
{
	uint64_t mac;

	if (parse_host_mac(key, text, &mac, why) != 0)
		return -EINVAL;
	return append_macs(member, mac, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_macs(const void *member, unsigned int i, FILE *out)
{
	print_address(((const struct config_macs *)member)->value[i], out);
}

const struct config_type config_type_MACS = {
	"a MAC address", NULL, parse_macs, count_macs, print_macs, clear_macs,
};

static bool
is_zero(const struct ipaddr *a, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (a->octet[i] != 0)
			return false;
	return true;
}

/* Unspecified, loopback, multicast and reserved addresses. */
static bool
is_no_host4(const struct ipaddr *a)
{
	return a->octet[0] == 0 || a->octet[0] == 127 || a->octet[0] >= 224;
}

static bool
is_no_host6(const struct ipaddr *a)
{
	return (is_zero(a, 15) && a->octet[15] <= 1) || a->octet[0] == 0xff;
}

static uint8_t
family_of(const struct config_key *key)
{
	return key->type == &config_type_ADDRESS4 ||
			       key->type == &config_type_PREFIX4
		       ? 4
		       : 6;
}

/* "192.0.2.10/24" or "192.0.2.10 255.255.255.0": without what follows. */
static bool
has_length(const char *text, uint8_t family, struct ipaddr *a)
{
	size_t n = strcspn(text, "/ \t");
	struct prefix unused;
	char addr[PREFIX_TEXT_SIZE];

	if (n >= sizeof(addr) || prefix_guess(text, family, &unused) != 0)
		return false;
	snprintf(addr, sizeof(addr), "%.*s", (int)n, text);
	return ipaddr_parse(addr, family, a) == 0;
}

/* An address or a prefix of the other family has a key of its own. */
static bool
is_other_family(const char *text, uint8_t family, char *why)
{
	uint8_t other = family == 4 ? 6 : 4;
	struct prefix unused;
	struct ipaddr a;

	if (ipaddr_parse(text, other, &a) != 0 &&
	    prefix_guess(text, other, &unused) != 0)
		return false;
	CONFIG_WHY("not IPv%u, but IPv%u", family, other);
	return true;
}

static int
wrong_address(const struct config_key *key, const char *text, char *why)
{
	uint8_t family = family_of(key);
	char plain[PREFIX_TEXT_SIZE];
	struct ipaddr a;

	if (has_length(text, family, &a))
		return CONFIG_WRONG("without a prefix length: did you mean %s?",
				    ipaddr_format(&a, plain));
	if (is_several(key, text, "address", why) ||
	    is_other_family(text, family, why))
		return -EINVAL;
	return CONFIG_WRONG("not an IPv%u address: write it as %s, without a "
			    "prefix length",
			    family,
			    family == 4 ? "192.0.2.10" : "2001:db8::10");
}

static int
parse_address(const struct config_key *key, const char *text, struct where at,
	      void *member, char *why)
{
	uint8_t family = family_of(key);
	struct ipaddr a;

	if (ipaddr_parse(text, family, &a) != 0)
		return wrong_address(key, text, why);
	if (family == 4 ? is_no_host4(&a) : is_no_host6(&a))
		return CONFIG_WRONG("a host cannot have this address");
	return append_addresses(member, a, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_addresses(const void *member, unsigned int i, FILE *out)
{
	const struct config_addresses *list = member;
	char text[PREFIX_TEXT_SIZE];

	fputs(ipaddr_format(&list->value[i], text), out);
}

const struct config_type config_type_ADDRESS4 = {
	"an IPv4 address", NULL,
	parse_address,     count_addresses,
	print_addresses,   clear_addresses,
};
const struct config_type config_type_ADDRESS6 = {
	"an IPv6 address", NULL,
	parse_address,     count_addresses,
	print_addresses,   clear_addresses,
};

static int
wrong_prefix(const struct config_key *key, const char *text, char *why)
{
	uint8_t family = family_of(key);
	char meant[PREFIX_TEXT_SIZE];
	struct prefix p;

	if (prefix_guess(text, family, &p) == 0)
		return CONFIG_WRONG("not an IPv%u prefix: did you mean %s?",
				    family, prefix_format(&p, meant));
	if (is_several(key, text, "prefix", why) ||
	    is_other_family(text, family, why))
		return -EINVAL;
	return CONFIG_WRONG("not an IPv%u prefix: write it as %s, with its "
			    "length, and all bits after that zero",
			    family,
			    family == 4 ? "192.0.2.0/24" : "2001:db8::/64");
}

static int
parse_prefix(const struct config_key *key, const char *text, struct where at,
	     void *member, char *why)
{
	struct prefix p;

	if (prefix_parse(text, family_of(key), &p) != 0)
		return wrong_prefix(key, text, why);
	return append_prefixes(member, p, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_prefixes(const void *member, unsigned int i, FILE *out)
{
	const struct config_prefixes *list = member;
	char text[PREFIX_TEXT_SIZE];

	fputs(prefix_format(&list->value[i], text), out);
}

const struct config_type config_type_PREFIX4 = {
	"an IPv4 prefix", NULL,           parse_prefix,
	count_prefixes,   print_prefixes, clear_prefixes,
};
const struct config_type config_type_PREFIX6 = {
	"an IPv6 prefix", NULL,           parse_prefix,
	count_prefixes,   print_prefixes, clear_prefixes,
};

static int
add_text(struct config_files *list, const char *text, struct where at,
	 char *why)
{
	char *copy = strdup(text);

	if (copy == NULL)
		return config_no_memory(why);
	if (append_files(list, copy, at) == 0)
		return 0;
	free(copy);
	return config_no_memory(why);
}

static int
parse_files(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	(void)key;
	if (*text == '\0')
		return CONFIG_WRONG(
			"must be a file or a pattern, such as conf.d/*.ini");
	return add_text(member, text, at, why);
}

static void
print_files(const void *member, unsigned int i, FILE *out)
{
	fputs(((const struct config_files *)member)->value[i], out);
}

static void
clear_files(void *member)
{
	struct config_files *list = member;

	for (unsigned int i = 0; i < list->n; i++)
		free(list->value[i]);
	free(list->value);
	free(list->at);
	memset(list, 0, sizeof(*list));
}

const struct config_type config_type_FILES = {
	"a file or a pattern", NULL,        parse_files,
	count_files,           print_files, clear_files,
};

static int
parse_devices(const struct config_key *key, const char *text, struct where at,
	      void *member, char *why)
{
	if (config_check_length(key, text, why) != 0)
		return -EINVAL;
	return add_text(member, text, at, why);
}

const struct config_type config_type_DEVICES = {
	"text", NULL, parse_devices, count_files, print_files, clear_files,
};

#define CORES_MAX 128  /* workers */
#define CORE_MAX  1023 /* the last core */

/* Reads a number at '*text', and moves '*text' behind it. */
static int
parse_core(const char **text, unsigned int *core)
{
	unsigned int n = 0;

	if (**text < '0' || **text > '9')
		return -EINVAL;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		n = n * 10 + (unsigned int)(**text - '0');
		if (n > CORE_MAX)
			return -ERANGE;
	}
	*core = n;
	return 0;
}

/* "4" or "2-5". */
static int
parse_core_range(const char **text, unsigned int *first, unsigned int *last)
{
	int rc = parse_core(text, first);

	*last = *first;
	if (rc != 0 || **text != '-')
		return rc;
	(*text)++;
	rc = parse_core(text, last);
	if (rc == 0 && *last < *first)
		return -EINVAL;
	return rc;
}

static int
append_cores(struct config_cores *list, unsigned int first, unsigned int last)
{
	for (unsigned int core = first; core <= last; core++) {
		unsigned int *value =
			config_grow(list->value, list->n, sizeof(*value));

		if (value == NULL)
			return -ENOMEM;
		list->value = value;
		if (list->n == CORES_MAX)
			return -ERANGE;
		value[list->n++] = core;
	}
	return 0;
}

static int
parse_core_list(const char *text, struct config_cores *list)
{
	unsigned int first = 0, last = 0;
	int rc;

	for (;; text++) {
		rc = parse_core_range(&text, &first, &last);
		if (rc == 0)
			rc = append_cores(list, first, last);
		if (rc != 0 || *text == '\0')
			return rc;
		if (*text != ',')
			return -EINVAL;
	}
}

static void
clear_cores(void *member)
{
	struct config_cores *list = member;

	free(list->value);
	memset(list, 0, sizeof(*list));
}

static int
parse_cores(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	struct config_cores list = { 0 };
	int rc = 0;

	(void)key, (void)at;
	if (strcmp(text, "auto") != 0)
		rc = parse_core_list(text, &list);
	if (rc != 0) {
		clear_cores(&list);
		if (rc == -ENOMEM)
			return config_no_memory(why);
		if (rc == -ERANGE)
			CONFIG_WHY("out of range: at most %d workers, on cores "
				   "0 to %d",
				   CORES_MAX, CORE_MAX);
		else
			CONFIG_WHY("must be auto, or cores such as 2-5 or 2,4");
		return rc;
	}
	clear_cores(member);
	*(struct config_cores *)member = list;
	return 0;
}

/* The index of the last core of the run that begins at 'i'. */
static unsigned int
end_of_run(const struct config_cores *list, unsigned int i)
{
	while (i + 1 < list->n && list->value[i + 1] == list->value[i] + 1)
		i++;
	return i;
}

static void
print_cores(const void *member, unsigned int unused, FILE *out)
{
	const struct config_cores *list = member;

	(void)unused;
	if (list->n == 0)
		fputs("auto", out);
	for (unsigned int i = 0; i < list->n; i++) {
		unsigned int last = end_of_run(list, i);

		fprintf(out, "%s%u", i == 0 ? "" : ",", list->value[i]);
		if (last != i)
			fprintf(out, "-%u", list->value[last]);
		i = last;
	}
}

const struct config_type config_type_CORES = {
	"cores or auto",  NULL,        parse_cores,
	config_count_one, print_cores, clear_cores,
};
