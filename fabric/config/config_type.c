/* SPDX-License-Identifier: BSD-3-Clause */
/* Types of one value: how each is read, printed and freed. */
#include "fabric/config/config_impl.h"

#include <inttypes.h>

#include "fabric/config/listen.h"

int
config_check_length(const struct config_key *key, const char *text,
		    char why[CONFIG_WHY_SIZE])
{
	size_t n = strlen(text);

	if (n >= key->min && n <= key->max)
		return 0;
	return CONFIG_WRONG("must be %" PRIu64 " to %" PRIu64
			    " octets long, not %zu",
			    key->min, key->max, n);
}

static int
parse_text(const struct config_key *key, const char *text, struct where at,
	   void *member, char *why)
{
	(void)at;
	if (config_check_length(key, text, why) != 0)
		return -EINVAL;
	if (*text != '\0')
		return config_text_set(member, text, why);
	config_text_clear(member);
	return 0;
}

unsigned int
config_text_count(const void *member)
{
	return *(char *const *)member != NULL;
}

void
config_text_print(const void *member, unsigned int i, FILE *out)
{
	(void)i;
	fputs(*(char *const *)member, out);
}

void
config_text_clear(void *member)
{
	char **value = member;

	free(*value);
	*value = NULL;
}

int
config_text_set(void *member, const char *text, char why[CONFIG_WHY_SIZE])
{
	char **value = member;

	free(*value);
	*value = strdup(text);
	return *value == NULL ? config_no_memory(why) : 0;
}

const struct config_type config_type_TEXT = {
	"text",
	NULL,
	parse_text,
	config_text_count,
	config_text_print,
	config_text_clear,
};

static int
parse_listen(const struct config_key *key, const char *text, struct where at,
	     void *member, char *why)
{
	struct listen l;

	(void)key, (void)at;
	if (listen_parse(text, &l) != 0)
		return CONFIG_WRONG("must be address:port, such as "
				    "127.0.0.1:9477 or [::1]:9477, or the "
				    "path of a UNIX socket, at most %u octets",
				    LISTEN_PATH_MAX);
	return config_text_set(member, text, why);
}

const struct config_type config_type_LISTEN = {
	"address:port or path", NULL,
	parse_listen,           config_text_count,
	config_text_print,      config_text_clear,
};

bool
config_name_is_valid(const char *text)
{
	size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
				"uvwxyz0123456789._-");

	return n > 0 && n < CONFIG_NAME_SIZE && text[n] == '\0';
}

static int
parse_name(const struct config_key *key, const char *text, struct where at,
	   void *member, char *why)
{
	(void)key, (void)at;
	if (!config_name_is_valid(text))
		return CONFIG_WRONG(
			"must be a name: 1 to %d of A-Z, a-z, 0-9, '.', '_' "
			"and '-'",
			CONFIG_NAME_SIZE - 1);
	strcpy(member, text);
	return 0;
}

static unsigned int
count_name(const void *member)
{
	return *(const char *)member != '\0';
}

static void
print_name(const void *member, unsigned int i, FILE *out)
{
	(void)i;
	fputs(member, out);
}

static void
clear_name(void *member)
{
	memset(member, 0, CONFIG_NAME_SIZE);
}

const struct config_type config_type_NAME = {
	"a name", NULL, parse_name, count_name, print_name, clear_name,
};

struct unit {
	char letter;
	uint64_t factor;
};

static const struct unit decimal_units[] = {
	{ 'k', 1000 },       { 'K', 1000 }, { 'M', 1000000 },
	{ 'G', 1000000000 }, { '\0', 1 },
};

static const struct unit megabyte_units[] = {
	{ 'M', 1 },
	{ 'G', 1024 },
	{ 'T', 1024 * 1024 },
	{ '\0', 1 },
};

static const struct unit time_units[] = {
	{ 's', 1 },  { 'm', 60 }, { 'h', 60 * 60 }, { 'd', 24 * 60 * 60 },
	{ '\0', 1 },
};

/*
 * Reads digits and a letter of 'units'.  A number that is too large becomes
 * UINT64_MAX.
 */
static int
parse_units(const char *text, const struct unit *units, uint64_t *value)
{
	uint64_t n = 0;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	for (; *text >= '0' && *text <= '9'; text++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*text - '0'), &n))
			n = UINT64_MAX;
	while (units->letter != *text)
		if (units++->letter == '\0')
			return -EINVAL;
	if (*text != '\0' && text[1] != '\0')
		return -EINVAL;
	if (__builtin_mul_overflow(n, units->factor, value))
		*value = UINT64_MAX;
	return 0;
}

static int
check_range(const struct config_key *key, uint64_t n, const char *unit,
	    uint32_t *value, char *why)
{
	if (n < key->min || n > key->max)
		return CONFIG_WRONG("out of range: must be %" PRIu64
				    "%s to %" PRIu64 "%s",
				    key->min, unit, key->max, unit);
	*value = (uint32_t)n;
	return 0;
}

static int
parse_count(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	uint64_t n;

	(void)at;
	if (parse_units(text, decimal_units, &n) != 0)
		return CONFIG_WRONG("not a number: must be %" PRIu64
				    " to %" PRIu64 ", such as 5000, 5k or 1M",
				    key->min, key->max);
	return check_range(key, n, "", member, why);
}

static void
print_count(const void *member, unsigned int i, FILE *out)
{
	(void)i;
	fprintf(out, "%" PRIu32, *(const uint32_t *)member);
}

const struct config_type config_type_COUNT = {
	"a number",       NULL,        parse_count,
	config_count_one, print_count, config_clear_number,
};

static int
parse_megabytes(const struct config_key *key, const char *text, struct where at,
		void *member, char *why)
{
	uint64_t n;

	(void)at;
	if (parse_units(text, megabyte_units, &n) != 0)
		return CONFIG_WRONG("not an amount of memory: write it as "
				    "512M or 8G");
	return check_range(key, n, "M", member, why);
}

const struct config_type config_type_MEGABYTES = {
	"megabytes",      NULL,        parse_megabytes,
	config_count_one, print_count, config_clear_number,
};

#define ASN_HALF 65536 /* asdot: HIGH.LOW (RFC 5396) */

/* "64500", "AS64500", "1.10": 'text' is the number in one of these forms. */
static int
parse_as_number(const char *text, uint64_t *n)
{
	uint64_t low;

	if ((text[0] == 'A' || text[0] == 'a') &&
	    (text[1] == 'S' || text[1] == 's'))
		text += 2;
	if (config_decimal_parse(&text, 0, n) != 0)
		return -EINVAL;
	if (*text != '.')
		return *text == '\0' ? 0 : -EINVAL;
	text++;
	if (config_decimal_parse(&text, 0, &low) != 0 || *text != '\0')
		return -EINVAL;
	*n = *n < ASN_HALF && low < ASN_HALF ? *n * ASN_HALF + low : UINT64_MAX;
	return 0;
}

static int
parse_asn(const struct config_key *key, const char *text, struct where at,
	  void *member, char *why)
{
	uint64_t n;

	(void)at;
	if (parse_as_number(text, &n) != 0)
		return CONFIG_WRONG("not an AS number: write it as 64500");
	return check_range(key, n, "", member, why);
}

const struct config_type config_type_ASN = {
	"an AS number",   NULL,        parse_asn,
	config_count_one, print_count, config_clear_number,
};

static int
parse_duration(const struct config_key *key, const char *text, struct where at,
	       void *member, char *why)
{
	uint64_t n;

	(void)at;
	if (parse_units(text, time_units, &n) != 0)
		return CONFIG_WRONG(
			"not a time: write it as 300s, 5m, 2h or 1d");
	return check_range(key, n, "s", member, why);
}

static void
print_duration(const void *member, unsigned int i, FILE *out)
{
	print_count(member, i, out);
	fputc('s', out);
}

const struct config_type config_type_DURATION = {
	"a time",         NULL,           parse_duration,
	config_count_one, print_duration, config_clear_number,
};

static unsigned int
count_limit(const void *member)
{
	return *(const uint32_t *)member != CONFIG_LIMIT_UNSET;
}

static void
clear_limit(void *member)
{
	*(uint32_t *)member = CONFIG_LIMIT_UNSET;
}

/* A duration; unset: the port uses the value of its LAN. */
const struct config_type config_type_SPAN = {
	"a time",    NULL,           parse_duration,
	count_limit, print_duration, clear_limit,
};

static int
parse_limit(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	uint64_t n;

	(void)at;
	if (strcmp(text, "auto") == 0) {
		*(uint32_t *)member = CONFIG_LIMIT_AUTO;
		return 0;
	}
	if (parse_units(text, decimal_units, &n) != 0)
		return CONFIG_WRONG("must be auto, or a number from %" PRIu64
				    " to %" PRIu64,
				    key->min, key->max);
	return check_range(key, n, "", member, why);
}

static void
print_limit(const void *member, unsigned int i, FILE *out)
{
	if (*(const uint32_t *)member == CONFIG_LIMIT_AUTO)
		fputs("auto", out);
	else
		print_count(member, i, out);
}

const struct config_type config_type_LIMIT = {
	"a number or auto", NULL,        parse_limit,
	count_limit,        print_limit, clear_limit,
};

static unsigned int
count_switch(const void *member)
{
	return *(const unsigned int *)member != CONFIG_UNSET;
}

CONFIG_WORDS_TYPE(SWITCH, "on or off", count_switch, { "on", CONFIG_ON },
		  { "off", CONFIG_OFF }, { "yes", CONFIG_ON },
		  { "no", CONFIG_OFF }, { "true", CONFIG_ON },
		  { "false", CONFIG_OFF });
CONFIG_WORDS_TYPE(IDLE, "a word", config_count_one,
		  { "sleep", CONFIG_IDLE_SLEEP }, { "poll", CONFIG_IDLE_POLL });
CONFIG_WORDS_TYPE(LOG, "a word", config_count_one, { "auto", CONFIG_LOG_AUTO },
		  { "journal", CONFIG_LOG_JOURNAL },
		  { "syslog", CONFIG_LOG_SYSLOG },
		  { "stderr", CONFIG_LOG_STDERR });
CONFIG_WORDS_TYPE(LOG_LEVEL, "a word", config_count_one,
		  { "error", CONFIG_LEVEL_ERROR },
		  { "warning", CONFIG_LEVEL_WARNING },
		  { "notice", CONFIG_LEVEL_NOTICE },
		  { "info", CONFIG_LEVEL_INFO },
		  { "debug", CONFIG_LEVEL_DEBUG });
CONFIG_WORDS_TYPE(PROFILE, "a word", config_count_one,
		  { "ixp-strict", CONFIG_IXP_STRICT },
		  { "ixp-basic", CONFIG_IXP_BASIC }, { "open", CONFIG_OPEN });
CONFIG_WORDS_TYPE(UNKNOWN, "a word", config_count_one,
		  { "auto", CONFIG_UNKNOWN_AUTO }, { "drop", CONFIG_DROP },
		  { "flood", CONFIG_FLOOD }, { "limit", CONFIG_FLOOD_LIMITED });
CONFIG_WORDS_TYPE(STATUS, "a word", config_count_one,
		  { "connected", CONFIG_CONNECTED },
		  { "quarantine", CONFIG_QUARANTINE },
		  { "disabled", CONFIG_DISABLED });
CONFIG_WORDS_TYPE(VIOLATION, "a word", count_switch,
		  { "drop", CONFIG_VIOLATION_DROP },
		  { "log-only", CONFIG_VIOLATION_LOG },
		  { "shutdown", CONFIG_VIOLATION_SHUTDOWN });
CONFIG_WORDS_TYPE(DIRECTION, "a word", config_count_one,
		  { "both", CONFIG_DIRECTION_BOTH },
		  { "rx", CONFIG_DIRECTION_RX }, { "tx", CONFIG_DIRECTION_TX },
		  { "none", CONFIG_DIRECTION_NONE });
CONFIG_WORDS_TYPE(HEARS, "a word", config_count_one,
		  { "off", CONFIG_HEARS_OFF },
		  { "floods", CONFIG_HEARS_FLOODS },
		  { "drops", CONFIG_HEARS_DROPS });
CONFIG_WORDS_TYPE(LACP, "a word", config_count_one, { "off", CONFIG_LACP_OFF },
		  { "active", CONFIG_LACP_ACTIVE },
		  { "passive", CONFIG_LACP_PASSIVE });
CONFIG_WORDS_TYPE(LACP_TIMEOUT, "a word", config_count_one,
		  { "slow", CONFIG_LACP_SLOW }, { "fast", CONFIG_LACP_FAST },
		  { "long", CONFIG_LACP_SLOW }, { "short", CONFIG_LACP_FAST });
CONFIG_WORDS_TYPE(MLD, "a word", count_switch, { "drop", CONFIG_MLD_DROP },
		  { "permit", CONFIG_MLD_PERMIT });
