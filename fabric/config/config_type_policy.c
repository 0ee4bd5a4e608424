/* SPDX-License-Identifier: BSD-3-Clause */
/* Types for what a port may do: how each is read, printed and freed. */
#include "fabric/config/config_impl.h"

#include "lib/acl_compile.h"
#include "lib/acl_text.h"
#include "lib/nearest.h"

#define PERCENT_PLACES 4 /* digits after the point: 0.0001% is a millionth */
#define PPM_MAX        1000000
#define RATE_MAX       UINT64_C(1000000000000) /* bits or frames per second */

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

/* "0.01%" in millionths; at most four digits after the point. */
static int
parse_percent(const char *text, struct config_rate *rate)
{
	uint64_t ppm;

	if (config_decimal_parse(&text, PERCENT_PLACES, &ppm) != 0 ||
	    strcmp(text, "%") != 0)
		return -EINVAL;
	if (ppm > PPM_MAX)
		return -ERANGE;
	rate->unit = CONFIG_RATE_PPM;
	rate->value = ppm;
	return 0;
}

/* "150pps", "1M", "64k". */
static int
parse_pace(const char *text, struct config_rate *rate)
{
	static const char letters[] = "kMG";
	const char *letter;
	uint64_t n;

	if (config_decimal_parse(&text, 0, &n) != 0)
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
		CONFIG_WHY("out of range: at most 100%% of the link, or 1000G");
	else
		CONFIG_WHY("must be off, a share of the link speed such as "
			   "0.01%%, bits per second such as 1M, or frames per "
			   "second such as 150pps");
	return rc;
}

static unsigned int
count_rate(const void *member)
{
	return ((const struct config_rate *)member)->unit != CONFIG_RATE_UNSET;
}

static void
print_rate(const void *member, unsigned int i, FILE *out)
{
	const struct config_rate *rate = member;

	(void)i;
	if (rate->unit == CONFIG_RATE_OFF)
		fputs("off", out);
	else
		config_decimal_print(
			rate->value,
			rate->unit == CONFIG_RATE_PPM ? PERCENT_PLACES : 0,
			out);
	if (rate->unit == CONFIG_RATE_PPM)
		fputc('%', out);
	else if (rate->unit == CONFIG_RATE_FRAMES)
		fputs("pps", out);
}

static void
clear_rate(void *member)
{
	memset(member, 0, sizeof(struct config_rate));
}

const struct config_type config_type_RATE = {
	"a rate or off", NULL, parse_rate, count_rate, print_rate, clear_rate,
};

CONFIG_LIST(checks, struct config_check)
CONFIG_LIST_CLEAR(checks)

/* The drop reasons that 'check' can set in any mode. */
static size_t
list_checks(const char *words[DROP_N])
{
	size_t n = 0;

	for (enum drop d = DROP_NONE + 1; d < DROP_N; d++)
		if (drop_is_check(d))
			words[n++] = drop_name(d);
	return n;
}

/* A reason that always drops can only disable the port that sent the frame. */
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
report_no_check(const char *name, char *why)
{
	const char *words[DROP_N];
	const char *near = nearest_word(name, words, list_checks(words));

	enum drop there = drop_find(name);

	if (can_be(there, CONFIG_MODE_SHUTDOWN))
		CONFIG_WHY("%s always drops: only shutdown can be set", name);
	else if (there != DROP_NONE)
		CONFIG_WHY("%s is not a check: it cannot be set", name);
	else if (near != NULL)
		CONFIG_WHY("there is no drop reason '%s' (did you mean '%s'?)",
			   name, near);
	else
		CONFIG_WHY("there is no drop reason '%s': ixctl(1) lists them",
			   name);
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
	if (!find_mode(text + n + strspn(text + n, " \t"), &check.mode))
		return CONFIG_WRONG(
			"must be a drop reason and one of drop, log, off "
			"and shutdown, such as mac_lock log; one a line");
	check.why = drop_find(name);
	if (!can_be(check.why, check.mode)) {
		report_no_check(name, why);
		return -EINVAL;
	}
	for (unsigned int i = 0; i < list->n; i++)
		if (list->value[i].why == check.why)
			return CONFIG_WRONG("given twice, first at line %u",
					    list->at[i].line);
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
	if (acl_rule_parse(text, &rule, reason) != 0)
		return CONFIG_WRONG("%.*s", CONFIG_WHY_SIZE - 1, reason);
	if (list->n == ACL_RULES_MAX)
		return CONFIG_WRONG("too many rules: an ACL can have %d",
				    ACL_RULES_MAX);
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
	"a rule", NULL, parse_rules, count_rules, print_rules, clear_rules,
};
