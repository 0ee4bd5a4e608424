/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configurations at the size of a large exchange: what control takes for one is
 * bounded, and does not grow with the square of its ports.
 *
 * Time is that of the processor for this thread, so that others on the machine do
 * not count, and the machine is measured by a smaller configuration.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fabric/api/answers.h"
#include "fabric/apply/apply.h"
#include "fabric/apply/apply_impl.h"
#include "fabric/apply/tables.h"
#include "fabric/neigh/neigh.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"
#include "tests/pipe/settled.h"

#define TAGS 32 /* ports of a device, its own included */
#define LANS 20
#define FEW  250
#define MANY 4000
/*
 * MANY ports may take so many times as long as FEW: 16 if each costs the same, 256
 * if each meets all.
 */
#define GROWTH 64.0
/* The processor may be busy with others even so: then it is tried again. */
#define TRIES 4

/* An apply may take 2 s in all at 1,000 ports; a sanitizer is slower. */
#define LARGE 1000
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MOST_MS 20000.0
#else
#define MOST_MS 2000.0
#endif

static double
spent_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
print_lan(FILE *out, unsigned int i, unsigned int mtu)
{
	fprintf(out,
		"[lan l%u]\nipv4 = 10.%u.%u.0/24\nipv6 = 2001:db8:%x::/64\n"
		"mtu = %u\n",
		i, i / 256, i % 256, i, mtu);
}

static void
print_port(FILE *out, unsigned int i, unsigned int host)
{
	unsigned int lan = i % LANS;

	fprintf(out,
		"[port p%u]\nlan = l%u\nmac = 02:00:00:00:%02x:%02x\n"
		"ipv4 = 10.0.%u.%u\nipv6 = 2001:db8:%x::%x\n",
		i, lan, i / 256, i % 256, lan, host, lan, host);
	if (i % TAGS == 0)
		fprintf(out, "device = net_null%u\n", i / TAGS);
	else
		fprintf(out, "parent = p%u\ntag = %u\n", i / TAGS * TAGS,
			i % TAGS);
}

/* So many ports with two bindings each; 'shift' gives them other addresses. */
static char *
exchange(unsigned int ports, unsigned int mtu, unsigned int shift)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned int i = 0; i < LANS; i++)
		print_lan(out, i, mtu);
	for (unsigned int i = 0; i < ports; i++)
		print_port(out, i, i / LANS + 1 + shift);
	fclose(out);
	return text;
}

/* Reads and applies it; the ms for that. */
static double
apply(char *text, unsigned int changes)
{
	double start = spent_ms();
	FILE *in = fmemopen(text, strlen(text), "r");
	struct faults *faults = faults_create();
	struct config *c = config_read_stream("large.ini", in, faults);
	struct apply_result result;

	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(fabric_apply(f, c, &result, faults), 0);
	ck_assert_uint_eq(result.changes, changes);
	fclose(in);
	faults_free(faults);
	free(text);
	return spent_ms() - start;
}

/* The kinds of change that an apply can be of. */
enum change {
	NONE,
	BINDINGS,
	MTU,
	PORTS,
	CHANGES
};

/* With so many ports: the start, and then an apply. */
static double
cost(unsigned int ports, enum change change)
{
	char *text = exchange(change == PORTS ? 1 : ports, 1500, 0);

	begin(text);
	free(text);
	switch (change) {
	case NONE:
		return apply(exchange(ports, 1500, 0), 0);
	case BINDINGS:
		return apply(exchange(ports, 1500, 1), 2 * ports);
	case MTU:
		return apply(exchange(ports, 9000, 0), LANS);
	default:
		return apply(exchange(ports, 1500, 0), ports - 1);
	}
}

START_TEST(an_apply_does_not_take_the_square_of_the_ports)
{
	double few = 0, many = 0;

	for (unsigned int i = 0; i < TRIES && many >= GROWTH * few; i++) {
		few = cost(FEW, (enum change)_i);
		many = cost(MANY, (enum change)_i);
	}
	ck_assert_msg(many < GROWTH * few,
		      "change %d: %u ports take %.1f ms, %u take %.1f ms", _i,
		      FEW, few, MANY, many);
}
END_TEST

/* The command asks with the text, as ixctl does. */
static double
order(struct answers *a, const char *command, char *text)
{
	json_t *args = json_pack("{s:[{s:s, s:s}]}", "file", "name",
				 "large.ini", "text", text);
	char *dumped = json_dumps(args, 0);
	double start = spent_ms();
	struct request q;

	request_begin(&q, a, command, dumped);
	request_more(&q);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	start = spent_ms() - start;
	request_end(&q);
	free(dumped);
	json_decref(args);
	free(text);
	return start;
}

/* In as many devices as DPDK opens at most. */
START_TEST(a_thousand_ports_are_compared_and_applied_in_two_seconds)
{
	char *text = exchange(LARGE, 1500, 0);
	struct answers *a;
	double diff, applied;

	begin(text);
	free(text);
	a = answers_create(f, "/dev/null");
	diff = order(a, "config diff", exchange(LARGE, 9000, 1));
	applied = order(a, "config apply", exchange(LARGE, 9000, 1));
	ck_assert_uint_eq(f->generation, 2);
	answers_free(a);
	ck_assert_msg(diff < MOST_MS / 2 && applied < MOST_MS,
		      "config diff: %.1f ms, config apply: %.1f ms", diff,
		      applied);
}
END_TEST

/* 300 LANs: those that an apply does not change cost next to nothing. */
#define FEW_PORTS 300
#define MANY_LANS 300
#define SAVED     3.0

static char *
many_lans(unsigned int first, unsigned int rest)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned int i = 0; i < MANY_LANS; i++)
		print_lan(out, i, i == 0 ? first : rest);
	for (unsigned int i = 0; i < FEW_PORTS; i++)
		fprintf(out, "[port p%u]\nlan = l%u\ndevice = net_null%u\n", i,
			i, i);
	fclose(out);
	return text;
}

START_TEST(an_apply_does_not_go_through_lans_that_it_does_not_change)
{
	double one = 0, all = 0;

	for (unsigned int i = 0; i < TRIES && all <= SAVED * one; i++) {
		char *text = many_lans(1500, 1500);

		begin(text);
		free(text);
		one = apply(many_lans(2000, 1500), 1);
		all = apply(many_lans(2001, 1501), MANY_LANS);
	}
	ck_assert_msg(all > SAVED * one,
		      "one LAN changes: %.1f ms, all: %.1f ms", one, all);
}
END_TEST

/*
 * What control does in a turn does not grow with the exchange: counted in parts, not
 * in time.
 */
#define UNITS       64
#define MOST_A_PART 16 /* the dearest: the IP addresses of a LAN */

START_TEST(an_apply_is_made_in_parts_and_lans_follow_in_parts)
{
	char *text = many_lans(1500, 1500), *next = many_lans(2000, 2000);
	unsigned int all = MANY_LANS * (1 + MOST_A_PART + 1) + FEW_PORTS * 3;
	struct faults *faults = faults_create();
	struct apply_result result;
	struct tables *tables;
	unsigned int parts = 0;
	struct config *c;
	struct apply *a;

	begin(text);
	c = harness_read(next);
	tables = tables_create(f->config, c, faults);
	ck_assert_int_eq(tables_copy(f, c, tables, SIZE_MAX), 1);
	a = apply_begin(f, c, tables, NULL, faults);
	while (apply_prepare(a, UNITS) == 0) {
		parts++;
		ck_assert_uint_eq(f->generation, 1);
		ck_assert_uint_eq(f->stale_lans, 0);
	}
	ck_assert_uint_ge(parts, all / (UNITS + MOST_A_PART));
	ck_assert_int_eq(apply_carry_out(a, &result), 0);
	/* None has followed in this turn. */
	ck_assert_uint_eq(f->stale_lans, MANY_LANS);
	for (unsigned int left = MANY_LANS; left > 0; left = f->stale_lans) {
		neigh_settle(f, 1);
		ck_assert_uint_eq(f->stale_lans, left - 1);
	}
	settled_check(f);
	tables_free(tables);
	faults_free(faults);
	free(text);
	free(next);
}
END_TEST

/* 1,000 ports on 32 devices, in 300 LANs; some of them meet in each. */
static void
print_member(FILE *out, unsigned int i)
{
	fprintf(out, "[port p%u]\nlan = l%u\n", i, i % MANY_LANS);
	if (i % TAGS == 0)
		fprintf(out, "device = net_null%u\n", i / TAGS);
	else
		fprintf(out, "parent = p%u\ntag = %u\n", i / TAGS * TAGS,
			i % TAGS);
}

/* The device below a port; what comes in there has the tag of the port. */
static const char *
device_of(unsigned int i)
{
	static char name[16];

	snprintf(name, sizeof(name), "p%u", i / TAGS * TAGS);
	return name;
}

static uint64_t
mac_of(unsigned int i)
{
	return UINT64_C(0x020000000000) + i + 1;
}

static void
send_from(unsigned int i, uint64_t dst)
{
	unsigned int tag = i % TAGS;
	uint8_t *frame = harness_frame(h, mac_of(i), dst,
				       tag != 0 ? 0x8100 : 0x0800, 64);

	if (tag != 0) {
		frame_write16(frame + 14, (uint16_t)tag);
		frame_write16(frame + 16, 0x0800);
	}
	harness_send(h, device_of(i), frame, 64);
}

START_TEST(a_thousand_ports_in_300_lans_forward)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned int i = 0; i < MANY_LANS; i++)
		fprintf(out, "[lan l%u]\nprofile = open\n", i);
	for (unsigned int i = 0; i < LARGE; i++)
		print_member(out, i);
	fclose(out);
	begin(text);
	free(text);
	for (unsigned int i = 0; i < LARGE; i++)
		send_from(i, MAC_BROADCAST);
	/* To another of the LAN, by its device alone. */
	for (unsigned int i = 0; i < LARGE; i += 7) {
		unsigned int to =
			(i + MANY_LANS) % (LARGE / MANY_LANS * MANY_LANS);

		if (to % MANY_LANS != i % MANY_LANS)
			continue;
		send_from(i, mac_of(to));
		ck_assert_uint_eq(harness_sent(h, f->port[to]->name), 1);
		/* One that no port has goes there, too. */
		send_from(i, mac_of(LARGE));
		ck_assert_uint_ge(harness_sent(h, f->port[to]->name), 1);
	}
	ck_assert_str_eq(harness_where(h, mac_of(LARGE)), "");
}
END_TEST

/* So many devices as DPDK opens, each with other numbers of queues. */
START_TEST(queues_are_spread_over_the_workers_and_stay_there)
{
	struct fabric *many = calloc(1, sizeof(*many));
	struct device_rt *device = calloc(TAGS, sizeof(*device));
	unsigned int load[WORKERS_MAX] = { 0 }, least = UINT_MAX, most = 0;
	uint8_t before[TAGS][WORKERS_MAX];

	many->nworkers = 5;
	for (unsigned int i = 0; i < TAGS; i++) {
		device[i].nrxqs = (uint16_t)(i % 5 + 1);
		many->device[i] = &device[i];
		device_assign_queues(many, &device[i]);
		memcpy(before[i], device[i].rxq_worker, sizeof(before[i]));
		for (unsigned int k = 0; k < i; k++)
			ck_assert_mem_eq(before[k], device[k].rxq_worker,
					 sizeof(before[k]));
		for (unsigned int q = 0; q < device[i].nrxqs; q++)
			load[device[i].rxq_worker[q]]++;
	}
	for (unsigned int w = 0; w < many->nworkers; w++) {
		least = load[w] < least ? load[w] : least;
		most = load[w] > most ? load[w] : most;
	}
	ck_assert_uint_le(most - least, 1);
	/* All five of a device with as many queues as workers are different. */
	for (unsigned int q = 1; q < 5; q++)
		ck_assert_uint_ne(device[4].rxq_worker[q],
				  device[4].rxq_worker[q - 1]);
	free(device);
	free(many);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("size");
	TCase *tc = fixture_case(s, "size", NULL);

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, an_apply_does_not_take_the_square_of_the_ports,
			    0, CHANGES);
	tcase_add_test(
		tc, a_thousand_ports_are_compared_and_applied_in_two_seconds);
	tcase_add_test(
		tc, an_apply_does_not_go_through_lans_that_it_does_not_change);
	tcase_add_test(tc, an_apply_is_made_in_parts_and_lans_follow_in_parts);
	tcase_add_test(tc, a_thousand_ports_in_300_lans_forward);
	tcase_add_test(tc, queues_are_spread_over_the_workers_and_stay_there);
	return check_run(s);
}
