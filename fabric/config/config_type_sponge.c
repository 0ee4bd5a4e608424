/* SPDX-License-Identifier: BSD-3-Clause */
/* Types for ARP, ND and the sponge: how each is read and printed. */
#include "fabric/config/config_impl.h"

#define PER_SECOND_PLACES 3
#define PER_SECOND_MAX    1000000 /* thousandths */

CONFIG_WORDS_TYPE(ARP_MODE, "a word", config_count_one,
		  { "auto", CONFIG_ARP_AUTO }, { "flood", CONFIG_ARP_FLOOD },
		  { "unicast", CONFIG_ARP_UNICAST },
		  { "proxy", CONFIG_ARP_PROXY });
CONFIG_WORDS_TYPE(UNKNOWN_ARP, "a word", config_count_one,
		  { "flood", CONFIG_UNKNOWN_ARP_FLOOD },
		  { "drop", CONFIG_UNKNOWN_ARP_DROP });
CONFIG_WORDS_TYPE(GARP, "a word", config_count_one,
		  { "allow", CONFIG_GARP_ALLOW },
		  { "suppress", CONFIG_GARP_SUPPRESS },
		  { "drop", CONFIG_GARP_DROP });
CONFIG_WORDS_TYPE(ND_OPTIONS, "a word", config_count_one,
		  { "forward", CONFIG_ND_OPTIONS_FORWARD },
		  { "discard", CONFIG_ND_OPTIONS_DISCARD });
CONFIG_WORDS_TYPE(SPONGE_PROFILE, "a word", config_count_one,
		  { "normal", CONFIG_SPONGE_NORMAL },
		  { "queue_small", CONFIG_SPONGE_QUEUE_SMALL });
CONFIG_WORDS_TYPE(SPONGE_INIT, "a word", config_count_one,
		  { "alive", CONFIG_SPONGE_INIT_ALIVE },
		  { "dead", CONFIG_SPONGE_INIT_DEAD },
		  { "pending", CONFIG_SPONGE_INIT_PENDING },
		  { "none", CONFIG_SPONGE_INIT_NONE });
CONFIG_WORDS_TYPE(UNASSIGNED, "a word", config_count_one,
		  { "normal", CONFIG_UNASSIGNED_NORMAL },
		  { "dead", CONFIG_UNASSIGNED_DEAD });

static int
parse_per_second(const struct config_key *key, const char *text,
		 struct where at, void *member, char *why)
{
	uint64_t n;

	(void)key, (void)at;
	if (config_decimal_parse(&text, PER_SECOND_PLACES, &n) != 0 ||
	    *text != '\0')
		return CONFIG_WRONG(
			"must be a number with up to %d digits after the "
			"decimal point, such as 3 or 0.5",
			PER_SECOND_PLACES);
	if (n > PER_SECOND_MAX)
		return CONFIG_WRONG("out of range: must be 0 to 1000");
	*(uint32_t *)member = (uint32_t)n;
	return 0;
}

static void
print_per_second(const void *member, unsigned int i, FILE *out)
{
	(void)i;
	config_decimal_print(*(const uint32_t *)member, PER_SECOND_PLACES, out);
}

const struct config_type config_type_PER_SECOND = {
	"a number, 0 to 1000, with up to three digits after the decimal point",
	NULL,
	parse_per_second,
	config_count_one,
	print_per_second,
	config_clear_number,
};

static const struct config_word updates[] = {
	{ "reply", CONFIG_UPDATE_REPLY },
	{ "request", CONFIG_UPDATE_REQUEST },
	{ "gratuitous", CONFIG_UPDATE_GRATUITOUS },
	{ NULL, 0 },
};

static int
parse_arp_update(const struct config_key *key, const char *text,
		 struct where at, void *member, char *why)
{
	unsigned int flags = CONFIG_UPDATE_ALL;

	(void)key, (void)at;
	if (strcmp(text, "none") == 0) {
		flags = 0;
	} else if (strcmp(text, "all") != 0) {
		flags = config_flags_parse(updates, text);
		if (flags == 0)
			return CONFIG_WRONG(
				"must be all, none, or some of reply, request "
				"and gratuitous, such as reply,request");
	}
	*(unsigned int *)member = flags;
	return 0;
}

static void
print_arp_update(const void *member, unsigned int unused, FILE *out)
{
	unsigned int flags = *(const unsigned int *)member;
	(void)unused;
	if (flags == 0 || flags == CONFIG_UPDATE_ALL)
		fputs(flags == 0 ? "none" : "all", out);
	else
		config_flags_print(updates, flags, out);
}

const struct config_type config_type_ARP_UPDATE = {
	"all, none, or some of reply,request,gratuitous",
	NULL,
	parse_arp_update,
	config_count_one,
	print_arp_update,
	config_clear_number,
};
