/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A LAG of three links, and anything that can happen to it: links that come and go,
 * settings, LACPDUs of a few partners and of none, and time.  Whatever it is, what a
 * link is used for must have its reason, and what is sent its limit.
 */
#include <stdbool.h>
#include <string.h>

#include "lib/lacp_impl.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define LINKS       3
#define ACTIONS_MAX 2000

/* The octets of an action; behind KIND_OCTETS follow so many of a message. */
enum field {
	FIELD_KIND,
	FIELD_SLOT,
	FIELD_STEP, /* ns before it, a power of 2; the high bit: control is late */
	FIELD_WHAT,
	FIELD_MORE,
	FIELDS
};

enum kind {
	KIND_PDU,     /* WHAT: partner and its knowledge of us, MORE: state */
	KIND_MARKER,  /* WHAT: transaction */
	KIND_OCTETS,  /* WHAT: how many */
	KIND_CHANGED, /* a LACPDU with the octet WHAT set to MORE */
	KIND_LINK,
	KIND_HOLD,
	KIND_ADD,
	KIND_REMOVE,
	KIND_SET,  /* WHAT: bits */
	KIND_WAIT, /* WHAT: seconds, run at each time that is due */
	KINDS
};

static struct lacp lag;
static uint64_t now;
/* When the last were sent by each slot, the newest first; 0: never. */
static uint64_t pdus[LINKS][LACP_TX_LIMIT];
static uint64_t responses[LINKS][LACP_RESPONSE_LIMIT];

static void
note_sent(uint64_t *at, unsigned int limit)
{
	MUST(at[limit - 1] == 0 || now - at[limit - 1] >= CLOCK_SECOND);
	memmove(at + 1, at, (limit - 1) * sizeof(at[0]));
	at[0] = now;
}

static void
on_send(void *arg, unsigned int slot, const uint8_t *octets, uint32_t size)
{
	struct lacp_info actor;
	struct lacp_pdu pdu;

	MUST(arg == &lag);
	MUST(slot < LINKS && lag.link[slot].used && lag.link[slot].up);
	MUST(size == LACP_PDU_SIZE);
	switch (lacp_pdu_read(octets, size, &pdu)) {
	case LACP_TAKEN:
		note_sent(pdus[slot], LACP_TX_LIMIT);
		lacp_actor(&lag, slot, &actor);
		MUST(lacp_is_same_end(&actor, &pdu.actor));
		MUST(actor.state == pdu.actor.state);
		break;
	case LACP_MARKER_RESPONSE:
		note_sent(responses[slot], LACP_RESPONSE_LIMIT);
		break;
	default:
		MUST(!"a message that is sent is neither");
	}
}

static void
check_link(unsigned int i)
{
	const struct lacp_link *link = &lag.link[i];
	bool alone = i == lag.fallback;
	uint8_t wants = LACP_SYNC | LACP_COLLECTING;

	MUST(lacp_collects(&lag, i) == ((link->state & LACP_COLLECTING) != 0));
	MUST(lacp_distributes(&lag, i) ==
	     ((link->state & LACP_DISTRIBUTING) != 0));
	MUST((lacp_why(&lag, i) == LACP_WHY_in_use ||
	      lacp_why(&lag, i) == LACP_WHY_fallback) ==
	     lacp_distributes(&lag, i));
	MUST(!lacp_distributes(&lag, i) || lacp_collects(&lag, i));
	if (!lacp_collects(&lag, i))
		return;
	MUST(link->used && link->up && !link->held && link->selected);
	MUST((link->state & LACP_SYNC) != 0);
	MUST((link->partner.state & LACP_SYNC) != 0);
	MUST(!lacp_distributes(&lag, i) ||
	     (link->partner.state & wants) == wants);
	if (alone)
		return;
	MUST((link->state & (LACP_DEFAULTED | LACP_EXPIRED)) == 0);
	MUST(link->receive == LACP_CURRENT && now < link->current_while);
	MUST(link->partner.system != lag.settings.system);
	MUST(lag.has_partner && lacp_is_same_lag(&link->partner, &lag.partner));
	MUST(link->seen || (link->partner.state & LACP_AGGREGATION) == 0);
	MUST(lacp_aggregates(&lag, link));
}

/* The fallback is alone; no link has a partner. */
static void
check_fallback(void)
{
	if (lag.fallback == LACP_LINKS_MAX)
		return;
	MUST(lag.settings.fallback);
	MUST(lacp_distributes(&lag, lag.fallback) ==
	     (lag.settings.min_links <= 1));
	for (unsigned int i = 0; i < LINKS; i++) {
		MUST(!lag.link[i].up || !lacp_is_recorded(&lag.link[i]));
		MUST(i == lag.fallback || !lacp_collects(&lag, i));
	}
}

/* Either so many as min_links are ready, or none is used. */
static void
check_min_links(void)
{
	unsigned int ready = 0, used = 0;

	for (unsigned int i = 0; i < LINKS; i++) {
		ready += lag.link[i].mux >= LACP_MUX_ATTACHED &&
			 (lag.link[i].partner.state & LACP_SYNC) != 0;
		used += lacp_collects(&lag, i);
	}
	MUST(used == (ready >= lag.settings.min_links ? ready : 0));
}

/* Once more, at the same time, changes nothing. */
static uint64_t
run(void)
{
	uint64_t due = lacp_run(&lag, now, on_send, &lag);
	struct lacp before = lag;

	MUST(due > now);
	MUST(lacp_run(&lag, now, on_send, &lag) == due);
	MUST(memcmp(&before, &lag, sizeof(lag)) == 0);
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		check_link(i);
	check_fallback();
	check_min_links();
	return due;
}

/*
 * A message by one link moves another only if the LAG gets another partner, its
 * fallback begins or ends, or it has enough links, or no longer.
 */
static void
check_others(const struct lacp *before, unsigned int slot)
{
	bool same = before->has_partner == lag.has_partner &&
		    lacp_is_same_lag(&before->partner, &lag.partner) &&
		    before->fallback == lag.fallback &&
		    before->enough == lag.enough;

	for (unsigned int i = 0; i < LINKS; i++) {
		const struct lacp_link *was = &before->link[i];
		const struct lacp_link *is = &lag.link[i];

		if (i == slot)
			continue;
		MUST(was->receive == is->receive);
		MUST(was->current_while == is->current_while);
		MUST(was->receive == LACP_PORT_DISABLED ||
		     memcmp(&was->partner, &is->partner,
			    sizeof(was->partner)) == 0);
		MUST(!same || was->mux == is->mux);
		MUST(!lacp_distributes(before, i) || i == before->fallback ||
		     lacp_distributes(&lag, i) || (lag.has_partner && !same));
	}
}

static void
receive(unsigned int slot, const uint8_t *octets, uint32_t size)
{
	struct lacp before;

	run();
	before = lag;
	lacp_receive(&lag, slot, octets, size, now, on_send, &lag);
	run();
	check_others(&before, slot);
}

/* A LACPDU of one of four partners, or of ourselves. */
static struct lacp_pdu
make(unsigned int slot, uint8_t what, uint8_t state)
{
	static const uint64_t systems[] = { 0x0200000000b1, 0x0200000000b2,
					    0x0200000000b2, 0x020000000001 };
	struct lacp_pdu pdu = { 0 };

	pdu.actor = (struct lacp_info){
		.system = systems[what & 3],
		.system_priority = 1,
		.key = (what & 3) == 2 ? 2 : 1,
		.port = (uint16_t)(what & 4 ? 9 : 10 + slot),
		.state = state,
	};
	lacp_actor(&lag, slot, &pdu.partner);
	if (what & 8)
		memset(&pdu.partner, 0, sizeof(pdu.partner));
	if (what & 16)
		pdu.partner.state ^= (uint8_t)(1u << (what >> 5));
	return pdu;
}

static void
receive_pdu(const uint8_t *field, unsigned int slot)
{
	uint8_t octets[LACP_PDU_SIZE];
	struct lacp_pdu pdu;

	if (field[FIELD_KIND] % KINDS == KIND_CHANGED) {
		pdu = make(slot, 0, 0x3d);
		lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
		octets[field[FIELD_WHAT] % LACP_PDU_SIZE] = field[FIELD_MORE];
	} else {
		pdu = make(slot, field[FIELD_WHAT], field[FIELD_MORE]);
		lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
	}
	receive(slot, octets, sizeof(octets));
}

static void
receive_marker(const uint8_t *field, unsigned int slot)
{
	const struct lacp_marker marker = { .transaction = field[FIELD_WHAT] };
	uint8_t octets[LACP_PDU_SIZE];

	lacp_pdu_write_response(octets, &marker);
	octets[2] = 1 + (field[FIELD_MORE] & 1);
	receive(slot, octets, sizeof(octets));
}

static void
add(unsigned int slot)
{
	lacp_add(&lag, slot, (uint16_t)(slot + 1));
	memset(pdus[slot], 0, sizeof(pdus[slot]));
	memset(responses[slot], 0, sizeof(responses[slot]));
}

static void
set(uint8_t bits)
{
	const struct lacp_settings settings = {
		.system = 0x020000000001 + (bits >> 4 & 1),
		.system_priority = 5,
		.key = 6 + (bits >> 3 & 1),
		.active = bits & 1,
		.fast = bits & 2,
		.fallback = bits & 4,
		.min_links = bits >> 5 & 3,
	};

	lacp_set(&lag, &settings, now);
}

/* Before the time that is due nothing happens. */
static void
wait_for(uint64_t ns)
{
	uint64_t end = now + ns, due = run();
	struct lacp before;

	while (due <= end) {
		now = due;
		due = run();
	}
	before = lag;
	now = end;
	MUST(run() == due);
	MUST(memcmp(&before, &lag, sizeof(lag)) == 0);
}

/* The caller is late, or not. */
static void
step(uint64_t ns, bool late)
{
	if (late)
		now += ns;
	else
		wait_for(ns);
}

/* Returns how many octets behind the fields it took. */
static uint32_t
act(const uint8_t *field, uint32_t rest)
{
	unsigned int slot = field[FIELD_SLOT] % LINKS;
	bool on = field[FIELD_WHAT] & 1;
	uint32_t n = 0;

	step(UINT64_C(1) << (field[FIELD_STEP] % 37), field[FIELD_STEP] & 0x80);
	switch ((enum kind)(field[FIELD_KIND] % KINDS)) {
	case KIND_PDU:
	case KIND_CHANGED:
		receive_pdu(field, slot);
		break;
	case KIND_MARKER:
		receive_marker(field, slot);
		break;
	case KIND_OCTETS:
		n = field[FIELD_WHAT] < rest ? field[FIELD_WHAT] : rest;
		receive(slot, field + FIELDS, n);
		break;
	case KIND_LINK:
		lacp_link(&lag, slot, on, now);
		break;
	case KIND_HOLD:
		lacp_hold(&lag, slot, on);
		break;
	case KIND_ADD:
		add(slot);
		break;
	case KIND_REMOVE:
		lacp_remove(&lag, slot);
		break;
	case KIND_SET:
		set(field[FIELD_WHAT]);
		break;
	case KIND_WAIT:
		wait_for(field[FIELD_WHAT] * CLOCK_SECOND);
		break;
	case KINDS:
		break;
	}
	run();
	return n;
}

static void
begin(void)
{
	static const struct lacp_settings none = { .system = 1 };

	now = 1000 * CLOCK_SECOND;
	lacp_begin(&lag, &none);
	set(1);
	for (unsigned int i = 0; i < LINKS; i++)
		add(i);
	run();
}

/* At the end: whatever was before, one link with a partner in sync is used. */
static void
check_end(void)
{
	set(1);
	lacp_remove(&lag, 1);
	lacp_remove(&lag, 2);
	lacp_hold(&lag, 0, false);
	lacp_link(&lag, 0, false, now);
	wait_for(2 * CLOCK_SECOND);
	if (!lag.link[0].used)
		add(0);
	lacp_link(&lag, 0, true, now);
	for (unsigned int i = 0; i < 3; i++) {
		struct lacp_pdu pdu = make(0, 0, 0x3d);
		uint8_t octets[LACP_PDU_SIZE];

		lacp_pdu_write(octets, &pdu.actor, &pdu.partner);
		receive(0, octets, sizeof(octets));
		wait_for(3 * CLOCK_SECOND);
	}
	MUST(lacp_distributes(&lag, 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin();
	for (unsigned int i = 0; size >= FIELDS && i < ACTIONS_MAX; i++) {
		uint32_t n = FIELDS + act(data, (uint32_t)(size - FIELDS));

		data += n;
		size -= n;
	}
	check_end();
	return 0;
}
