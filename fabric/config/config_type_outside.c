/* SPDX-License-Identifier: BSD-3-Clause */
/* Types for what others read of an exchange, and for the program that gets its events. */
#include "fabric/config/config_impl.h"

#include <inttypes.h>

/* A text that others parse: no blanks, no control octets. */
static bool
is_one_word(const struct config_key *key, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			return false;
	return n >= key->min && n <= key->max;
}

static int
parse_url(const struct config_key *key, const char *text, struct where at,
	  void *member, char *why)
{
	size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
			: strncmp(text, "http://", 7) == 0 ? 7
							   : 0;

	(void)at;
	if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/' ||
	    !is_one_word(key, text))
		return CONFIG_WRONG("must be a URL of at most %" PRIu64
				    " octets, such as https://www.example.net/",
				    key->max);
	return config_text_set(member, text, why);
}

const struct config_type config_type_URL = {
	"a URL",           NULL,
	parse_url,         config_text_count,
	config_text_print, config_text_clear,
};

static int
parse_email(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	const char *sign = strchr(text, '@');

	(void)at;
	if (sign == NULL || sign == text || sign[1] == '\0' ||
	    strchr(sign + 1, '@') != NULL || strpbrk(text, ",;<>\"") != NULL ||
	    !is_one_word(key, text))
		return CONFIG_WRONG(
			"must be one address, such as noc@example.net");
	return config_text_set(member, text, why);
}

const struct config_type config_type_EMAIL = {
	"an e-mail address", NULL,
	parse_email,         config_text_count,
	config_text_print,   config_text_clear,
};

static int
parse_country(const struct config_key *key, const char *text, struct where at,
	      void *member, char *why)
{
	(void)key, (void)at;
	if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2 || text[2] != '\0')
		return CONFIG_WRONG("must be a code of two letters (ISO "
				    "3166-1), such as DE");
	return config_text_set(member, text, why);
}

const struct config_type config_type_COUNTRY = {
	"a country code",  NULL,
	parse_country,     config_text_count,
	config_text_print, config_text_clear,
};

/* It is run without a shell and in another folder, so no other name will do. */
static int
parse_program(const struct config_key *key, const char *text, struct where at,
	      void *member, char *why)
{
	size_t n = strlen(text);

	(void)at;
	if (text[0] != '/' || text[n - 1] == '/' || n > key->max)
		return CONFIG_WRONG(
			"must be the absolute path of a program, of at most "
			"%" PRIu64 " octets, without arguments",
			key->max);
	return config_text_set(member, text, why);
}

const struct config_type config_type_PROGRAM = {
	"an absolute path", NULL,
	parse_program,      config_text_count,
	config_text_print,  config_text_clear,
};

static const struct config_word groups[] = {
	{ "port", CONFIG_EVENTS_PORT },
	{ "fdb", CONFIG_EVENTS_FDB },
	{ "violation", CONFIG_EVENTS_VIOLATION },
	{ "sponge", CONFIG_EVENTS_SPONGE },
	{ "config", CONFIG_EVENTS_CONFIG },
	{ "fabric", CONFIG_EVENTS_FABRIC },
	{ NULL, 0 },
};

static int
parse_events(const struct config_key *key, const char *text, struct where at,
	     void *member, char *why)
{
	unsigned int flags = strcmp(text, "all") == 0
				     ? CONFIG_EVENTS_ALL
				     : config_flags_parse(groups, text);

	(void)key, (void)at;
	if (flags == 0)
		return CONFIG_WRONG("must be all, or some of port, fdb, "
				    "violation, sponge, config and fabric, "
				    "such as port,config");
	*(unsigned int *)member = flags;
	return 0;
}

static void
print_events(const void *member, unsigned int i, FILE *out)
{
	unsigned int flags = *(const unsigned int *)member;

	(void)i;
	if (flags == CONFIG_EVENTS_ALL)
		fputs("all", out);
	else
		config_flags_print(groups, flags, out);
}

const struct config_type config_type_EVENTS = {
	"all, or some of port,fdb,violation,sponge,config,fabric",
	NULL,
	parse_events,
	config_count_one,
	print_events,
	config_clear_number,
};

CONFIG_WORDS_TYPE(MEMBER_TYPE, "a word", config_count_one,
		  { "peering", CONFIG_MEMBER_PEERING },
		  { "ixp", CONFIG_MEMBER_IXP },
		  { "other", CONFIG_MEMBER_OTHER });
CONFIG_WORDS_TYPE(SERVICE, "a word", config_count_one,
		  { "none", CONFIG_SERVICE_NONE },
		  { "route-server", CONFIG_SERVICE_ROUTE_SERVER },
		  { "route-collector", CONFIG_SERVICE_ROUTE_COLLECTOR });
