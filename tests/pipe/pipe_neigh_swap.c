/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A worker forwards ARP, neighbour discovery and frames to the fabric, while
 * control takes its reports and configurations, links and states change:
 * nothing is freed while in use, no buffer is lost. The sanitizers, of threads
 * and of addresses, find the faults.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_run.h"
#include "fabric/neigh/neigh_impl.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/neigh/sponge_state.h"
#include "fabric/neigh/sponge_state_take.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/violation.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"

#define APPLIES 300
#define FRAMES  4096 /* of each member, over and over */
#define MEMBERS 3

#define FAST "arp_pps = 1000000\nnd_pps = 1000000\n"
#define SPONGE(keys)                                                           \
	MESSAGE_LAN "sponge = on\nsponge_learning = 0\nsponge_queuedepth = "   \
		    "8\n" FAST keys
#define A MESSAGE_PORT("a", "1", "")
#define B MESSAGE_PORT("b", "2", "")
#define C MESSAGE_PORT("c", "3", "")

static const char *const configs[] = {
	SPONGE("profile = ixp-strict\n") A B C,
	SPONGE("profile = ixp-basic\narp_mode = proxy\n")
		A B MESSAGE_UNKNOWN_PORT("c", ""),
	MESSAGE_LAN "profile = ixp-strict\n" FAST A B C,
	SPONGE("profile = open\nnd_max_targets = 64\narp_dynamic = on\n")
		MESSAGE_UNKNOWN_PORT("a", "") MESSAGE_UNKNOWN_PORT("b", ""),
	SPONGE("profile = ixp-strict\nsponge_link_local = on\n"
	       "nd_max_targets = 64\nsponge_suppress = off\n") A C,
	"[lan l]\nprofile = open\n[lan m]\nipv4 = 192.0.2.0/24\n"
	"ipv6 = 2001:db8::/64\nprofile = ixp-basic\nsponge = on\n"
	"sponge_mac = 02:53:00:00:00:01\n" FAST
	"[port a]\ndevice = net_null_a\nlan = m\nmac = 02:00:00:00:00:01\n"
	"[port b]\ndevice = net_null_b\nlan = l\n",
	SPONGE("profile = ixp-basic\nunassigned = dead\nnd_unassigned = dead\n"
	       "sponge_network = on\nsponge_static = on\n") A B C,
	MESSAGE_LAN
	"profile = open\ngarp = suppress\n" MESSAGE_UNKNOWN_PORT("a", "")
		MESSAGE_UNKNOWN_PORT("c", ""),
	SPONGE("profile = ixp-strict\nsponge_init = none\nsponge_pending = 0\n"
	       "sponge_gratuitous = on\nunknown_arp = drop\n") A B,
};

#define CONFIGS (sizeof(configs) / sizeof(configs[0]))

/* Is rejected in the middle, after a device was opened anew. */
#define REFUSED                                                                \
	SPONGE("profile = ixp-strict\nnd_max_targets = 128\n")                 \
	"[port a]\ndevice = net_null_a,size=80\nlan = l\n"                     \
	"mac = 02:00:00:00:00:01\n"                                            \
	"[port x]\ndevice = net_null_bad\nlan = l\nmac = 02:00:00:00:00:09\n"

static const struct backend *memory;
static struct backend busy;
/* Made before the worker starts. */
static struct message frames[MEMBERS][FRAMES];
/* Of the worker's thread. */
static unsigned int next[MEMBERS];

static struct message
make_frame(unsigned int n)
{
	int family = random() % 2 == 0 ? 4 : 6;
	struct ipaddr own = message_ip(family, n);
	struct ipaddr other =
		message_ip(family, 1 + (unsigned int)random() % 40);

	if (random() % 16 == 0)
		other = message_own(family);
	if (family == 6 && random() % 4 == 0)
		other.octet[14] = (uint8_t)random();
	switch (random() % 8) {
	case 0:
		return message_reply(n, own, 1 + (unsigned int)random() % 3);
	case 1:
		return message_gratuitous(n, random() % 2 == 0 ? own : other);
	case 2:
		return message_is_free(n, other);
	case 3:
		return message_data(n, random() % 4 == 0 ? other : own, other,
				    random() % 2 == 0 ? MESSAGE_SPONGE
						      : message_mac(2));
	case 4:
		return message_request_to(n, other, MESSAGE_SPONGE);
	default:
		return message_request(n, other);
	}
}

static uint16_t
give(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	unsigned int member = (unsigned int)(uintptr_t)d->arg;

	(void)queue;
	n = n < 8 ? n : 8;
	if (next[member] % 512 == 0)
		rte_delay_us_sleep(200);
	if (rte_pktmbuf_alloc_bulk(f->pool, pkt, n) != 0)
		return 0;
	for (uint16_t i = 0; i < n; i++) {
		const struct message *t =
			&frames[member][next[member]++ % FRAMES];

		memcpy(rte_pktmbuf_append(pkt[i], (uint16_t)t->len), t->octet,
		       t->len);
	}
	return n;
}

static uint16_t
take(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue;
	rte_pktmbuf_free_bulk(pkt, n);
	return n;
}

static int
open_busy(struct fabric *fabric, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	int rc = memory->open(fabric, d, at, faults);

	if (rc != 0)
		return rc;
	d->dev.rx = give;
	d->dev.tx = take;
	d->dev.arg = (void *)(uintptr_t)(d->spec[9] - 'a');
	return rc;
}

static void *
run(void *arg)
{
	worker_run(f->worker[0], f->qs, 0);
	return arg;
}

/* As fabric_turn() does, but at a time of its own. */
static void
turn(void)
{
	f->now += (uint64_t)(random() % 200) * CLOCK_MILLISECOND;
	learn_poll(f);
	if (punt_poll(f))
		neigh_plan(f);
	retire_poll(f);
	violation_poll(f);
	violation_timers(f);
	link_turn(f);
	neigh_turn(f);
}

static void
operate(void)
{
	struct ipaddr ip = message_ip(random() % 2 == 0 ? 4 : 6,
				      1 + (unsigned int)random() % 40);
	unsigned int n;

	switch (random() % 4) {
	case 0:
		sponge_ops_set(f, "l", &ip,
			       (enum sponge_kind)(random() % SPONGE_KINDS), 0,
			       0);
		break;
	case 1:
		sponge_ops_confirm(f, "l", &ip);
		break;
	case 2:
		sponge_ops_clear_all(f, "l", &n);
		break;
	default:
		sponge_ops_forget_mac(f, "l", &ip);
	}
}

static void
change_links(void)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL && !f->device[i]->closed)
			link_seen(f, f->device[i],
				  (struct link){ .up = random() % 4 != 0 });
}

/* Writes the states as a text, and takes them back. */
static void
remember(void)
{
	struct sponge_text *t = sponge_state_begin(f, 1);
	struct sponge_taken taken;
	size_t size;
	char *text;

	while (sponge_state_part(t) == 1)
		;
	text = sponge_state_end(t, &size);
	ck_assert_int_eq(sponge_state_take(f, text, size, 1, &taken), 0);
	free(text);
}

static void
live(void)
{
	for (unsigned int i = 0; i < 20; i++) {
		turn();
		operate();
		rte_delay_us_sleep(100);
	}
	change_links();
	remember();
	turn();
}

/* Frees the frames that the worker has not sent. */
static void
drain(void)
{
	worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
	turn();
	worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
}

static void
begin_busy(void)
{
	srandom(1);
	for (unsigned int i = 0; i < MEMBERS; i++)
		for (unsigned int k = 0; k < FRAMES; k++)
			frames[i][k] = make_frame(i + 1);
	begin_at(0, "[fabric]\n");
	harness_skip_accounts(h);
	f->event = NULL;
	memory = f->backend;
	busy = *memory;
	busy.open = open_busy;
	f->backend = &busy;
	f->worker[0]->witness = NULL;
}

START_TEST(requests_are_answered_while_configurations_change)
{
	uint64_t punts = 0;
	pthread_t thread;

	begin_busy();
	rte_rcu_qsbr_thread_register(f->qs, 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
	for (unsigned int i = 0; i < APPLIES; i++) {
		harness_apply(h, configs[(size_t)random() % CONFIGS]);
		live();
		if (i % 8 == 0)
			harness_refuse(h, REFUSED);
		live();
		if (runtime_lan(f, "l") != NULL &&
		    runtime_lan(f, "l")->neigh != NULL)
			punts +=
				runtime_lan(f, "l")->neigh->counts.arp_requests;
	}
	while (!retire_poll(f))
		sched_yield();
	atomic_store(&f->worker[0]->stop, true);
	pthread_join(thread, NULL);
	rte_rcu_qsbr_thread_unregister(f->qs, 0);
	drain();
	ck_assert_uint_gt(punts, APPLIES);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("neigh_swap");
	TCase *tc = fixture_case(s, "neigh_swap", NULL);

	tcase_add_test(tc, requests_are_answered_while_configurations_change);
	return check_run(s);
}
