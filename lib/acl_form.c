/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes the forms of a compiled list: see struct acl_form. */
#include <stdlib.h>
#include <string.h>

#include "lib/acl_table.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"

/* Where headers stand in an untagged frame. */
enum place {
	AT_DMAC = 0,
	AT_SMAC = 6,
	AT_IP = FRAME_HEADER,
	AT_PROTO4 = AT_IP + 9,
	AT_SRC4 = AT_IP + 12,
	AT_DST4 = AT_IP + 16,
	AT_UPPER4 = AT_IP + 20,
	AT_NEXT6 = AT_IP + 6,
	AT_SRC6 = AT_IP + 8,
	AT_DST6 = AT_IP + 24,
	AT_UPPER6 = AT_IP + 40,
};

#define FIXED (-1)

struct field {
	uint8_t key; /* where it begins there */
	uint8_t octets;
	uint8_t at4, at6; /* in frames of IPv4 and IPv6 */
	uint8_t octets4;  /* with IPv4 */
};

static const struct field fields[] = {
	{ ACL_KEY_SMAC, 6, AT_SMAC, AT_SMAC, 6 },
	{ ACL_KEY_DMAC, 6, AT_DMAC, AT_DMAC, 6 },
	{ ACL_KEY_SRC, 16, AT_SRC4, AT_SRC6, 4 },
	{ ACL_KEY_DST, 16, AT_DST4, AT_DST6, 4 },
	{ ACL_KEY_PROTO, 1, AT_PROTO4, AT_NEXT6, 1 },
};

static bool
is_ip6(enum acl_form_id form)
{
	return form >= ACL_FORM_IP6;
}

/* How many octets of the upper header the key has. */
static unsigned int
upper_octets(enum acl_form_id form)
{
	switch (form) {
	case ACL_FORM_IP4_PORTS:
	case ACL_FORM_IP6_PORTS:
		return 4;
	case ACL_FORM_IP4_ICMP:
	case ACL_FORM_IP6_ICMP:
		return 2;
	default:
		return 0;
	}
}

static int
place_in_upper(enum acl_form_id form, unsigned int key)
{
	unsigned int at = key - ACL_KEY_SPORT;

	if (key < ACL_KEY_SPORT || at >= upper_octets(form))
		return FIXED;
	return (int)((is_ip6(form) ? AT_UPPER6 : AT_UPPER4) + at);
}

/* Where the octet 'key' of the key stands in frames of the form, or FIXED. */
static int
place_of(enum acl_form_id form, unsigned int key)
{
	if (form == ACL_FORM_KEY)
		return (int)key;
	for (unsigned int i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field *f = &fields[i];
		unsigned int octets = is_ip6(form) ? f->octets : f->octets4;

		if (key >= f->key && key < f->key + octets)
			return (int)((is_ip6(form) ? f->at6 : f->at4) + key -
				     f->key);
	}
	return place_in_upper(form, key);
}

static uint8_t
has_of(enum acl_form_id form)
{
	uint8_t has = ACL_HAS_PROTO;

	has |= is_ip6(form) ? ACL_HAS_IP6 : ACL_HAS_IP;
	if (upper_octets(form) == 4)
		has |= ACL_HAS_PORTS;
	if (upper_octets(form) == 2)
		has |= ACL_HAS_ICMP;
	return has;
}

/* The octet of the key that is the same in all frames of the form. */
static uint8_t
fixed_value(enum acl_form_id form, unsigned int key)
{
	uint16_t type = is_ip6(form) ? FRAME_IPV6 : FRAME_IPV4;

	switch (key) {
	case ACL_KEY_ETHER:
		return (uint8_t)(type >> 8);
	case ACL_KEY_ETHER + 1:
		return (uint8_t)type;
	case ACL_KEY_HAS:
		return has_of(form);
	default:
		return 0;
	}
}

static void
and_set(uint64_t *to, const uint64_t *set, unsigned int words)
{
	for (unsigned int w = 0; w < words; w++)
		to[w] &= set[w];
}

/* Leaves the pieces that accept what is the same in all frames of the form. */
static void
find_left(struct acl *a, enum acl_form_id id)
{
	struct acl_form *f = &a->form[id];

	for (unsigned int i = 0; i < a->npieces; i++)
		f->left[i / ACL_WORD] |= UINT64_C(1) << i % ACL_WORD;
	for (unsigned int i = 0; i < a->positions; i++) {
		unsigned int key = a->position[i];

		if (place_of(id, key) == FIXED)
			and_set(f->left,
				acl_set(a, a->words, i, fixed_value(id, key)),
				a->words);
	}
}

/* Of the pieces left, how many accept a value at a position: the sum of all. */
static unsigned int
weight_of(const struct acl *a, const struct acl_form *f, unsigned int place)
{
	unsigned int sum = 0;

	for (unsigned int v = 0; v < ACL_VALUES; v++) {
		const uint64_t *set = acl_set(a, a->words, place, (uint8_t)v);

		for (unsigned int w = 0; w < a->words; w++)
			sum += (unsigned int)__builtin_popcountll(set[w] &
								  f->left[w]);
	}
	return sum;
}

static unsigned int
count_left(const struct acl *a, const struct acl_form *f)
{
	unsigned int n = 0;

	for (unsigned int w = 0; w < a->words; w++)
		n += (unsigned int)__builtin_popcountll(f->left[w]);
	return n;
}

/* Positions that let few pass come first, so that most frames need few of them. */
static void
add_position(struct acl_form *f, unsigned int *weights, unsigned int weight,
	     int at, unsigned int place)
{
	unsigned int i = f->n++;

	for (; i > 0 && weights[i - 1] > weight; i--) {
		weights[i] = weights[i - 1];
		f->at[i] = f->at[i - 1];
		f->place[i] = f->place[i - 1];
	}
	weights[i] = weight;
	f->at[i] = (uint8_t)at;
	f->place[i] = (uint8_t)place;
}

static void
find_always(const struct acl *a, struct acl_form *f)
{
	memcpy(f->always, f->left, a->words * sizeof(f->left[0]));
	for (unsigned int i = 0; i < f->n; i++)
		for (unsigned int v = 0; v < ACL_VALUES; v++)
			and_set(f->always,
				acl_set(a, a->words, f->place[i], (uint8_t)v),
				a->words);
}

static bool
make_form(struct acl *a, enum acl_form_id id)
{
	struct acl_form *f = &a->form[id];
	unsigned int weights[ACL_KEY_SIZE];

	f->left = calloc(a->words, sizeof(f->left[0]));
	f->always = calloc(a->words, sizeof(f->always[0]));
	if (f->left == NULL || f->always == NULL)
		return false;
	find_left(a, id);
	for (unsigned int i = 0; i < a->positions; i++) {
		int at = place_of(id, a->position[i]);
		unsigned int weight = weight_of(a, f, i);

		if (at != FIXED && weight < count_left(a, f) * ACL_VALUES)
			add_position(f, weights, weight, at, i);
	}
	find_always(a, f);
	return true;
}

static enum acl_form_id
form_of4(uint8_t proto)
{
	if (proto == IPV4_ICMP)
		return ACL_FORM_IP4_ICMP;
	return acl_key_has_ports(proto) ? ACL_FORM_IP4_PORTS : ACL_FORM_IP4;
}

/* The key of a packet with extension headers has to be read. */
static enum acl_form_id
form_of6(uint8_t next)
{
	if (ipv6_is_extension(next))
		return ACL_FORM_KEY;
	if (next == IPV6_ICMP)
		return ACL_FORM_IP6_ICMP;
	return acl_key_has_ports(next) ? ACL_FORM_IP6_PORTS : ACL_FORM_IP6;
}

bool
acl_make_forms(struct acl *a)
{
	for (unsigned int proto = 0; proto < 256; proto++) {
		a->form_of4[proto] = (uint8_t)form_of4((uint8_t)proto);
		a->form_of6[proto] = (uint8_t)form_of6((uint8_t)proto);
	}
	for (unsigned int id = 0; id < ACL_FORMS; id++)
		if (!make_form(a, (enum acl_form_id)id))
			return false;
	return true;
}

void
acl_free_forms(struct acl *a)
{
	for (unsigned int id = 0; id < ACL_FORMS; id++) {
		free(a->form[id].left);
		free(a->form[id].always);
	}
}
