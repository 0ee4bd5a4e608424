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
};

static const struct {
	const char *name;
	enum side side;
	enum drop_profiles profiles;
	enum kind kind;
	enum drop_level level;
	enum drop_option option;
	unsigned int traits; /* enum trait */
	const char *text[3]; /* key, sentence, clause */
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

const char *
drop_name(enum drop why)
{
	return reasons[why].name;
}

const char *
drop_meaning(enum drop why)
{
	return reasons[why].text[1];
}

enum drop
drop_find(const char *name)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (strcmp(reasons[why].name, name) == 0)
			return why;
	return DROP_NONE;
}

bool
drop_is_tx(enum drop why)
{
	return reasons[why].side == TX;
}

bool
drop_is_check(enum drop why)
{
	return reasons[why].kind == CHECK;
}

enum drop_profiles
drop_profiles(enum drop why)
{
	return reasons[why].profiles;
}

enum drop_level
drop_level(enum drop why)
{
	return reasons[why].level;
}

const char *
drop_level_name(enum drop_level level)
{
	static const char *const name[] = {
		[DROP_QUIET] = "quiet",
		[DROP_NOTICE] = "notice",
		[DROP_WARNING] = "warning",
		[DROP_CRITICAL] = "critical",
	};

	return name[level];
}

const char *
drop_key(enum drop why)
{
	return reasons[why].text[0];
}

enum drop_option
drop_option(enum drop why)
{
	return reasons[why].option;
}

bool
drop_is_about_macs(enum drop why)
{
	return reasons[why].traits & MACS;
}

bool
drop_is_about_nets(enum drop why)
{
	return reasons[why].traits & NETS;
}

bool
drop_is_by_acl(enum drop why)
{
	return reasons[why].traits & ACL;
}

bool
drop_is_loop_sign(enum drop why)
{
	return reasons[why].traits & LOOP;
}

bool
drop_is_about_arp(enum drop why)
{
	return reasons[why].traits & ARP;
}

bool
drop_is_about_nd(enum drop why)
{
	return reasons[why].traits & ND;
}

const char *
drop_clause(enum drop why)
{
	return reasons[why].text[2];
}
