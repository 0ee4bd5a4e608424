/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/retry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bsd/string.h>
#include <rte_cycles.h>

#include "fabric/apply/apply_impl.h"
#include "fabric/apply/link.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/meters.h"
#include "lib/clock.h"

#define DELAY_MAX (10 * CLOCK_SECOND)

/* Between two attempts, of which each holds up control. */
#define PAUSE (250 * CLOCK_MILLISECOND)

/* An attempt may take one part in so many of the time. */
#define SHARE 10

bool
retry_helps(int error)
{
	return error != -EINVAL && error != -EPERM;
}

/* The text of an error without its place. */
static const char *
text_of(const struct faults *why)
{
	static const char begin[] = "device: ";
	const char *text = why != NULL ? faults_text(why, 0) : NULL;
	const char *found = text != NULL ? strstr(text, begin) : NULL;

	return found != NULL  ? found + strlen(begin)
	       : text != NULL ? text
			      : "it could not be opened";
}

const char *
retry_why(const struct device_rt *d)
{
	return d->missing[0] != '\0' ? d->missing
				     : "an apply is opening devices";
}

void
retry_note(struct fabric *f, struct device_rt *d, const struct faults *why)
{
	uint64_t delay = CLOCK_SECOND << (d->failed < 4 ? d->failed : 4);

	strlcpy(d->missing, text_of(why), sizeof(d->missing));
	d->failed++;
	d->retry_due = f->now + clock_sooner(delay, DELAY_MAX);
	f->retry_due = clock_sooner(f->retry_due, d->retry_due);
}

void
retry_log(struct fabric *f, const struct device_rt *d)
{
	char text[sizeof(d->missing) + 64];

	snprintf(text, sizeof(text), "no device: %s; it is tried again",
		 d->missing);
	link_event(f, d, event_of(EVENT_device_missing, DROP_WARNING), text);
}

void
retry_gone(struct fabric *f, struct device_rt *d)
{
	/* After the apply it is looked at again. */
	if (f->changes_devices || device_shut(f, d) != 0)
		return;
	d->failed = 0;
	retry_note(f, d, NULL);
	strlcpy(d->missing, "it is gone", sizeof(d->missing));
	retry_log(f, d);
}

static int
try(struct fabric *f, struct device_rt *d)
{
	struct faults *faults = faults_create();
	struct where nowhere = FAULTS_NOWHERE;
	int rc =
		faults != NULL ? device_reopen(f, d, nowhere, faults) : -ENOMEM;

	if (rc != 0) {
		retry_note(f, d, faults);
	} else {
		d->failed = 0;
		d->missing[0] = '\0';
		/* Its link is looked at next, and comes up as after a pulled cable. */
		link_end(f, d);
		meters_device(f, d);
		link_event(f, d, event_of(EVENT_device_back, DROP_NOTICE),
			   "its device is there and was opened");
	}
	faults_free(faults);
	return rc;
}

/* Also sets f->retry_due to the time of the one that follows. */
static struct device_rt *
first_due(struct fabric *f)
{
	struct device_rt *first = NULL;

	f->retry_due = UINT64_MAX;
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];

		if (d == NULL || !d->closed || d->flags & RT_RETIRED)
			continue;
		if (first == NULL || d->retry_due < first->retry_due)
			first = d;
	}
	if (first != NULL)
		f->retry_due = clock_later(first->retry_due, f->now + PAUSE);
	return first;
}

void
retry_turn(struct fabric *f)
{
	uint64_t start = rte_rdtsc(), ns;
	struct device_rt *d;

	if (f->now < f->retry_due || f->changes_devices)
		return;
	d = first_due(f);
	if (d == NULL || d->retry_due > f->now)
		return;
	try(f, d);
	/* In step, the time that it takes must not matter. */
	if (f->in_step)
		return;
	ns = (rte_rdtsc() - start) / (rte_get_tsc_hz() / CLOCK_SECOND + 1);
	f->retry_due = clock_later(f->retry_due, f->now + SHARE * ns);
}

const struct device_rt *
retry_missing(struct fabric *f, const struct egress *e, bool now)
{
	const struct device_rt *missing = NULL;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		struct device_rt *d = egress_device_at(f, e, i);

		if (d == NULL || !d->closed)
			continue;
		if (!now || f->changes_devices || try(f, d) != 0)
			missing = d;
	}
	return missing;
}
