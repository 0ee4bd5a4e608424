/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Warnings for values that are allowed, but so small that another unit was probably
 * meant: rate_in = 1000 is one kilobit per second, mac_age = 5 five seconds.
 */
#include "fabric/config/config_impl.h"

#include <inttypes.h>

/* Values below 'least', except 0, are odd. */
struct floor {
	const char *key;
	uint64_t least;
};

/* Bits per second. */
static const struct floor rates[] = {
	{ "rate_in", 1000000 },    { "rate_out", 1000000 },
	{ "storm_bcast", 10000 },  { "storm_mcast", 10000 },
	{ "storm_uucast", 10000 },
};

/* Seconds. */
static const struct floor times[] = {
	{ "mac_age", 60 },
	{ "shutdown_time", 10 },
	{ "state_age", 60 },
	{ "sponge_sweep", 60 },
};

/* Frames with header, and with frame check sequence and VLAN tag. */
static const struct {
	uint32_t frame, mtu;
} frames[] = {
	{ 1514, 1500 }, { 1518, 1500 }, { 1522, 1500 },
	{ 9014, 9000 }, { 9018, 9000 }, { 9022, 9000 },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct value {
	const struct config_key *key;
	const void *member;
	struct where at;
	const char *title;
	struct faults *faults;
};

static bool
is_below(const struct floor *list, size_t n, const char *key, uint64_t value)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].key, key) == 0)
			return value < list[i].least;
	return false;
}

static void
check_rate(const struct value *v)
{
	const struct config_rate *rate = v->member;
	uint64_t n = rate->value;
	char meant[48];

	if (rate->unit != CONFIG_RATE_BITS ||
	    !is_below(rates, COUNT(rates), v->key->name, n))
		return;
	if (n == 0) {
		faults_warning(v->faults, v->at, v->title,
			       "%s = 0 lets no frame pass: off is no limit",
			       v->key->name);
		return;
	}
	if (strncmp(v->key->name, "storm_", 6) == 0)
		snprintf(meant, sizeof(meant), "%" PRIu64 "pps", n);
	else if (n <= 100)
		snprintf(meant, sizeof(meant), "%" PRIu64 "M or %" PRIu64 "%%",
			 n, n);
	else if (n % 1000 == 0)
		snprintf(meant, sizeof(meant), "%" PRIu64 "M or %" PRIu64 "M",
			 n, n / 1000);
	else
		snprintf(meant, sizeof(meant), "%" PRIu64 "M", n);
	faults_warning(v->faults, v->at, v->title,
		       "%s = %" PRIu64 " is %" PRIu64
		       " bits per second: did you mean %s?",
		       v->key->name, n, n, meant);
}

static void
check_time(const struct value *v)
{
	uint32_t n = *(const uint32_t *)v->member;

	if (n != 0 && is_below(times, COUNT(times), v->key->name, n))
		faults_warning(v->faults, v->at, v->title,
			       "%s = %us is short: did you mean %um?",
			       v->key->name, n, n);
}

static void
check_mtu(const struct value *v)
{
	uint32_t mtu = *(const uint32_t *)v->member;

	for (size_t i = 0; i < COUNT(frames); i++)
		if (mtu == frames[i].frame)
			faults_warning(v->faults, v->at, v->title,
				       "mtu = %u is the length of a frame, but "
				       "the mtu is that of its payload: did "
				       "you mean %u?",
				       mtu, frames[i].mtu);
}

static void
check_value(const struct value *v)
{
	if (v->key->type == &config_type_RATE)
		check_rate(v);
	else if (v->key->type == &config_type_DURATION ||
		 v->key->type == &config_type_SPAN)
		check_time(v);
	else if (strcmp(v->key->name, "mtu") == 0)
		check_mtu(v);
}

void
config_check_units(const struct config_section *kind, const void *section,
		   struct faults *faults)
{
	char title[CONFIG_TITLE_SIZE];
	const struct config_head *head = section;

	config_title(kind, head->id, title);
	for (unsigned int i = 0; i < kind->nkeys; i++) {
		const struct config_key *key = &kind->key[i];
		struct value v = {
			.key = key,
			.member = config_const_member(key, section),
			.at = config_place(head->at, head->line[i]),
			.title = title,
			.faults = faults,
		};

		if (head->line[i] != 0 && !head->bad[i])
			check_value(&v);
	}
}
