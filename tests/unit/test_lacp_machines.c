/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each machine of LACP alone, against a table of the transitions that IEEE 802.1AX
 * draws: state and event, and what comes of them.
 */
#include <check.h>
#include <stdlib.h>

#include "lib/lacp_impl.h"
#include "tests/check_run.h"

#define NOW (UINT64_C(1000) * CLOCK_SECOND)

#define ALL_USE (LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING)

/*
 * Receive (6.4.12)
 */

/* What a state of the machine is reached by, from a link that was just added. */
enum reached {
	NEVER_UP,
	CAME_UP,      /* EXPIRED, without a partner */
	SILENT,       /* DEFAULTED */
	IN_USE,       /* CURRENT, selected */
	SILENT_AGAIN, /* EXPIRED, with a partner, selected */
	DOWN_AGAIN,   /* PORT_DISABLED, with a partner */
};

enum event {
	NONE,
	UP,
	DOWN,
	TIMER,     /* current_while expires */
	TOO_SOON,  /* ... does not yet, by 1 ns */
	PDU,       /* of the partner as it was */
	OTHER_PDU, /* of another */
	MOVED,     /* a LACPDU of the same partner by another link */
	MOVED_NOT, /* ... of another partner */
};

#define LONG  90
#define SHORT 3
#define NOT   -1 /* the timer is stopped */

struct receive_row {
	enum reached from;
	enum event event;
	bool fast;
	enum lacp_receive_state to;
	int timer;        /* current_while, seconds from now */
	uint8_t actor;    /* of LACP_DEFAULTED and LACP_EXPIRED */
	uint8_t partner;  /* of LACP_SYNC and LACP_TIMEOUT */
	bool has_partner; /* its values are on record */
	bool selected;
	bool ntt; /* set by the event */
};

/* clang-format off */
static const struct receive_row receive_rows[] = {
	{ NEVER_UP, NONE, 0, LACP_PORT_DISABLED, NOT, LACP_DEFAULTED, 0, 0, 0, 0 },
	{ NEVER_UP, UP, 0, LACP_RX_EXPIRED, SHORT, LACP_DEFAULTED | LACP_EXPIRED, LACP_TIMEOUT, 0, 0, 1 },
	{ NEVER_UP, DOWN, 0, LACP_PORT_DISABLED, NOT, LACP_DEFAULTED, 0, 0, 0, 0 },
	{ CAME_UP, TOO_SOON, 0, LACP_RX_EXPIRED, 0, LACP_DEFAULTED | LACP_EXPIRED, LACP_TIMEOUT, 0, 0, 0 },
	{ CAME_UP, TIMER, 0, LACP_RX_DEFAULTED, NOT, LACP_DEFAULTED, LACP_SYNC, 0, 0, 0 },
	{ CAME_UP, PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 0, 0 },
	{ CAME_UP, PDU, 1, LACP_CURRENT, SHORT, 0, LACP_SYNC, 1, 0, 0 },
	{ CAME_UP, DOWN, 0, LACP_PORT_DISABLED, NOT, LACP_DEFAULTED | LACP_EXPIRED, LACP_TIMEOUT, 0, 0, 0 },
	{ SILENT, TIMER, 0, LACP_RX_DEFAULTED, NOT, LACP_DEFAULTED, LACP_SYNC, 0, 0, 0 },
	{ SILENT, PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 0, 0 },
	{ SILENT, PDU, 1, LACP_CURRENT, SHORT, 0, LACP_SYNC, 1, 0, 0 },
	{ SILENT, DOWN, 0, LACP_PORT_DISABLED, NOT, LACP_DEFAULTED, 0, 0, 0, 0 },
	{ IN_USE, TOO_SOON, 0, LACP_CURRENT, 0, 0, LACP_SYNC, 1, 1, 0 },
	{ IN_USE, TOO_SOON, 1, LACP_CURRENT, 0, 0, LACP_SYNC, 1, 1, 0 },
	{ IN_USE, TIMER, 0, LACP_RX_EXPIRED, SHORT, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 1 },
	{ IN_USE, TIMER, 1, LACP_RX_EXPIRED, SHORT, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 1 },
	{ IN_USE, PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 1, 0 },
	{ IN_USE, PDU, 1, LACP_CURRENT, SHORT, 0, LACP_SYNC, 1, 1, 0 },
	{ IN_USE, OTHER_PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 0, 1 },
	{ IN_USE, DOWN, 0, LACP_PORT_DISABLED, NOT, 0, 0, 1, 1, 0 },
	{ IN_USE, MOVED, 0, LACP_CURRENT, 0, 0, LACP_SYNC, 1, 1, 0 },
	{ SILENT_AGAIN, TOO_SOON, 0, LACP_RX_EXPIRED, 0, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 0 },
	{ SILENT_AGAIN, TIMER, 0, LACP_RX_DEFAULTED, NOT, LACP_DEFAULTED, LACP_SYNC, 0, 0, 1 },
	{ SILENT_AGAIN, PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 1, 0 },
	{ SILENT_AGAIN, OTHER_PDU, 0, LACP_CURRENT, LONG, 0, LACP_SYNC, 1, 0, 1 },
	{ SILENT_AGAIN, DOWN, 0, LACP_PORT_DISABLED, NOT, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 0 },
	{ SILENT_AGAIN, MOVED, 0, LACP_RX_EXPIRED, 0, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 0 },
	{ DOWN_AGAIN, NONE, 0, LACP_PORT_DISABLED, NOT, 0, 0, 1, 1, 0 },
	{ DOWN_AGAIN, UP, 0, LACP_RX_EXPIRED, SHORT, LACP_EXPIRED, LACP_TIMEOUT, 1, 1, 1 },
	{ DOWN_AGAIN, MOVED, 0, LACP_PORT_DISABLED, NOT, LACP_DEFAULTED, 0, 0, 0, 1 },
	{ DOWN_AGAIN, MOVED_NOT, 0, LACP_PORT_DISABLED, NOT, 0, 0, 1, 1, 0 },
};
/* clang-format on */

static const struct lacp_settings settings = {
	.system = 0x02aaaaaaaaaa,
	.system_priority = 100,
	.key = 7,
	.active = true,
};

/* A LACPDU of 'partner', in sync, which knows slot 0 of the LAG as it is now. */
static struct lacp_pdu
pdu_of(const struct lacp *l, uint64_t partner)
{
	struct lacp_pdu pdu = { 0 };

	pdu.actor = (struct lacp_info){
		.system = partner,
		.system_priority = 200,
		.key = 17,
		.port_priority = 300,
		.port = 5,
		.state = LACP_ACTIVITY | LACP_AGGREGATION | LACP_SYNC,
	};
	lacp_actor(l, 0, &pdu.partner);
	return pdu;
}

#define PARTNER UINT64_C(0x02bbbbbbbbbb)
#define OTHER   UINT64_C(0x02cccccccccc)

static void
be_enabled(struct lacp_link *link, bool up)
{
	link->up = up;
	lacp_enable(link, NOW);
}

static void
reach(struct lacp *l, enum reached from)
{
	struct lacp_link *link = &l->link[0];
	struct lacp_pdu pdu;

	lacp_add(l, 0, 1);
	if (from == NEVER_UP)
		return;
	be_enabled(link, true);
	if (from == CAME_UP)
		return;
	if (from == SILENT) {
		lacp_run_receive(link, NOW + LACP_SHORT_TIMEOUT);
		return;
	}
	/* Enough for the Mux machine to be ATTACHED. */
	pdu = pdu_of(l, PARTNER);
	pdu.actor.state &= (uint8_t)~LACP_SYNC;
	lacp_take(l, 0, &pdu, NOW);
	link->selected = true;
	lacp_run_mux(link, true, 0, NOW);
	pdu = pdu_of(l, PARTNER);
	lacp_take(l, 0, &pdu, NOW);
	if (from == SILENT_AGAIN)
		lacp_run_receive(link, link->current_while);
	if (from == DOWN_AGAIN)
		be_enabled(link, false);
}

static void
happen(struct lacp *l, enum event event)
{
	struct lacp_link *link = &l->link[0];
	struct lacp_pdu pdu;

	switch (event) {
	case NONE:
		break;
	case UP:
	case DOWN:
		be_enabled(link, event == UP);
		break;
	case TIMER:
		/* The table counts from when it has expired. */
		link->current_while =
			link->current_while == LACP_NEVER ? LACP_NEVER : NOW;
		lacp_run_receive(link, NOW);
		break;
	case TOO_SOON:
		lacp_run_receive(link, link->current_while - 1);
		link->current_while = NOW;
		break;
	case PDU:
	case OTHER_PDU:
		pdu = pdu_of(l, event == PDU ? PARTNER : OTHER);
		lacp_take(l, 0, &pdu, NOW);
		break;
	case MOVED:
	case MOVED_NOT:
		pdu = pdu_of(l, event == MOVED ? PARTNER : OTHER);
		lacp_take(l, 1, &pdu, NOW);
		link->current_while =
			link->current_while == LACP_NEVER ? LACP_NEVER : NOW;
		break;
	}
}

START_TEST(the_receive_machine_is_that_of_the_standard)
{
	const struct receive_row *row = &receive_rows[_i];
	struct lacp_settings s = settings;
	struct lacp_link *link;
	struct lacp l;

	s.fast = row->fast;
	lacp_begin(&l, &s);
	lacp_add(&l, 1, 2);
	be_enabled(&l.link[1], true);
	link = &l.link[0];
	reach(&l, row->from);
	link->ntt = false;
	happen(&l, row->event);
	ck_assert_int_eq(link->receive, row->to);
	ck_assert_uint_eq(link->current_while,
			  row->timer == NOT
				  ? LACP_NEVER
				  : NOW + (uint64_t)row->timer * CLOCK_SECOND);
	ck_assert_uint_eq(link->state & (LACP_DEFAULTED | LACP_EXPIRED),
			  row->actor);
	ck_assert_uint_eq(link->partner.state & (LACP_SYNC | LACP_TIMEOUT),
			  row->partner);
	ck_assert_uint_eq(link->partner.system != 0, row->has_partner);
	ck_assert_uint_eq(lacp_is_recorded(link), row->has_partner);
	ck_assert_int_eq(link->selected, row->selected);
	ck_assert_int_eq(link->ntt, row->ntt);
}
END_TEST

/* What a change of one field of a LACPDU means (6.4.9). */
enum field {
	SYSTEM,
	SYSTEM_PRIORITY,
	KEY,
	PORT_PRIORITY,
	PORT,
	ACTIVITY,
	TIMEOUT,
	AGGREGATION,
	SYNC,
	COLLECTING,
	DISTRIBUTING,
	DEFAULTED,
	EXPIRED,
	FIELDS
};

static void
change_field(struct lacp_info *info, enum field field)
{
	switch (field) {
	case SYSTEM:
		info->system ^= 1;
		break;
	case SYSTEM_PRIORITY:
		info->system_priority ^= 1;
		break;
	case KEY:
		info->key ^= 1;
		break;
	case PORT_PRIORITY:
		info->port_priority ^= 1;
		break;
	case PORT:
		info->port ^= 1;
		break;
	default:
		info->state ^= (uint8_t)(1u << (field - ACTIVITY));
	}
}

static bool
is_of_end(enum field field)
{
	return field <= PORT || field == AGGREGATION;
}

/* update_Selected: what the partner says of itself. */
START_TEST(another_end_of_the_link_is_not_selected)
{
	struct lacp_pdu pdu;
	struct lacp l;

	lacp_begin(&l, &settings);
	reach(&l, IN_USE);
	pdu = pdu_of(&l, PARTNER);
	change_field(&pdu.actor, (enum field)_i);
	lacp_take(&l, 0, &pdu, NOW);
	ck_assert_int_eq(l.link[0].selected, !is_of_end((enum field)_i));
	ck_assert_int_eq(l.link[0].mux >= LACP_MUX_ATTACHED,
			 !is_of_end((enum field)_i));
}
END_TEST

/* update_NTT and recordPDU: what the partner says of this end. */
START_TEST(a_partner_that_does_not_know_this_end_is_told_and_not_in_sync)
{
	bool told = is_of_end((enum field)_i) || _i == ACTIVITY ||
		    _i == TIMEOUT || _i == SYNC;
	struct lacp_pdu pdu;
	struct lacp l;

	lacp_begin(&l, &settings);
	reach(&l, IN_USE);
	l.link[0].ntt = false;
	pdu = pdu_of(&l, PARTNER);
	change_field(&pdu.partner, (enum field)_i);
	lacp_take(&l, 0, &pdu, NOW);
	ck_assert_int_eq(l.link[0].ntt, told);
	ck_assert_int_eq(l.link[0].seen, !is_of_end((enum field)_i));
	ck_assert_int_eq((l.link[0].partner.state & LACP_SYNC) != 0,
			 !is_of_end((enum field)_i));
	ck_assert(l.link[0].selected);
}
END_TEST

/* recordPDU: the four values that Partner Sync depends on, if the ends match or not. */
START_TEST(a_partner_is_in_sync_only_if_lacp_maintains_the_link)
{
	bool we_are_active = _i & 1, partner_is_active = _i & 2;
	bool partner_knows_that = _i & 4, in_sync = _i & 8;
	bool aggregates = _i & 16, matches = _i & 32;
	bool maintained =
		partner_is_active || (we_are_active && partner_knows_that);
	struct lacp_settings s = settings;
	struct lacp_pdu pdu;
	struct lacp l;

	s.active = we_are_active;
	lacp_begin(&l, &s);
	reach(&l, IN_USE);
	pdu = pdu_of(&l, PARTNER);
	pdu.actor.state = (uint8_t)((partner_is_active ? LACP_ACTIVITY : 0) |
				    (in_sync ? LACP_SYNC : 0) |
				    (aggregates ? LACP_AGGREGATION : 0));
	pdu.partner.state &= (uint8_t)~LACP_ACTIVITY;
	if (partner_knows_that)
		pdu.partner.state |= LACP_ACTIVITY;
	if (!matches)
		pdu.partner.port ^= 1;
	lacp_take(&l, 0, &pdu, NOW);
	ck_assert_int_eq((l.link[0].partner.state & LACP_SYNC) != 0,
			 in_sync && maintained && (matches || !aggregates));
}
END_TEST

/*
 * Periodic transmission (6.4.13)
 */

struct periodic_row {
	enum lacp_periodic_state from;
	bool up;
	bool active, partner_active, partner_fast;
	bool expires;
	enum lacp_periodic_state to;
	int timer; /* seconds from now; 1000: as it was */
	bool ntt;
};

#define AS_WAS 1000
#define N      LACP_NO_PERIODIC
#define F      LACP_FAST_PERIODIC
#define S      LACP_SLOW_PERIODIC

/* clang-format off */
static const struct periodic_row periodic_rows[] = {
	{ N, 0, 1, 1, 1, 0, N, NOT, 0 },
	{ N, 1, 0, 0, 1, 0, N, NOT, 0 },
	{ N, 1, 1, 0, 1, 0, F, 1, 0 },
	{ N, 1, 0, 1, 1, 0, F, 1, 0 },
	{ N, 1, 1, 0, 0, 0, S, 30, 0 },
	{ F, 1, 1, 1, 1, 0, F, AS_WAS, 0 },
	{ F, 1, 1, 1, 1, 1, F, 1, 1 },
	{ F, 1, 1, 1, 0, 0, S, 30, 0 },
	{ F, 1, 1, 1, 0, 1, S, 30, 1 },
	{ F, 0, 1, 1, 1, 1, N, NOT, 0 },
	{ F, 1, 0, 0, 1, 1, N, NOT, 0 },
	{ F, 1, 0, 1, 1, 0, F, AS_WAS, 0 },
	{ S, 1, 1, 1, 0, 0, S, AS_WAS, 0 },
	{ S, 1, 1, 1, 0, 1, S, 30, 1 },
	{ S, 1, 1, 1, 1, 0, F, 1, 1 },
	{ S, 1, 1, 1, 1, 1, F, 1, 1 },
	{ S, 0, 1, 1, 0, 0, N, NOT, 0 },
	{ S, 1, 0, 0, 0, 0, N, NOT, 0 },
	{ S, 1, 1, 0, 0, 0, S, AS_WAS, 0 },
};
/* clang-format on */

START_TEST(the_periodic_machine_is_that_of_the_standard)
{
	const struct periodic_row *row = &periodic_rows[_i];
	struct lacp_link link = {
		.used = true,
		.up = row->up,
		.periodic = row->from,
		.state = row->active ? LACP_ACTIVITY : 0,
		.partner.state =
			(uint8_t)((row->partner_active ? LACP_ACTIVITY : 0) |
				  (row->partner_fast ? LACP_TIMEOUT : 0)),
		.periodic_timer = row->expires ? NOW : NOW + 1,
	};
	uint64_t as_was = link.periodic_timer;

	if (row->from == N)
		link.periodic_timer = LACP_NEVER;
	lacp_run_periodic(&link, NOW);
	ck_assert_int_eq(link.periodic, row->to);
	ck_assert_int_eq(link.ntt, row->ntt);
	if (row->timer == AS_WAS)
		ck_assert_uint_eq(link.periodic_timer, as_was);
	else
		ck_assert_uint_eq(link.periodic_timer,
				  row->timer == NOT
					  ? LACP_NEVER
					  : NOW + (uint64_t)row->timer *
							    CLOCK_SECOND);
}
END_TEST

/*
 * Mux by independent control (6.4.15)
 */

#define SELECTED           1 /* else UNSELECTED */
#define WAITED             2 /* wait_while has expired */
#define PARTNER_SYNC       4
#define PARTNER_COLLECTING 8
#define ENOUGH             16 /* links for min_links: ours, not the standard's */
#define INPUTS             32

struct mux_row {
	enum lacp_mux_state from, to;
	unsigned int mask, value; /* of the inputs */
};

#define IF(inputs)     (inputs), (inputs)
#define IF_NOT(inputs) (inputs), 0

/* clang-format off */
static const struct mux_row mux_rows[] = {
	{ LACP_MUX_DETACHED, LACP_MUX_WAITING, IF(SELECTED) },
	{ LACP_MUX_WAITING, LACP_MUX_DETACHED, IF_NOT(SELECTED) },
	{ LACP_MUX_WAITING, LACP_MUX_ATTACHED, IF(SELECTED | WAITED) },
	{ LACP_MUX_ATTACHED, LACP_MUX_DETACHED, IF_NOT(SELECTED) },
	{ LACP_MUX_ATTACHED, LACP_MUX_COLLECTING, IF(SELECTED | PARTNER_SYNC | ENOUGH) },
	{ LACP_MUX_COLLECTING, LACP_MUX_ATTACHED, IF_NOT(SELECTED) },
	{ LACP_MUX_COLLECTING, LACP_MUX_ATTACHED, IF_NOT(PARTNER_SYNC) },
	{ LACP_MUX_COLLECTING, LACP_MUX_ATTACHED, IF_NOT(ENOUGH) },
	{ LACP_MUX_COLLECTING, LACP_MUX_DISTRIBUTING, IF(SELECTED | PARTNER_SYNC | PARTNER_COLLECTING | ENOUGH) },
	{ LACP_MUX_DISTRIBUTING, LACP_MUX_COLLECTING, IF_NOT(SELECTED) },
	{ LACP_MUX_DISTRIBUTING, LACP_MUX_COLLECTING, IF_NOT(PARTNER_SYNC) },
	{ LACP_MUX_DISTRIBUTING, LACP_MUX_COLLECTING, IF_NOT(ENOUGH) },
	{ LACP_MUX_DISTRIBUTING, LACP_MUX_COLLECTING, IF_NOT(PARTNER_COLLECTING) },
};
/* clang-format on */

/* The actor's state in each state of the machine. */
static const uint8_t mux_bits[] = {
	[LACP_MUX_DETACHED] = 0,
	[LACP_MUX_WAITING] = 0,
	[LACP_MUX_ATTACHED] = LACP_SYNC,
	[LACP_MUX_COLLECTING] = LACP_SYNC | LACP_COLLECTING,
	[LACP_MUX_DISTRIBUTING] = ALL_USE,
};

static bool
next_mux(enum lacp_mux_state *state, unsigned int inputs)
{
	for (size_t i = 0; i < sizeof(mux_rows) / sizeof(mux_rows[0]); i++) {
		const struct mux_row *row = &mux_rows[i];

		if (row->from == *state && (inputs & row->mask) == row->value) {
			*state = row->to;
			return true;
		}
	}
	return false;
}

/* From each state, with all inputs: the loop counts both. */
START_TEST(the_mux_machine_is_that_of_the_standard)
{
	unsigned int inputs = (unsigned int)_i % INPUTS;
	enum lacp_mux_state from = (enum lacp_mux_state)(_i / INPUTS);
	enum lacp_mux_state expected = from;
	bool ntt = false;
	struct lacp_link link = {
		.used = true,
		.up = true,
		.mux = from,
		.state = mux_bits[from],
		.selected = inputs & SELECTED,
		.wait_while = from != LACP_MUX_WAITING ? LACP_NEVER
			      : inputs & WAITED        ? NOW
						       : NOW + 1,
		.partner.state =
			(uint8_t)((inputs & PARTNER_SYNC ? LACP_SYNC : 0) |
				  (inputs & PARTNER_COLLECTING ? LACP_COLLECTING
							       : 0)),
	};

	while (next_mux(&expected, inputs))
		ntt = ntt || expected >= LACP_MUX_ATTACHED ||
		      (expected == LACP_MUX_DETACHED &&
		       from >= LACP_MUX_ATTACHED);
	lacp_run_mux(&link, inputs & ENOUGH,
		     inputs & WAITED ? 0 : LACP_WAIT_TIME, NOW);
	ck_assert_int_eq(link.mux, expected);
	ck_assert_uint_eq(link.state, mux_bits[expected]);
	ck_assert_int_eq(link.ntt, ntt);
	if (expected != LACP_MUX_WAITING)
		ck_assert_uint_eq(link.wait_while, LACP_NEVER);
	else
		ck_assert_uint_eq(link.wait_while,
				  from == LACP_MUX_WAITING
					  ? NOW + 1
					  : NOW + LACP_WAIT_TIME);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lacp_machines");
	TCase *tc = tcase_create("lacp_machines");

	tcase_add_loop_test(tc, the_receive_machine_is_that_of_the_standard, 0,
			    sizeof(receive_rows) / sizeof(receive_rows[0]));
	tcase_add_loop_test(tc, another_end_of_the_link_is_not_selected, 0,
			    FIELDS);
	tcase_add_loop_test(
		tc,
		a_partner_that_does_not_know_this_end_is_told_and_not_in_sync,
		0, FIELDS);
	tcase_add_loop_test(
		tc, a_partner_is_in_sync_only_if_lacp_maintains_the_link, 0,
		64);
	tcase_add_loop_test(tc, the_periodic_machine_is_that_of_the_standard, 0,
			    sizeof(periodic_rows) / sizeof(periodic_rows[0]));
	tcase_add_loop_test(tc, the_mux_machine_is_that_of_the_standard, 0,
			    INPUTS * (LACP_MUX_DISTRIBUTING + 1));
	suite_add_tcase(s, tc);
	return check_run(s);
}
