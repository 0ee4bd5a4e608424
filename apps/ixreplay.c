/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs packet captures through a configured exchange: the stages, rules and control
 * code of the daemon, on the clock of the captures.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apps/newfile.h"
#include "apps/render_answers.h"
#include "apps/replay_exchange.h"
#include "apps/replay_html.h"
#include "apps/replay_input.h"
#include "apps/replay_notes.h"
#include "apps/replay_options.h"
#include "apps/replay_output.h"
#include "apps/replay_report.h"
#include "fabric/lockstep.h"
#include "lib/clock.h"
#include "lib/faults.h"
#include "lib/plural.h"

#define EXIT_CONFIG 4

#define TAG_SIZE     4
#define TAG_AT       12 /* behind the addresses */
#define PROGRESS_AT  (UINT64_C(1) << 16)
#define TYPE_OF_TAG0 0x81
#define TYPE_OF_TAG1 0x00

struct replay {
	const struct options *options;
	struct faults *faults;
	struct input *input;
	struct exchange *exchange;
	struct fabric *fabric;
	struct output *output; /* NULL: no files */
	struct report report;
	json_t *explanation; /* of the frame of --explain, or NULL */
	struct events events;
	struct newfile html; /* the report, or not open */
	struct notes *notes; /* for it, or NULL */
	uint64_t first, now; /* ns */
	uint8_t *tagged;     /* room for a frame and a tag */
	bool progress;
	uint64_t shown; /* ns of the monotonic clock */
};

static volatile sig_atomic_t interrupted;

static void
interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void
sent(void *arg, uint64_t now, uint16_t port, const void *frame, uint32_t size,
     uint32_t len)
{
	struct replay *r = arg;

	if (r->output != NULL)
		output_sent(r->output, port, frame, size, len, now);
}

static void
note_dropped(struct replay *r, uint16_t port, enum drop why, struct where at,
	     const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	const struct notes_example e = { .at = r->now - r->first,
					 .port = port,
					 .rule = at,
					 .holder = holder };

	notes_dropped(r->notes, e.at);
	notes_example(r->notes, why, &e, frame, size, len);
}

static void
dropped(void *arg, uint16_t port, enum drop why, struct where at,
	const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	struct replay *r = arg;

	if (r->output != NULL)
		output_dropped(r->output, port, why, at, holder, frame, size,
			       len, r->now);
	if (r->notes != NULL)
		note_dropped(r, port, why, at, holder, frame, size, len);
}

static void
keep_event(void *arg, uint64_t now, enum drop_level level, const char *text)
{
	struct replay *r = arg;

	events_add(&r->events, now, level, text);
}

static uint64_t
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}

static void
show_progress(struct replay *r)
{
	uint64_t now = clock_now();

	if (now - r->shown < CLOCK_SECOND / 2)
		return;
	r->shown = now;
	fprintf(stderr, "\r%" PRIu64 " frames ", r->report.read);
}

static bool
has_tag(const struct capture_record *c, uint16_t tag)
{
	return c->size >= TAG_AT + TAG_SIZE &&
	       c->frame[TAG_AT] == TYPE_OF_TAG0 &&
	       c->frame[TAG_AT + 1] == TYPE_OF_TAG1 &&
	       ((c->frame[TAG_AT + 2] & 0x0f) << 8 | c->frame[TAG_AT + 3]) ==
		       tag;
}

/*
 * A capture of a LAN has frames without tags.  A port with a tag needs it on the
 * frames that it receives.
 */
static void
add_tag(struct replay *r, struct capture_record *c, uint16_t tag)
{
	if (tag == 0 || has_tag(c, tag) || c->size < TAG_AT)
		return;
	memcpy(r->tagged, c->frame, TAG_AT);
	r->tagged[TAG_AT] = TYPE_OF_TAG0;
	r->tagged[TAG_AT + 1] = TYPE_OF_TAG1;
	r->tagged[TAG_AT + 2] = tag >> 8;
	r->tagged[TAG_AT + 3] = tag & 0xff;
	memcpy(r->tagged + TAG_AT + TAG_SIZE, c->frame + TAG_AT,
	       c->size - TAG_AT);
	c->frame = r->tagged;
	c->size += TAG_SIZE;
	c->len += TAG_SIZE;
}

/* The frame is tried only, after the timers that are due before it. */
static int
explain_frame(struct replay *r, const struct input_frame *f, uint16_t port)
{
	const struct trial_input in = { .octets = f->record.frame,
					.size = f->record.size,
					.len = f->record.len,
					.bad = f->record.bad };
	int error;

	lockstep_advance(r->fabric, f->now);
	r->explanation = explain(r->fabric, port, &in, &error);
	if (r->explanation == NULL)
		input_refuse(r->input, f, r->faults, "cannot be tried: %s",
			     strerror(-error));
	return error;
}

static int
feed(struct replay *r, struct input_frame *f)
{
	const struct options *o = r->options;
	const struct exchange_port *p;

	if (f->record.outbound && o->request.split == EXCHANGE_BY_INTERFACE) {
		r->report.outbound++;
		return 0;
	}
	p = exchange_entry(r->exchange, r->input, f, r->faults);
	if (p == NULL)
		return -ENOENT;
	if (o->request.split == EXCHANGE_BY_MAC)
		add_tag(r, &f->record, p->tag);
	if (r->report.read + 1 == o->explain)
		return explain_frame(r, f, p->id);
	if (r->report.read++ == 0)
		r->first = f->now;
	r->now = f->now;
	if (r->notes != NULL)
		notes_received(r->notes, r->now - r->first);
	r->report.truncated += f->record.size < f->record.len;
	lockstep_frame(r->fabric, p->id, f->record.frame, f->record.size,
		       f->record.len, f->record.bad, f->now);
	if (r->progress && r->report.read % PROGRESS_AT == 0)
		show_progress(r);
	return r->output != NULL ? output_error(r->output) : 0;
}

/* All frames; errors are in the faults, except those of the output. */
static void
run(struct replay *r)
{
	struct input_frame f;

	input_rewind(r->input, r->options->loop);
	while (r->report.read < r->options->request.limit &&
	       input_next(r->input, &f, r->faults) == 1) {
		if (feed(r, &f) != 0 || r->explanation != NULL)
			break;
		if (interrupted) {
			faults_error(r->faults, FAULTS_NOWHERE, NULL,
				     "interrupted after %" PRIu64 " frame%s",
				     r->report.read, plural(r->report.read));
			break;
		}
	}
	if (r->progress)
		fputs("\r\033[K", stderr);
	r->report.duration = r->now - r->first;
	r->report.backwards = input_backwards(r->input);
}

/* A thousand ports have a thousand files, and their captures more. */
static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int
open_inputs(struct replay *r)
{
	const struct options *o = r->options;
	bool again = o->loop > 1 || o->request.split == EXCHANGE_BY_MAC ||
		     (o->request.split == EXCHANGE_BY_INTERFACE &&
		      o->request.config == NULL);

	r->input = input_create();
	if (r->input == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < o->request.n; i++)
		if (input_add(r->input, o->file[i], again, r->faults) < 0)
			return -EIO;
	return 0;
}

static void
set_ids(struct replay *r)
{
	struct exchange_port *p;

	for (unsigned int i = 0; (p = exchange_port(r->exchange, i)) != NULL;
	     i++)
		p->id = fabric_port_id(r->fabric, p->name);
}

static void
fail_html(struct replay *r, int rc)
{
	faults_error(r->faults, (struct where){ .file = r->options->html },
		     NULL, "cannot be written: %s",
		     rc == -EINVAL ? "not a regular file" : strerror(-rc));
}

/* Prints the faults of the configuration before anything else. */
static int
create_exchange(struct replay *r)
{
	bool rejected;

	r->exchange = exchange_create(&r->options->request, r->input, r->faults,
				      &rejected);
	if (r->exchange == NULL)
		return rejected ? EXIT_CONFIG : EXIT_FAILURE;
	return 0;
}

/* For the report in HTML the configuration has the matrix on. */
static struct config *
make_config(struct replay *r)
{
	struct config *config = exchange_config(r->exchange);

	if (r->options->html != NULL &&
	    exchange_port(r->exchange, HTML_MATRIX_PORTS) == NULL)
		config->fabric.matrix = CONFIG_ON;
	return config;
}

/* A file that cannot be written is found before a long replay. */
static int
open_html(struct replay *r)
{
	const char *path = r->options->html;
	int rc;

	if (path == NULL)
		return 0;
	if (!output_may_replace(path, r->options->dir, r->exchange, r->input,
				r->faults))
		return EXIT_FAILURE;
	r->notes = calloc(1, sizeof(*r->notes));
	rc = r->notes != NULL ? newfile_open(&r->html, path) : -ENOMEM;
	if (rc != 0)
		fail_html(r, rc);
	return rc != 0 ? EXIT_FAILURE : 0;
}

static int
create_fabric(struct replay *r)
{
	struct lockstep_ops ops = { .event = keep_event };
	const char *dir = r->options->dir;

	if (dir != NULL || r->options->html != NULL) {
		ops.sent = sent;
		ops.dropped = dropped;
	}
	r->fabric = lockstep_create(make_config(r), &ops, r, r->faults);
	if (r->fabric == NULL)
		return EXIT_FAILURE;
	set_ids(r);
	if (dir != NULL)
		r->output =
			output_create(dir, r->exchange, r->input, r->faults);
	r->tagged = malloc(CAPTURE_SIZE_MAX + TAG_SIZE);
	if ((dir != NULL && r->output == NULL) || r->tagged == NULL)
		return EXIT_FAILURE;
	return open_html(r);
}

/* Completes the files with the number of frames of each port. */
static void
close_output(struct replay *r)
{
	uint64_t *received = NULL;
	const struct exchange_port *p;
	struct port_stats s;

	if (r->output == NULL)
		return;
	received = calloc(CONFIG_PORTS_MAX, sizeof(*received));
	for (unsigned int i = 0;
	     received != NULL && (p = exchange_port(r->exchange, i)) != NULL;
	     i++) {
		stats_port(r->fabric, p->id, &s);
		received[i] = s.rx_frames;
	}
	output_close(r->output, received, r->now, r->faults);
	r->output = NULL;
	free(received);
}

static int
write_report(struct replay *r)
{
	char *path = output_path(r->options->dir, "report", ".json");
	FILE *f = path != NULL ? fopen(path, "we") : NULL;
	int rc = f != NULL ? 0 : -errno;

	if (f != NULL) {
		rc = report_json(&r->report, r->exchange, r->fabric, f);
		if (fclose(f) != 0)
			rc = -errno;
	}
	if (rc != 0)
		faults_error(r->faults, (struct where){ .file = path }, NULL,
			     "cannot be written: %s", strerror(-rc));
	free(path);
	return rc;
}

static void
write_html(struct replay *r)
{
	int rc = report_html(&r->report, r->notes, r->exchange, r->fabric,
			     r->html.out);

	if (rc == 0)
		rc = newfile_keep(&r->html);
	if (rc != 0)
		fail_html(r, rc);
}

/* In place of a report; an error of the run has been printed. */
static int
print_explanation(struct replay *r)
{
	const json_t *e = r->explanation;

	if (e == NULL && faults_errors(r->faults) == 0)
		faults_error(r->faults, FAULTS_NOWHERE, NULL,
			     "there is no frame %" PRIu64 ", but %" PRIu64
			     " in all",
			     r->options->explain, r->report.read);
	if (e == NULL)
		return 0;
	if (r->options->json && json_dumpf(e, stdout, JSON_INDENT(2)) != 0)
		return -EIO;
	if (r->options->json)
		putchar('\n');
	else
		render_explain(e, stdout);
	return 0;
}

static int
print_report(struct replay *r)
{
	int rc = 0;

	if (r->options->explain != 0)
		rc = print_explanation(r);
	else if (r->options->json)
		rc = report_json(&r->report, r->exchange, r->fabric, stdout);
	else if (!r->options->quiet)
		rc = report_table(&r->report, r->exchange, r->fabric, stdout);
	if (rc == 0 && fflush(stdout) != 0)
		rc = -errno;
	if (rc != 0)
		faults_error(r->faults, FAULTS_NOWHERE, NULL,
			     "the report cannot be printed: %s", strerror(-rc));
	return rc;
}

/* As "cat x >> x" would read what it has written. */
static int
check_stdout(struct replay *r)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) != 0 || !input_reads(r->input, &st))
		return 0;
	faults_error(r->faults, FAULTS_NOWHERE, NULL,
		     "standard output is a capture to be read");
	return EXIT_FAILURE;
}

static int
replay(struct replay *r)
{
	int rc;

	raise_file_limit();
	rc = open_inputs(r) < 0 ? EXIT_FAILURE : check_stdout(r);
	if (rc == 0)
		rc = create_exchange(r);

	if (rc == 0)
		rc = create_fabric(r);
	if (rc != 0) {
		close_output(r);
		return rc;
	}
	run(r);
	lockstep_end(r->fabric);
	r->report.events = &r->events;
	close_output(r);
	r->report.config = r->options->request.config;
	if (faults_errors(r->faults) > 0)
		r->report.error = faults_text(r->faults, 0);
	if (r->options->dir != NULL)
		write_report(r);
	if (r->options->html != NULL)
		write_html(r);
	print_report(r);
	return EXIT_SUCCESS;
}

static int
run_and_tell(const struct options *o)
{
	struct replay r = { .options = o, .faults = faults_create() };
	int rc;

	if (r.faults == NULL)
		return EXIT_FAILURE;
	r.progress = !o->quiet && isatty(STDERR_FILENO);
	rc = replay(&r);
	faults_print(r.faults, stderr);
	if (rc == 0 && faults_errors(r.faults) > 0)
		rc = EXIT_FAILURE;
	newfile_drop(&r.html);
	free(r.notes);
	free(r.tagged);
	json_decref(r.explanation);
	lockstep_free(r.fabric);
	exchange_free(r.exchange);
	events_clear(&r.events);
	input_free(r.input);
	faults_free(r.faults);
	return rc;
}

int
main(int argc, char **argv)
{
	const struct sigaction stop = { .sa_handler = interrupt,
					.sa_flags = SA_RESETHAND };
	struct options o;
	int rc = options_parse(&o, argc, argv);

	if (rc < 0) {
		sigaction(SIGINT, &stop, NULL);
		sigaction(SIGTERM, &stop, NULL);
		rc = run_and_tell(&o);
	}
	options_clear(&o);
	return rc;
}
