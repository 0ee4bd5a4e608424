/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/view/meter_kind.h"

static const struct {
	const char *name, *subject;
	enum drop why;
} kinds[METERS] = {
#define METER(id, name, reason, subject)                                       \
	[METER_##id] = { #name, subject, DROP_##reason },
#include "fabric/view/meter_list.h"
};

const char *
meter_kind_name(enum meter_kind kind)
{
	return kinds[kind].name;
}

const char *
meter_kind_subject(enum meter_kind kind)
{
	return kinds[kind].subject;
}

enum drop
meter_kind_drop(enum meter_kind kind)
{
	return kinds[kind].why;
}
