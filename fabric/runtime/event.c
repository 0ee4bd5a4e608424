/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/runtime/runtime.h"

/*
 * Whether standard error is the journal.  The variable alone does not prove it,
 * since programs that a service starts inherit it: systemd.exec(5).
 */
static bool
goes_to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	return stream != NULL &&
	       sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

void
event_print(void *arg, enum drop_level level, const char *text)
{
	static const char *const prefix[] = {
		[DROP_QUIET] = "<6>",    [DROP_INFO] = "<6>",
		[DROP_NOTICE] = "<5>",   [DROP_WARNING] = "<4>",
		[DROP_CRITICAL] = "<2>",
	};

	(void)arg;
	fprintf(stderr, "%sixfabricd: %s\n",
		goes_to_journal() ? prefix[level] : "", text);
}

void
event_log(struct fabric *f, enum drop_level level, const char *text)
{
	if (f->event != NULL)
		f->event(f->event_arg, level, text);
}

bool
event_may(struct fabric *f, struct logshare *s)
{
	uint32_t owners = f->config->nports + f->config->nlans;

	event_log_held(f);
	if (logshare_take(&f->log, s, f->now, EVENT_PERIOD, EVENT_SHARE,
			  owners))
		return true;
	f->log_suppressed++;
	f->violation_due = clock_sooner(f->violation_due, f->log.until);
	return false;
}

void
event_log_held(struct fabric *f)
{
	char text[128];

	if (f->log.held == 0 || f->now < f->log.until)
		return;
	snprintf(text, sizeof(text),
		 "log: no room for %lu more lines about ports and LANs; what "
		 "they are about is counted",
		 (unsigned long)f->log.held);
	f->log.held = 0;
	event_log(f, DROP_WARNING, text);
}

/* " (AS64500 Example Net)", or as much of it as is known. */
static void
print_member(const struct fabric *f, const struct port_rt *p, FILE *out)
{
	const struct config_port *c = config_port(f->config, p->name);
	const char *before = " (";

	if (c == NULL)
		return;
	if (c->asn != 0) {
		fprintf(out, "%sAS%u", before, c->asn);
		before = " ";
	}
	if (c->description != NULL && c->description[0] != '\0')
		fprintf(out, "%s%s", before, c->description);
	else if (c->asn == 0)
		return;
	fputc(')', out);
}

void
event_port_text(struct fabric *f, const struct port_rt *p,
		enum drop_level level, const char *text, const char *after)
{
	char line[EVENT_SIZE] = "";
	FILE *out = f->event != NULL ? fmemopen(line, sizeof(line), "w") : NULL;

	if (out == NULL)
		return;
	fputs(text, out);
	print_member(f, p, out);
	fputs(after, out);
	fclose(out);
	line[sizeof(line) - 1] = '\0';
	event_log(f, level, line);
}

void
event_port(struct fabric *f, const struct port_rt *p, enum drop_level level,
	   const char *fmt, ...)
{
	char text[EVENT_SIZE];
	va_list ap;

	if (f->event == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event_port_text(f, p, level, text, "");
}
