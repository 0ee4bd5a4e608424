/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/view/drop.h"

#include <string.h>

enum side {
	RX,
	TX
};
enum kind {
	CHECK,
	RULE
};

enum trait {
	PLAIN = 0,
	MACS = 1 << 0,
	LOOP = 1 << 1,
	NETS = 1 << 2,
	ACL = 1 << 3,
	ARP = 1 << 4,
	ND = 1 << 5,
	NARROW = 1 << 6,
	PROVOKED = 1 << 7,
};

static const struct {
	const char *name;
	enum side side;
	enum drop_profiles profiles;
	enum kind kind;
	enum drop_level level;
	enum drop_option option;
	unsigned int traits; /* enum trait */
	const char *text[4]; /* key, sentence, clause, narrow */
} reasons[DROP_N] = {
	[DROP_NONE] = { "none",
			RX,
			DROP_ALL,
			RULE,
			DROP_QUIET,
			OPTION_NONE,
			PLAIN,
			{ "", "not dropped" } },
#define DROP(name, side, profiles, kind, level, option, traits, ...)           \
	[DROP_##name] = { #name,  side,           DROP_##profiles,             \
			  kind,   DROP_##level,   OPTION_##option,             \
			  traits, { __VA_ARGS__ } },
#include "fabric/view/drop_list.h"
};

/* Functions of drop.h that return a part of the row of a reason. */
#define GETTER(type, function, part)                                           \
	type function(enum drop why)                                           \
	{                                                                      \
		return reasons[why].part;                                      \
	}
#define TRAIT(function, trait)                                                 \
	bool function(enum drop why)                                           \
	{                                                                      \
		return (reasons[why].traits & (trait)) != 0;                   \
	}

GETTER(const char *, drop_name, name)
GETTER(const char *, drop_meaning, text[1])
GETTER(bool, drop_is_tx, side == TX)
GETTER(bool, drop_is_check, kind == CHECK)
GETTER(enum drop_profiles, drop_profiles, profiles)
GETTER(enum drop_level, drop_level, level)
GETTER(const char *, drop_key, text[0])
GETTER(enum drop_option, drop_option, option)
TRAIT(drop_is_about_macs, MACS)
TRAIT(drop_is_about_nets, NETS)
TRAIT(drop_is_by_acl, ACL)
TRAIT(drop_is_loop_sign, LOOP)
TRAIT(drop_is_about_arp, ARP)
TRAIT(drop_is_about_nd, ND)
GETTER(const char *, drop_clause, text[2])
GETTER(const char *, drop_narrow_clause, text[3])
TRAIT(drop_is_narrow, NARROW)
TRAIT(drop_is_provoked, PROVOKED)

enum drop
drop_find(const char *name)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (strcmp(reasons[why].name, name) == 0)
			return why;
	return DROP_NONE;
}

const char *
drop_level_name(enum drop_level level)
{
	static const char *const name[] = {
		[DROP_QUIET] = "quiet",       [DROP_INFO] = "info",
		[DROP_NOTICE] = "notice",     [DROP_WARNING] = "warning",
		[DROP_CRITICAL] = "critical",
	};

	return name[level];
}
