/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Values as they stand in the file, of the types that say what a port may do:
 * how each is read, printed and freed.
 */
#include "config_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "config.h"
#include "config_list.h"
#include "nearest.h"

#define WHY(...) snprintf(why, CONFIG_WHY_SIZE, __VA_ARGS__)

#define PPM_OF_PERCENT 10000
#define RATE_MAX       UINT64_C(1000000000000) /* bits or frames a second */

static const char *const mode_names[] = {
	[CONFIG_MODE_DROP] = "drop",
	[CONFIG_MODE_LOG] = "log",
	[CONFIG_MODE_OFF] = "off",
	[CONFIG_MODE_SHUTDOWN] = "shutdown",
};

#define NMODES (sizeof(mode_names) / sizeof(mode_names[0]))

const char *
config_mode_name(enum config_mode mode)
{
	return mode_names[mode];
}

/* Digits at '*text', which moves behind them; UINT64_MAX when there are many. */
static uint64_t
read_digits(const char **text, unsigned int *ndigits)
{
	uint64_t n = 0;

	for (*ndigits = 0; **text >= '0' && **text <= '9'; ++*text) {
		++*ndigits;
		if (n > UINT64_MAX / 10 - 10)
			n = UINT64_MAX / 10 - 10;
		n = n * 10 + (uint64_t)(**text - '0');
	}
	return n;
}

/* "0.01%" in millionths; at most four digits behind the point. */
static int
parse_percent(const char *text, struct config_rate *rate)
{
	unsigned int ndigits, nplaces = 0;
	uint64_t whole = read_digits(&text, &ndigits), places = 0;

	if (ndigits == 0)
		return -EINVAL;
	if (*text == '.') {
		text++;
		places = read_digits(&text, &nplaces);
		if (nplaces == 0 || nplaces > 4)
			return -EINVAL;
	}
	if (strcmp(text, "%") != 0)
		return -EINVAL;
	for (; nplaces < 4; nplaces++)
		places *= 10;
	if (whole > 100 || whole * PPM_OF_PERCENT + places > 1000000)
		return -ERANGE;
	rate->unit = CONFIG_RATE_PPM;
	rate->value = whole * PPM_OF_PERCENT + places;
	return 0;
}

/* "150pps", "1M", "64k". */
static int
parse_pace(const char *text, struct config_rate *rate)
{
	static const char letters[] = "kMG";
	unsigned int ndigits;
	uint64_t n = read_digits(&text, &ndigits);
	const char *letter;

	if (ndigits == 0)
		return -EINVAL;
	if (n > RATE_MAX)
		return -ERANGE;
	letter = *text != '\0' ? strchr(letters, *text) : NULL;
	if (letter != NULL) {
		for (const char *l = letters; l <= letter; l++)
			n *= 1000;
		text++;
	}
	rate->unit = CONFIG_RATE_BITS;
	if (strcmp(text, "pps") == 0)
		rate->unit = CONFIG_RATE_FRAMES;
	else if (*text != '\0')
		return -EINVAL;
	rate->value = n;
	return n > RATE_MAX ? -ERANGE : 0;
}

static int
parse_rate(const struct config_key *key, const char *text, struct where at,
	   void *member, char *why)
{
	struct config_rate rate = { CONFIG_RATE_OFF, 0 };
	int rc = 0;

	(void)key, (void)at;
	if (strchr(text, '%') != NULL)
		rc = parse_percent(text, &rate);
	else if (strcmp(text, "off") != 0)
		rc = parse_pace(text, &rate);
	if (rc == 0)
		*(struct config_rate *)member = rate;
	else if (rc == -ERANGE)
		WHY("out of range: at most 100%% of the link, or 1000G");
	else
		WHY("must be off, 0.01%% of the link, 1M bits a second, or "
		    "150pps");
	return rc;
}

static unsigned int
count_rate(const void *member)
{
	return ((const struct config_rate *)member)->unit != CONFIG_RATE_UNSET;
}

static void
print_percent(uint64_t ppm, FILE *out)
{
	uint64_t places = ppm % PPM_OF_PERCENT;
	int width = 4;

	fprintf(out, "%" PRIu64, ppm / PPM_OF_PERCENT);
	if (places != 0) {
		for (; places % 10 == 0; places /= 10)
			width--;
		fprintf(out, ".%0*" PRIu64, width, places);
	}
	fputc('%', out);
}

static void
print_rate(const void *member, unsigned int i, FILE *out)
{
	const struct config_rate *rate = member;

	(void)i;
	if (rate->unit == CONFIG_RATE_OFF)
		fputs("off", out);
	else if (rate->unit == CONFIG_RATE_PPM)
		print_percent(rate->value, out);
	else
		fprintf(out, "%" PRIu64 "%s", rate->value,
			rate->unit == CONFIG_RATE_FRAMES ? "pps" : "");
}

static void
clear_rate(void *member)
{
	memset(member, 0, sizeof(struct config_rate));
}

const struct config_type config_type_RATE = {
	"a rate or off", false,      NULL,       parse_rate,
	count_rate,      print_rate, clear_rate,
};

CONFIG_LIST(checks, struct config_check)
CONFIG_LIST_CLEAR(checks)

/* The reasons that 'check' can set, as words. */
static size_t
list_checks(const char *words[DROP_N])
{
	size_t n = 0;

	for (enum drop d = DROP_NONE + 1; d < DROP_N; d++)
		if (drop_is_check(d))
			words[n++] = drop_name(d);
	return n;
}

/* What always drops can at most disable the port that it is charged to. */
static bool
can_be(enum drop why, enum config_mode mode)
{
	if (why == DROP_NONE || drop_is_tx(why))
		return false;
	if (drop_is_check(why))
		return true;
	return mode == CONFIG_MODE_SHUTDOWN && drop_level(why) != DROP_QUIET;
}

static void
say_no_such_check(const char *name, char *why)
{
	const char *words[DROP_N];
	const char *near = nearest_word(name, words, list_checks(words));

	enum drop there = drop_find(name);

	if (can_be(there, CONFIG_MODE_SHUTDOWN))
		WHY("frames refused as %s can never pass: only shutdown can be "
		    "asked for",
		    name);
	else if (there != DROP_NONE)
		WHY("%s is no check: it cannot be set", name);
	else if (near != NULL)
		WHY("there is no drop reason '%s' (did you mean '%s'?)", name,
		    near);
	else
		WHY("there is no drop reason '%s': ixctl(1) lists them", name);
}

static bool
find_mode(const char *text, enum config_mode *mode)
{
	for (size_t i = 0; i < NMODES; i++)
		if (strcmp(mode_names[i], text) == 0) {
			*mode = (enum config_mode)i;
			return true;
		}
	return false;
}

static int
parse_checks(const struct config_key *key, const char *text, struct where at,
	     void *member, char *why)
{
	struct config_checks *list = member;
	size_t n = strcspn(text, " \t");
	struct config_check check = { DROP_NONE, CONFIG_MODE_DROP };
	char name[64];

	(void)key;
	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	if (!find_mode(text + n + strspn(text + n, " \t"), &check.mode)) {
		WHY("must be a drop reason and what becomes of its frames, "
		    "drop, log, off or shutdown, as: mac_lock log");
		return -EINVAL;
	}
	check.why = drop_find(name);
	if (!can_be(check.why, check.mode)) {
		say_no_such_check(name, why);
		return -EINVAL;
	}
	for (unsigned int i = 0; i < list->n; i++)
		if (list->value[i].why == check.why) {
			WHY("given twice, first at line %u", list->at[i].line);
			return -EINVAL;
		}
	return append_checks(list, check, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_checks(const void *member, unsigned int i, FILE *out)
{
	const struct config_check *c =
		&((const struct config_checks *)member)->value[i];

	fprintf(out, "%s %s", drop_name(c->why), mode_names[c->mode]);
}

const struct config_type config_type_CHECKS = {
	"a drop reason, and drop, log, off or shutdown",
	true,
	NULL,
	parse_checks,
	count_checks,
	print_checks,
	clear_checks,
};

CONFIG_LIST(rules, struct acl_rule)
CONFIG_LIST_CLEAR(rules)

static int
parse_rules(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	struct config_rules *list = member;
	struct acl_rule rule;
	char reason[ACL_WHY_SIZE];

	(void)key;
	if (acl_rule_parse(text, &rule, reason) != 0) {
		WHY("%.*s", CONFIG_WHY_SIZE - 1, reason);
		return -EINVAL;
	}
	if (list->n == ACL_RULES_MAX) {
		WHY("too many rules: there can be %d in an ACL", ACL_RULES_MAX);
		return -EINVAL;
	}
	return append_rules(list, rule, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_rules(const void *member, unsigned int i, FILE *out)
{
	char text[ACL_TEXT_SIZE];

	fputs(acl_rule_format(&((const struct config_rules *)member)->value[i],
			      text),
	      out);
}

const struct config_type config_type_RULES = {
	"a rule",    true,        NULL,        parse_rules,
	count_rules, print_rules, clear_rules,
};
