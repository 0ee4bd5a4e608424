/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The model of apply: random sequences of configurations, over all keys, with a
 * fault at every step that can fail, and frames between steps.
 *
 * An apply that is refused changes nothing.  One that is accepted leaves what a
 * start with that file would have made: what workers read, what an operator is
 * told, what becomes of frames.  Ports that it does not touch lose no frame, every
 * count is what a walk over the tables finds, and frames are accounted for.
 *
 * A sequence follows from the seed and its number: see usage().
 */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "fabric/apply/apply.h"
#include "fabric/apply/link.h"
#include "fabric/apply/tables.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/learn_flush.h"
#include "lib/clock.h"
#include "lib/indexmap.h"
#include "tests/model/fault.h"
#include "tests/model/live.h"
#include "tests/model/model.h"
#include "tests/model/pick.h"
#include "tests/model/world.h"

#define EARLIER    6  /* configurations that are kept to go back to */
#define SWEEP      24 /* faults of an apply, at most */
#define MEND_TRIES 40
#define LARGE      400 /* one sequence in so many is of large exchanges */
#define START      (1000 * CLOCK_SECOND)

static struct options {
	uint64_t seed;
	unsigned int sequences, first, applies, seconds;
	bool faults, thread, verbose;
} opt = {
	.sequences = UINT32_MAX, .applies = 20, .seconds = 10, .faults = true
};

static const struct draft_size small = { 6, 14, 4, 14 },
			       large = { 40, 300, 10, 100 };

static double deadline; /* seconds */

/* What is under way, for a failure. */
static unsigned int sequence, step;
static const char *doing = "start";
static char *running_text, *next_text;

static struct {
	uint64_t drawn, valid, mended, applies, accepted, refused, faulted,
		frames;
} count;

static struct world world, fresh;
static struct draft running, next, earlier[EARLIER];
static unsigned int nearlier;

static void
print_replay(void)
{
	fprintf(stderr,
		"\nsequence %u, apply %u, %s, after %s; to run it again:\n"
		"  --seed %" PRIu64 " --sequence %u --applies %u%s%s\n"
		"--- the running configuration:\n%s"
		"--- the next one:\n%s---\n",
		sequence, step, doing, fault_last(), opt.seed, sequence,
		opt.applies, opt.faults ? "" : " --no-faults",
		opt.thread ? " --thread" : "",
		running_text != NULL ? running_text : "",
		next_text != NULL ? next_text : "");
	fflush(stderr);
}

/* NULL, and the first error in '*error', to be freed. */
static struct config *
read_text(char *text, char **error)
{
	struct faults *faults = faults_create();
	FILE *in = fmemopen(text, strlen(text), "r");
	struct config *c = config_read_stream("model.ini", in, faults);

	*error = NULL;
	for (unsigned int i = 0; c == NULL && faults_text(faults, i) != NULL;
	     i++)
		if (strstr(faults_text(faults, i), "error") != NULL) {
			*error = strdup(faults_text(faults, i));
			break;
		}
	fclose(in);
	faults_free(faults);
	return c;
}

static void
print_change(void *arg, const char *section, const char *key,
	     const char *old_value, const char *new_value, bool restart)
{
	(void)arg, (void)restart;
	fprintf(stderr, "[%s] %s: %s -> %s\n", section, key != NULL ? key : "",
		old_value != NULL ? old_value : "none",
		new_value != NULL ? new_value : "none");
}

/* What the next configuration changes, for people. */
static void
print_difference(void)
{
	char *error;
	struct config *a, *b;

	if (running_text == NULL || next_text == NULL)
		return;
	a = read_text(running_text, &error);
	b = read_text(next_text, &error);
	if (a != NULL && b != NULL)
		config_diff(a, b, print_change, NULL);
}

void
model_fail(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "FAILED: ");
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	print_replay();
	print_difference();
	_exit(EXIT_FAILURE);
}

/* A sanitizer has found something, and ends the program. */
void __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static void
crashed(int signal)
{
	fprintf(stderr, "FAILED: signal %d\n", signal);
	print_replay();
	_exit(EXIT_FAILURE);
}

static void
print_on_death(void)
{
	if (__sanitizer_set_death_callback != NULL) {
		__sanitizer_set_death_callback(print_replay);
		return;
	}
	signal(SIGALRM, crashed);
	signal(SIGSEGV, crashed);
	signal(SIGBUS, crashed);
	signal(SIGABRT, crashed);
}

static bool
is_valid(const struct draft *d, unsigned int *line)
{
	char *text = draft_text(d), *error;
	struct config *c = read_text(text, &error);

	if (c == NULL) {
		MODEL_MUST(error != NULL);
		*line = (unsigned int)strtoul(strchr(error, ':') + 1, NULL, 10);
	}
	free(text);
	free(error);
	config_free(c);
	return c != NULL;
}

/* Takes out what is wrong, line by line.  False: something still is. */
static bool
mend(struct draft *d)
{
	unsigned int line = 0;

	/* Of a large one, more is wrong. */
	for (unsigned int i = 0; i < MEND_TRIES + d->n; i++) {
		if (is_valid(d, &line))
			return true;
		if (line == 0)
			return false;
		draft_cut(d, line);
	}
	return false;
}

static bool
is_large(void)
{
	return draft_size.ports == large.ports;
}

/* The next configuration, valid or not. */
static bool
draw_next(void)
{
	unsigned int line;

	draft_copy(&next, &running);
	if (one_in(12) || (is_large() && step == 1))
		mutate_new(&next);
	else if (nearlier > 0 && one_in(12))
		draft_copy(&next, &earlier[pick(nearlier)]);
	else
		for (unsigned int i = 1 + pick(one_in(3) ? 8 : 2); i > 0; i--)
			mutate(&next);
	count.drawn++;
	if (is_valid(&next, &line)) {
		count.valid++;
		return true;
	}
	if (one_in(20) || !mend(&next))
		return false;
	count.mended++;
	return true;
}

static void
remember_running(void)
{
	draft_copy(&earlier[nearlier < EARLIER ? nearlier++ : pick(EARLIER)],
		   &running);
}

/* Between two steps of an apply. */
static void
between(void)
{
	if (one_in(3))
		return;
	traffic_check(&world);
	if (one_in(2))
		traffic_between(&world, 1 + pick(4));
}

/* One attempt to apply 'next'.  Returns whether a fault was met. */
struct attempt {
	int rc;
	bool faulted;
};

/* Control has a turn in the middle of an apply, with frames. */
static void
turn_between(struct world *w, bool turns)
{
	if (!turns || one_in(2))
		return;
	if (opt.thread) {
		live_turn(w);
		return;
	}
	traffic_between(w, 1 + pick(4));
	world_turn(w);
}

#define PARTS_MAX 100

/* Devices are opened one at a time, and sometimes it ends in between. */
static int
change_in_parts(struct world *w, struct apply *a, bool turns, bool *abandoned)
{
	unsigned int parts = 0;
	int rc = 0;

	while (rc == 0 && !*abandoned) {
		/* It may wait for members, and the clock stands still here. */
		rc = apply_change_devices(
			a, ++parts > PARTS_MAX ? UINT_MAX : 1 + pick(100));
		fault_pause(true);
		turn_between(w, turns);
		fault_pause(false);
		*abandoned = rc == 0 && one_in(32);
	}
	return *abandoned ? 1 : rc;
}

/* As the daemon does, in parts; faults are met until it is carried out. */
static int
apply_in_parts(struct world *w, struct config *c, struct tables *tables,
	       struct apply_result *result, struct faults *faults, bool turns,
	       bool *faulted)
{
	struct apply_changes *changes = apply_compare(w->f->config, c);
	struct apply *a = apply_begin(w->f, c, tables, changes, faults);
	int rc = a != NULL ? 0 : -ENOMEM;
	bool abandoned;

	while (rc == 0) {
		rc = apply_prepare(a, 1 + pick(40));
		fault_pause(true);
		turn_between(w, turns);
		fault_pause(false);
	}
	abandoned = rc == 1 && one_in(8);
	if (rc == 1 && !abandoned && one_in(2))
		rc = change_in_parts(w, a, turns, &abandoned);
	if (abandoned) {
		apply_abandon(a);
		faults_error(faults, FAULTS_NOWHERE, NULL, "abandoned");
		rc = -ECANCELED;
	} else if (rc == 1) {
		rc = apply_carry_out(a, result);
	}
	*faulted = fault_end() || abandoned;
	free(changes);
	/* The tables of some LANs are behind meanwhile. */
	while (w->f->stale_lans != 0) {
		turn_between(w, turns);
		neigh_settle(w->f, 1 + pick(1000));
	}
	return rc;
}

/* At once, or in parts. */
static int
apply_somehow(struct world *w, struct config *c, struct apply_result *result,
	      struct faults *faults, bool busy, bool *faulted)
{
	bool turns = busy && one_in(2);
	struct tables *tables;
	int rc;

	if (w != &world || one_in(4)) {
		rc = fabric_apply(w->f, c, result, faults);
		*faulted = fault_end();
		return rc;
	}
	/* What control learns meanwhile may change where frames go. */
	if (turns)
		traffic_watch_none();
	tables = tables_create(w->f->config, c, faults);
	rc = tables == NULL ? -ENOMEM : tables_copy(w->f, c, tables, SIZE_MAX);
	if (rc < 0 && faults_errors(faults) == 0)
		faults_error(faults, FAULTS_NOWHERE, NULL, "no memory");
	if (rc > 0)
		rc = apply_in_parts(w, c, tables, result, faults, turns,
				    faulted);
	else
		*faulted = fault_end();
	tables_free(tables);
	return rc;
}

static struct attempt
attempt(struct world *w, const struct fault_plan *plan)
{
	struct faults *faults = faults_create();
	struct apply_result result;
	struct attempt a;
	char *error;
	struct config *c = read_text(next_text, &error);
	bool quiet = w == &world && plan->between == NULL && !opt.thread;

	MODEL_MUST(c != NULL);
	if (w == &world)
		hand_note(w, &running, &next);
	if (quiet)
		stay_note(w, &running, &next, c);
	fault_begin(plan);
	a.rc = apply_somehow(w, c, &result, faults, w == &world && !quiet,
			     &a.faulted);
	if (w == &world && a.rc == 0)
		hand_check(w);
	if (quiet && a.rc == 0)
		stay_check(w, &running, &next);
	if (a.rc != 0) {
		if (faults_errors(faults) == 0)
			model_fail("refused (%s) without a word",
				   strerror(-a.rc));
		config_free(c);
	}
	faults_free(faults);
	return a;
}

/* Whether a device could not be opened again: more has changed than nothing. */
static bool
has_closed_device(const struct fabric *f)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL && f->device[i]->closed)
			return true;
	return false;
}

static void
check_world(void)
{
	check_all(&world);
	if (!opt.thread)
		check_quiet(&world);
}

/* Everything, as it was found last; NULL: something has happened since. */
static char *unchanged;

static void
forget_unchanged(void)
{
	free(unchanged);
	unchanged = NULL;
}

/* While nothing comes in: every word stays, and so do the counts. */
static struct attempt
attempt_quietly(struct fault_plan *plan)
{
	struct attempt a;
	char *after;

	plan->between = NULL;
	if (unchanged == NULL)
		unchanged = dump_all(&world);
	a = attempt(&world, plan);
	if (a.rc != 0 && !has_closed_device(world.f)) {
		after = dump_all(&world);
		dump_compare("a refused apply has changed something", unchanged,
			     after);
		free(after);
		check_quiet(&world);
	} else {
		forget_unchanged();
		check_world();
	}
	return a;
}

/* While frames come in, between steps. */
static struct attempt
attempt_busily(struct fault_plan *plan)
{
	char *before, *after;
	struct attempt a;

	plan->between = between;
	forget_unchanged();
	traffic_watch(&world, &running, &next);
	before = dump_meaning(&world);
	a = attempt(&world, plan);
	if (!has_closed_device(world.f))
		traffic_check(&world);
	world_turn(&world);
	if (a.rc != 0 && !has_closed_device(world.f)) {
		after = dump_meaning(&world);
		dump_compare("a refused apply has changed something", before,
			     after);
		free(after);
	}
	traffic_watch_none();
	free(before);
	check_world();
	return a;
}

/* While a worker has a thread of its own. */
static struct attempt
attempt_live(struct fault_plan *plan)
{
	char *before = dump_meaning(&world), *after;
	struct attempt a;

	plan->between = NULL;
	a = attempt(&world, plan);
	if (a.rc != 0 && !has_closed_device(world.f)) {
		after = dump_meaning(&world);
		dump_compare("a refused apply has changed something", before,
			     after);
		free(after);
	}
	free(before);
	check_world();
	return a;
}

static struct attempt
attempt_somehow(struct fault_plan *plan)
{
	struct attempt a = opt.thread  ? attempt_live(plan)
			   : one_in(2) ? attempt_quietly(plan)
				       : attempt_busily(plan);

	count.applies++;
	count.accepted += a.rc == 0;
	count.refused += a.rc != 0;
	count.faulted += a.faulted;
	return a;
}

/* As a restart does: ports without the key have the index that they had. */
static void
inherit_indexes(void)
{
	const char *why;
	size_t size;
	char *text = indexmap_text(world.f->indexes, &size);

	MODEL_MUST(text != NULL);
	fresh.f->indexes = indexmap_parse(text, size, &why);
	MODEL_MUST(fresh.f->indexes != NULL);
	free(text);
}

/* As a start with the same file. */
static void
compare_with_start(int rc)
{
	static const struct fault_plan none;
	char *found, *wanted;
	struct attempt a;

	if (rc == 0)
		world_reopen(&world);
	world_reset(&fresh, world.now);
	inherit_indexes();
	a = attempt(&fresh, &none);
	if (a.rc != rc)
		model_fail("the apply returns %d, a start with the file %d", rc,
			   a.rc);
	if (rc != 0)
		return;
	hand_repeat(&world, &fresh);
	found = dump_meaning(&world);
	wanted = dump_meaning(&fresh);
	dump_compare("a start with the file gives another state", wanted,
		     found);
	free(found);
	free(wanted);
	traffic_probe(&world, &fresh);
	answers_compare(&world, &fresh);
}

/* Faults one after the other, until an apply meets none. */
static struct attempt
sweep(void)
{
	struct fault_plan plan = { .kind = one_in(3) ? FAULT_OPEN
						     : FAULT_MEMORY };
	unsigned int stride = one_in(2) ? 1 : 1 + pick(20);
	struct attempt a;

	plan.onward = one_in(4);
	plan.first = 1;
	for (unsigned int i = 0; i < (is_large() ? SWEEP / 8 : SWEEP); i++) {
		a = attempt_somehow(&plan);
		if (a.rc == 0 || !a.faulted)
			return a;
		plan.first += stride;
	}
	plan.kind = FAULT_NONE;
	return attempt_somehow(&plan);
}

static void
apply_next(void)
{
	struct fault_plan none = { .kind = FAULT_NONE };
	struct attempt a;

	doing = "applying";
	traffic_forget_gone(&world);
	a = opt.faults && one_in(2) ? sweep() : attempt_somehow(&none);
	/* With a fault, the start would need the same one. */
	doing = "comparing with a start";
	forget_unchanged();
	/* Nor does a start wait for a worker that gets no time. */
	if (!a.faulted && a.rc != -ETIMEDOUT)
		compare_with_start(a.rc);
	if (a.rc != 0)
		return;
	remember_running();
	draft_copy(&running, &next);
	free(running_text);
	running_text = strdup(next_text);
}

/* What an operator does, and links do, between two applies. */
static void
disturb(void)
{
	const struct config *c = world.f->config;
	struct device_rt *d;
	struct port_rt *p;
	struct fake *k;

	if (c->nports == 0)
		return;
	p = runtime_port(world.f, c->port[pick(c->nports)].id);
	do
		d = egress_device_at(world.f, &p->egress, pick(LAG_LINKS_MAX));
	while (d == NULL);
	k = world_device(&world, d->spec);
	switch (pick(7)) {
	case 3:
		learn_flush(world.f, one_in(2) ? p->id : PORTS_MAX, NULL, true);
		break;
	case 4:
		k->errors += pick(5);
		break;
	case 0:
	case 1:
		hand_set(&world);
		break;
	case 2:
		k->link = !k->link;
		link_seen(world.f, d, (struct link){ k->link, k->speed });
		break;
	default:
		break;
	}
}

static void
pass_time(void)
{
	static const uint64_t steps[] = { 0,
					  1000,
					  CLOCK_MILLISECOND,
					  CLOCK_SECOND,
					  20 * CLOCK_SECOND,
					  700 * CLOCK_SECOND };

	world_advance(&world, world.now + steps[pick(6)]);
	world_turn(&world);
}

/* What happens before the next configuration comes. */
static void
frames(void)
{
	doing = "frames";
	forget_unchanged();
	if (opt.thread) {
		live_turn(&world);
	} else {
		if (one_in(3))
			pass_time();
		traffic_some(&world, pick(60));
		if (one_in(6))
			traffic_storm(&world);
	}
	if (one_in(3))
		disturb();
	check_world();
}

/* Now and then, as files: those that are read have no step between. */
static void
read_files(void)
{
	char *error;
	struct config *c;

	/* DPDK opens fewer devices than a large one may have. */
	if (!opt.faults || opt.thread || is_large() || !one_in(10))
		return;
	doing = "reading files";
	c = read_text(next_text, &error);
	/* A draft may be one that no file can be. */
	if (c != NULL)
		files_try(&world, &next, c);
	config_free(c);
	free(error);
}

static void
one_step(void)
{
	frames();
	free(next_text);
	next_text = NULL;
	if (!draw_next())
		return;
	next_text = draft_text(&next);
	if (opt.verbose)
		fprintf(stderr, "--- %u.%u\n%s", sequence, step, next_text);
	read_files();
	apply_next();
}

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The time is up: at any apply but the first, on a machine that is slow. */
static bool
is_over(void)
{
	return now_s() >= deadline;
}

static void
add_stay(const char *name, const char *device, const char *mac)
{
	struct draft_section *s =
		draft_add(&running, CONFIG_SECTION_PORT, name);

	draft_put(s, "device", device);
	draft_put(s, "lan", "stay");
	draft_put(s, "mac", mac);
	s->fixed = true;
}

/* Two ports that stay; the rest comes. */
static void
begin_drafts(void)
{
	struct draft_section *lan;

	running.n = 0;
	draft_put(draft_add(&running, CONFIG_SECTION_FABRIC, ""), "mac_table",
		  "64");
	lan = draft_add(&running, CONFIG_SECTION_LAN, "stay");
	draft_put(lan, "profile", "ixp-basic");
	lan->fixed = true;
	add_stay("stay1", LIVE_FROM, "02:01:00:00:00:01");
	add_stay("stay2", LIVE_TO, "02:01:00:00:00:02");
	nearlier = 0;
	free(running_text);
	running_text = NULL;
}

static void
run_sequence(void)
{
	pick_begin(opt.seed, sequence);
	draft_size = one_in(LARGE) ? large : small;
	begin_drafts();
	world_create(&world, NULL, START);
	world.live = opt.thread;
	if (opt.thread)
		live_begin(&world);
	for (step = 1; step <= opt.applies && (step == 1 || !is_over()); step++)
		one_step();
	doing = "the end";
	forget_unchanged();
	if (opt.thread)
		live_end(&world);
	world_turn(&world);
	check_all(&world);
	check_quiet(&world);
	world_free(&world);
}

static void
report(double seconds, unsigned int sequences)
{
	printf("seed %" PRIu64 ": %u sequences in %.1f s (%.2f a second); "
	       "drawn %" PRIu64 ", valid %" PRIu64 " %%, with those mended "
	       "%" PRIu64 " %%; applies %" PRIu64 ": accepted %" PRIu64
	       ", refused %" PRIu64 ", with a fault %" PRIu64
	       "; places of faults %u; addresses that stayed %" PRIu64 "\n",
	       opt.seed, sequences, seconds, sequences / seconds, count.drawn,
	       count.valid * 100 / (count.drawn + !count.drawn),
	       (count.valid + count.mended) * 100 /
		       (count.drawn + !count.drawn),
	       count.applies, count.accepted, count.refused, count.faulted,
	       fault_places(), stay_compared());
}

static void
usage(void)
{
	fputs("usage: model [--seed N] [--sequence N] [--sequences N] "
	      "[--applies N]\n"
	      "             [--seconds N] [--no-faults] [--thread] "
	      "[--verbose]\n",
	      stderr);
	exit(2);
}

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", 1, NULL, 's' },      { "sequence", 1, NULL, 'q' },
		{ "sequences", 1, NULL, 'n' }, { "applies", 1, NULL, 'a' },
		{ "seconds", 1, NULL, 't' },   { "no-faults", 0, NULL, 'f' },
		{ "thread", 0, NULL, 'w' },    { "verbose", 0, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opt.seed = (uint64_t)time(NULL) ^ (uint64_t)getpid() << 20;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		uint64_t n = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;

		switch (c) {
		case 's':
			opt.seed = n;
			break;
		case 'q':
			opt.first = (unsigned int)n;
			opt.sequences = 1;
			opt.seconds = UINT32_MAX;
			break;
		case 'n':
			opt.sequences = (unsigned int)n;
			break;
		case 'a':
			opt.applies = (unsigned int)n;
			break;
		case 't':
			opt.seconds = (unsigned int)n;
			break;
		case 'f':
			opt.faults = false;
			break;
		case 'w':
			opt.thread = true;
			break;
		case 'v':
			opt.verbose = true;
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
}

int
main(int argc, char **argv)
{
	double start = now_s();
	unsigned int n = 0;

	read_options(argc, argv);
	printf("seed %" PRIu64 "\n", opt.seed);
	fflush(stdout);
	print_on_death();
	world_create(&world, NULL, START);
	world_create(&fresh, &world, START);
	world_free(&world);
	deadline = start + opt.seconds;
	while (n < opt.sequences && (n == 0 || !is_over())) {
		sequence = opt.first + n++;
		run_sequence();
	}
	world_free(&fresh);
	free(running_text);
	free(next_text);
	report(now_s() - start, n);
	return EXIT_SUCCESS;
}
