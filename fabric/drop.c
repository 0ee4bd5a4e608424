/* SPDX-License-Identifier: BSD-3-Clause */
#include "drop.h"

enum side {
	RX,
	TX
};
enum profiles {
	ALL,
	IXP
};

static const struct {
	const char *name;
	enum side side;
	enum profiles profiles;
	const char *meaning;
} reasons[DROP_N] = {
	[DROP_NONE] = { "none", RX, ALL, "not dropped" },
#define DROP(name, ...) [DROP_##name] = { #name, __VA_ARGS__ },
#include "drop_list.h"
};

const char *
drop_name(enum drop why)
{
	return reasons[why].name;
}

const char *
drop_meaning(enum drop why)
{
	return reasons[why].meaning;
}

bool
drop_is_tx(enum drop why)
{
	return reasons[why].side == TX;
}

bool
drop_in_open(enum drop why)
{
	return reasons[why].profiles == ALL;
}
