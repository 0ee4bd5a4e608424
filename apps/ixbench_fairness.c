/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixbench fairness: how an egress port that is offered more than it takes divides
 * what it takes among the senders.  Measured against max-min shares (RFC 1633's
 * fair sharing, in octets): no sender gets more while another that wants more has less.
 */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>

#include "apps/ixbench_run.h"
#include "fabric/bench/dut.h"

#define SENDERS_MAX (SOURCE_PORTS - 1)
#define WIRE        20 /* octets of preamble and gap, beyond the FCS */
#define FCS         4

static const char usage[] =
	"usage: ixbench fairness [OPTION]... [-- EAL-ARGUMENT...]\n"
	"Several ports send into one that takes less: what each gets of it, "
	"and "
	"how far that is\n"
	"from equal (max-min) shares.\n"
	"\n"
	"  --senders N      ports that send, 2 to 31 (8)\n"
	"  --takes P        percent of what is sent that the port takes, 1 to "
	"99 (50)\n"
	"  --link M         Mbit/s that it takes, 1 to 100000 (100)\n"
	"  --frame N,...    octets of a frame with FCS, 64 to 9018; each "
	"alone, "
	"and the first\n"
	"                   two mixed (64,1500)\n"
	"  --workers N,...  workers, on the last cores that may be used (1, "
	"and "
	"2 if there are)\n"
	"  --most P         the deviation, in percent, above which it fails, 0 "
	"to 1000 (5)\n"
	"  --profile P      ixp-strict, ixp-basic or open (ixp-strict)\n"
	"  --idle I         idle workers poll or sleep (poll)\n"
	"  --isa I          no wider instructions than scalar, sse or avx512 "
	"(avx512)\n"
	"  --seconds S      of a trial (0.5)\n"
	"  --tries N        of so many trials, that with the fewest frames "
	"that "
	"no worker took in\n"
	"                   time, 1 to 100 (1)\n"
	"  --config FILE    this configuration; its net_null devices get the "
	"frames\n"
	"  --print-config   print the configuration that would be used, and "
	"stop\n"
	"  --json           JSON, with all that is needed to repeat the run\n"
	"  --help, --version\n";

/* How senders, receiver and queues are arranged. */
enum order {
	ORDER_FIRST,     /* receiver first, then the slow senders */
	ORDER_LAST,      /* receiver last, the slow senders before it */
	ORDER_ALTERNATE, /* receiver in the middle, every other sender is slow */
	ORDERS
};

static const char *const order_name[ORDERS] = { "first", "last", "alternate" };

enum sizes {
	SIZES_ONE,   /* all frames */
	SIZES_MIXED, /* each sender sends both sizes in turn */
	SIZES_SPLIT  /* every other sender has the larger one */
};

struct options {
	struct forward_options forward;
	unsigned int senders, takes, link, tries, most;
	struct list frames, workers;
	bool print_config, json;
};

/* A run in a child: all trials with a number of workers. */
struct part {
	const struct options *o;
	struct forward_options forward;
};

struct sender {
	unsigned int port, queue;
	bool slow;
	unsigned int frame[2];
	double octets; /* of a frame without FCS, in the mean */
	double weight; /* of the octets that are offered on the wire */
	struct source_pair pair;
};

struct set {
	const struct options *o;
	enum order order;
	enum sizes sizes;
	unsigned int frame; /* of SIZES_ONE */
	bool unequal;
	unsigned int receiver, workers;
	struct sender sender[SENDERS_MAX];
};

struct share {
	double offered, got, fair; /* octets without FCS */
};

static void
place(struct set *s, unsigned int i)
{
	struct sender *m = &s->sender[i];
	unsigned int n = s->o->senders;

	m->port = i + (i >= s->receiver);
	switch (s->order) {
	case ORDER_FIRST:
		m->slow = i < n / 2;
		m->queue = i % s->workers;
		break;
	case ORDER_LAST:
		m->slow = i >= n - n / 2;
		m->queue = i * s->workers / n;
		break;
	default:
		m->slow = i % 2 == 1;
		m->queue = i / 2 % s->workers;
	}
	m->slow &= s->unequal;
}

static void
size(struct set *s, unsigned int i)
{
	const struct list *frames = &s->o->frames;
	struct sender *m = &s->sender[i];

	m->frame[0] = m->frame[1] = s->frame;
	if (s->sizes == SIZES_MIXED) {
		m->frame[0] = frames->value[0];
		m->frame[1] = frames->value[1];
	} else if (s->sizes == SIZES_SPLIT) {
		m->frame[0] = m->frame[1] = frames->value[i % 2];
	}
	m->octets = (m->frame[0] + m->frame[1]) / 2.0 - FCS;
	m->weight = m->slow ? 0.25 : 1;
}

static void
arrange(struct set *s)
{
	static const double where[ORDERS] = { 0, 1, 0.5 };

	s->receiver = (unsigned int)(s->o->senders * where[s->order]);
	for (unsigned int i = 0; i < s->o->senders; i++) {
		place(s, i);
		size(s, i);
		s->sender[i].pair = (struct source_pair){
			.dst = source_mac(s->receiver, 0),
			.src = source_mac(s->sender[i].port, 0),
		};
	}
}

static double
sum_weights(const struct set *s)
{
	double sum = 0;

	for (unsigned int i = 0; i < s->o->senders; i++)
		sum += s->sender[i].weight;
	return sum;
}

static void
fill_trial(const struct set *s, struct dut_trial *t)
{
	double link = s->o->link * 1e6, all = link * 100 / s->o->takes;
	double weights = sum_weights(s);

	*t = (struct dut_trial){
		.traffic = s->o->forward.traffic,
		.teach = true,
		.seconds = s->o->forward.seconds,
	};
	t->source[s->receiver].off = true;
	t->sink[s->receiver] =
		(struct sink_port){ .rate = link, .origins = true };
	for (unsigned int i = 0; i < s->o->senders; i++) {
		const struct sender *m = &s->sender[i];

		t->source[m->port] = (struct source_port){
			.rate = all * m->weight / weights / 8 /
				(m->octets + FCS + WIRE),
			.pair = &m->pair,
			.npairs = 1,
			.queue = m->queue,
			.frame = { m->frame[0], m->frame[1] },
		};
	}
}

/*
 * Max-min shares of what all got: those below an equal part of what is left have what
 * they offered, until none is below.
 */
static void
divide(struct share *share, unsigned int n)
{
	double left = 0, part;
	unsigned int open = n, before;

	for (unsigned int i = 0; i < n; i++) {
		left += share[i].got;
		share[i].fair = -1;
	}
	do {
		before = open;
		part = open > 0 ? left / open : 0;
		for (unsigned int i = 0; i < n; i++) {
			if (share[i].fair >= 0 || share[i].offered > part)
				continue;
			share[i].fair = share[i].offered;
			left -= share[i].offered;
			open--;
		}
	} while (open != before);
	for (unsigned int i = 0; i < n; i++)
		if (share[i].fair < 0)
			share[i].fair = part;
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

static double
percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

/* Describes what the senders got; the largest deviation and loss in '*run'. */
static json_t *
describe_senders(const struct set *s, const struct dut_result *r, json_t *run)
{
	const struct dut_port *to = &r->port[s->receiver];
	double most = 0, least = 1000, top = 0, below = 0, all = 0;
	struct share share[SENDERS_MAX];
	json_t *list = json_array();

	for (unsigned int i = 0; i < s->o->senders; i++) {
		const struct sender *m = &s->sender[i];

		share[i].offered = (double)r->port[m->port].sent * m->octets;
		share[i].got = (double)to->octets[m->port];
		all += share[i].got;
	}
	divide(share, s->o->senders);
	for (unsigned int i = 0; i < s->o->senders; i++) {
		const struct sender *m = &s->sender[i];
		const struct share *h = &share[i];
		const struct dut_port *p = &r->port[m->port];
		double of = percent(h->got, h->fair);
		double lost = percent((double)(p->sent - to->from[m->port]),
				      (double)p->sent);

		most = larger(most, of > 100 ? of - 100 : 100 - of);
		least = of < least ? of : least;
		top = larger(top, of);
		if (h->fair >= h->offered)
			below = larger(below, lost);
		json_array_append_new(
			list,
			json_pack("{s:i, s:i, s:b, s:I, s:I, s:I, s:f, s:f, "
				  "s:f, s:f}",
				  "port", m->port, "queue", m->queue, "slow",
				  m->slow, "sent", (json_int_t)p->sent,
				  "missed", (json_int_t)p->missed, "received",
				  (json_int_t)to->from[m->port],
				  "share_percent", percent(h->got, all),
				  "fair_percent", percent(h->fair, all),
				  "deviation_percent", of - 100, "lost_percent",
				  lost));
	}
	json_object_update_new(
		run, json_pack("{s:f, s:f, s:f, s:f}", "deviation_most", most,
			       "least_of_fair", least, "most_of_fair", top,
			       "lost_below_share_percent", below));
	return list;
}

static const char *
sizes_name(const struct set *s, char text[32])
{
	const unsigned int *f = s->o->frames.value;

	if (s->sizes == SIZES_ONE)
		snprintf(text, 32, "%u", s->frame);
	else
		snprintf(text, 32, "%u%c%u", f[0],
			 s->sizes == SIZES_MIXED ? '+' : '/', f[1]);
	return text;
}

static json_t *
describe(const struct set *s, const struct dut_result *r)
{
	char sizes[32];
	json_t *run = json_pack(
		"{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:f, s:f, s:f, s:I, s:I, "
		"s:I, s:I}",
		"frames", sizes_name(s, sizes), "rates",
		s->unequal ? "unequal" : "equal", "order", order_name[s->order],
		"workers", s->workers, "senders", s->o->senders, "receiver",
		s->receiver, "takes_percent", s->o->takes, "link_bps",
		s->o->link * 1e6, "measured_seconds", r->seconds, "tsc_hz",
		r->tsc_hz, "sent", (json_int_t)(r->offered - r->missed),
		"missed", (json_int_t)r->missed, "received",
		(json_int_t)r->received, "bad", (json_int_t)r->bad);

	json_object_set_new(run, "senders_got", describe_senders(s, r, run));
	json_object_set_new(run, "drops", run_drops(r->drop));
	return run;
}

/* Whether the shares of a trial are nearer to max-min shares; none is if nothing came. */
static bool
is_nearer(const json_t *run, const json_t *best)
{
	return run_number(run, "received") != 0 &&
	       (run_number(best, "received") == 0 ||
		run_real(run, "deviation_most") <
			run_real(best, "deviation_most"));
}

/* Of several tries, that with the smallest deviation: see --tries in the manual. */
static int
try(struct dut *d, struct set *s, json_t *runs, struct faults *faults)
{
	static struct dut_result r;
	struct dut_trial t;

	json_t *best = NULL, *run;

	arrange(s);
	fill_trial(s, &t);
	for (unsigned int i = 0; i < s->o->tries; i++) {
		if (dut_trial(d, &t, &r, faults) != 0) {
			json_decref(best);
			return -1;
		}
		run = describe(s, &r);
		if (best == NULL || is_nearer(run, best)) {
			json_decref(best);
			best = run;
		} else {
			json_decref(run);
		}
		if (run_real(best, "deviation_most") <= s->o->most)
			break;
	}
	json_array_append_new(runs, best);
	return 0;
}

/* All orders, with equal and unequal rates. */
static int
try_rates(struct dut *d, struct set *s, json_t *runs, struct faults *faults)
{
	int ret = 0;

	for (unsigned int i = 0; ret == 0 && i < 2 * ORDERS; i++) {
		s->order = i % ORDERS;
		s->unequal = i >= ORDERS;
		ret = try(d, s, runs, faults);
	}
	return ret;
}

static int
try_all(struct dut *d, const struct part *p, json_t *runs,
	struct faults *faults)
{
	const struct list *frames = &p->o->frames;
	struct set s = { .o = p->o, .workers = p->forward.workers };
	int ret = 0;

	if (d->ports != p->o->senders + 1) {
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "%u net_null devices: %u senders need %u",
			     d->ports, p->o->senders, p->o->senders + 1);
		return -1;
	}
	for (unsigned int i = 0; ret == 0 && i < frames->n; i++) {
		s.frame = frames->value[i];
		ret = try_rates(d, &s, runs, faults);
	}
	s.sizes = SIZES_MIXED;
	if (ret == 0 && frames->n > 1)
		ret = try_rates(d, &s, runs, faults);
	s.sizes = SIZES_SPLIT;
	if (ret == 0 && frames->n > 1)
		ret = try_rates(d, &s, runs, faults);
	return ret;
}

/* In the child. */
static int
run_here(const void *arg, FILE *out)
{
	const struct part *p = arg;
	struct faults *faults = faults_create();
	json_t *runs = json_array();
	struct dut d;
	int rc = EXIT_FAILURE, ret;

	if (faults == NULL)
		return rc;
	ret = dut_start(&d, &p->forward, faults);
	if (ret == 0)
		ret = try_all(&d, p, runs, faults);
	if (d.config_is_bad)
		rc = EXIT_CONFIG;
	else if (ret == 0)
		rc = run_write(runs, out);
	dut_stop(&d);
	faults_print(faults, stderr);
	faults_free(faults);
	json_decref(runs);
	return rc;
}

static const char *
word(const json_t *run, const char *key)
{
	return json_string_value(json_object_get(run, key));
}

static void
print_run(const json_t *run)
{
	printf("%-9s %-7s %-9s %7lld %6.1f %6.1f %9.1f %10.2f %8lld\n",
	       word(run, "frames"), word(run, "rates"), word(run, "order"),
	       (long long)run_number(run, "workers"),
	       run_real(run, "least_of_fair"), run_real(run, "most_of_fair"),
	       run_real(run, "deviation_most"),
	       run_real(run, "lost_below_share_percent"),
	       (long long)run_number(run, "missed"));
}

static int
wrong(const json_t *run, const char *text)
{
	fprintf(stderr,
		"ixbench: frames of %s octets, %s rates, order %s, %lld "
		"workers: %s\n",
		word(run, "frames"), word(run, "rates"), word(run, "order"),
		(long long)run_number(run, "workers"), text);
	return EXIT_FAILURE;
}

/* How a run went wrong, on standard error. */
static int
judge(const struct options *o, const json_t *run)
{
	json_t *drops = json_object_get(run, "drops"), *n;
	json_int_t dropped = 0;
	char text[96];
	const char *why;

	json_object_foreach(drops, why, n) dropped += json_integer_value(n);
	if (run_number(run, "received") == 0)
		return wrong(run, "no frame came out");
	if (dropped == 0)
		return wrong(run, "no frame was dropped: the port took all");
	if (run_number(run, "received") + dropped != run_number(run, "sent") ||
	    run_number(run, "bad") != 0)
		return wrong(run, "frames were lost that no counter has");
	if (run_real(run, "deviation_most") <= o->most)
		return EXIT_SUCCESS;
	snprintf(text, sizeof(text),
		 "a sender is %.1f %% off its share (--most %u)",
		 run_real(run, "deviation_most"), o->most);
	return wrong(run, text);
}

static int
judge_all(const struct options *o, json_t *got, json_t *runs)
{
	int rc = EXIT_SUCCESS;
	json_t *run;
	size_t i;

	json_array_foreach(got, i, run)
	{
		if (!o->json)
			print_run(run);
		if (judge(o, run) != EXIT_SUCCESS)
			rc = EXIT_FAILURE;
	}
	json_array_extend(runs, got);
	fflush(stdout);
	return rc;
}

static int
run(struct options *o)
{
	json_t *top = machine_describe(), *runs = json_array(), *got;
	struct part p = { o, o->forward };
	int rc = EXIT_SUCCESS, one = EXIT_SUCCESS;

	if (!o->json) {
		run_print_machine(top);
		printf("FRAMES    RATES   ORDER     WORKERS  LEAST   MOST "
		       "DEVIATION LOST-BELOW   MISSED\n");
	}
	for (unsigned int i = 0; one == EXIT_SUCCESS && i < o->workers.n; i++) {
		p.forward.workers = o->workers.value[i];
		got = run_child(run_here, &p, &one);
		if (one == EXIT_SUCCESS &&
		    judge_all(o, got, runs) != EXIT_SUCCESS)
			rc = EXIT_FAILURE;
		json_decref(got);
	}
	if (one != EXIT_SUCCESS)
		rc = one;
	json_object_set_new(top, "config", run_config(&p.forward));
	return run_end(top, runs, o->json, rc);
}

static int
parse(int argc, char **argv, struct options *o)
{
	struct forward_options *f = &o->forward;
	const struct option_row rows[] = {
		{ "senders", OPTION_NUMBER, &o->senders, 2, SENDERS_MAX },
		{ "takes", OPTION_NUMBER, &o->takes, 1, 99 },
		{ "link", OPTION_NUMBER, &o->link, 1, 100000 },
		{ "tries", OPTION_NUMBER, &o->tries, 1, 100 },
		{ "most", OPTION_NUMBER, &o->most, 0, 1000 },
		{ "frame", OPTION_LIST, &o->frames, 64, 9018 },
		{ "workers", OPTION_LIST, &o->workers, 1, RUN_WORKERS },
		{ "profile", OPTION_PROFILE, &f->profile, 0, 0 },
		{ "isa", OPTION_ISA, NULL, 0, 0 },
		{ "idle", OPTION_IDLE, &f->sleep, 0, 0 },
		{ "seconds", OPTION_SECONDS, &f->seconds, 0, 3600 },
		{ "config", OPTION_TEXT, &f->file, 0, 0 },
		{ "print-config", OPTION_FLAG, &o->print_config, 0, 0 },
		{ "json", OPTION_FLAG, &o->json, 0, 0 },
	};

	return options_parse(run_split(argc, argv, f), argv, rows,
			     sizeof(rows) / sizeof(rows[0]), usage);
}

/* One worker and two, if nothing else is asked for. */
static void
set_workers(struct list *workers)
{
	if (workers->n != 0)
		return;
	workers->n = run_cores() > 1 ? 2 : 1;
	workers->value[0] = 1;
	workers->value[1] = 2;
}

static int
check(struct options *o)
{
	struct forward_options *f = &o->forward;
	int rc = 0;

	set_workers(&o->workers);
	f->traffic = (struct source_traffic){
		.ports = o->senders + 1,
		.macs = o->senders + 1,
		.seed = 1,
	};
	for (unsigned int i = 0; i < o->frames.n; i++)
		if (o->frames.value[i] > f->traffic.frame)
			f->traffic.frame = o->frames.value[i];
	for (unsigned int i = 0; rc == 0 && i < o->workers.n; i++) {
		f->workers = o->workers.value[i];
		rc = run_check(f);
	}
	f->workers = o->workers.value[0];
	return rc;
}

int
ixbench_fairness(int argc, char **argv)
{
	struct options o = {
		.forward = { .profile = "ixp-strict",
			     .burst = 64,
			     .seconds = 0.5 },
		.senders = 8,
		.takes = 50,
		.link = 100,
		.tries = 1,
		.most = 5,
		.frames = { 2, { 64, 1500 } },
	};
	int rc = parse(argc, argv, &o);

	if (rc == 0)
		rc = check(&o);
	if (rc != 0)
		return rc < 0 ? EXIT_SUCCESS : rc;
	if (o.print_config)
		return run_print_config(&o.forward);
	return run(&o);
}
