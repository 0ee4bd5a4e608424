/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/event.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "fabric/runtime/runtime.h"
#include "lib/log.h"
#include "lib/mac.h"

static const struct {
	const char *name;
	unsigned int groups;
} kinds[EVENT_KINDS] = {
#define IN(group)                 (1u << EVENT_GROUP_##group)
#define AND(group)                | IN(group)
#define EVENT(id, groups_of, ...) [EVENT_##id] = { #id, groups_of },
#include "fabric/runtime/event_list.h"
};

const char *
event_name(enum event_kind kind)
{
	return kinds[kind].name;
}

unsigned int
event_groups(enum event_kind kind)
{
	return kinds[kind].groups;
}

const char *
event_group_name(enum event_group group)
{
	static const char *const names[] = {
#define GROUP(id, ...) [EVENT_GROUP_##id] = #id,
#include "fabric/runtime/event_list.h"
	};

	return names[group];
}

void
event_print(void *arg, const struct event *e)
{
	static const int level[] = {
		[DROP_QUIET] = LOG_INFO,    [DROP_INFO] = LOG_INFO,
		[DROP_NOTICE] = LOG_NOTICE, [DROP_WARNING] = LOG_WARNING,
		[DROP_CRITICAL] = LOG_CRIT,
	};
	char mac[MAC_TEXT_SIZE];
	const struct log_field fields[] = {
		{ "IXF_EVENT", event_name(e->kind) },
		{ "IXF_PORT", e->port },
		{ "IXF_LAN", e->lan },
		{ "IXF_REASON",
		  e->why != DROP_NONE ? drop_name(e->why) : NULL },
		{ "IXF_SRC_MAC", e->mac != 0 ? mac_format(e->mac, mac) : NULL },
	};

	(void)arg;
	log_write(level[e->level], e->text, fields,
		  sizeof(fields) / sizeof(fields[0]));
}

static_assert((int)CONFIG_LOG_STDERR == (int)LOG_TO_STDERR &&
		      (int)CONFIG_LEVEL_DEBUG == LOG_DEBUG,
	      "the words of the keys are those of lib/log.h");

void
event_configure(const struct config *config)
{
	log_set((enum log_to)config->fabric.log, (int)config->fabric.log_level);
}

bool
event_is_monitored(const struct fabric *f, enum event_kind kind)
{
	return (f->monitored & kinds[kind].groups) != 0;
}

bool
event_is_taken(const struct fabric *f, enum event_kind kind)
{
	return f->event != NULL || event_is_monitored(f, kind);
}

void
event_raise(struct fabric *f, const struct event *e)
{
	if (f->event != NULL && !e->unlogged)
		f->event(f->event_arg, e);
	if (event_is_monitored(f, e->kind))
		f->monitor(f->monitor_arg, e);
}

void
event_log(struct fabric *f, enum drop_level level, const char *text)
{
	struct event e = { .level = level, .text = text };

	event_raise(f, &e);
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
event_port_about(struct fabric *f, const struct port_rt *p, struct event about,
		 const char *text, const char *after)
{
	bool taken = about.unlogged ? event_is_monitored(f, about.kind)
				    : event_is_taken(f, about.kind);
	char line[EVENT_SIZE] = "";
	FILE *out = taken ? fmemopen(line, sizeof(line), "w") : NULL;

	if (out == NULL)
		return;
	fputs(text, out);
	print_member(f, p, out);
	fputs(after, out);
	fclose(out);
	line[sizeof(line) - 1] = '\0';
	about.text = line;
	about.port = p->name;
	event_raise(f, &about);
}

void
event_port(struct fabric *f, const struct port_rt *p, struct event about,
	   const char *fmt, ...)
{
	char text[EVENT_SIZE];
	va_list ap;

	if (!event_is_taken(f, about.kind))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event_port_about(f, p, about, text, "");
}

void
event_mac(struct fabric *f, enum event_kind kind, const struct port_rt *p,
	  uint64_t mac, const struct port_rt *from)
{
	struct event e;

	if (!event_is_monitored(f, kind))
		return;
	e = event_of(kind, DROP_INFO);
	e.unlogged = true;
	e.port = p->name;
	e.mac = mac;
	e.from = from != NULL ? from->name : NULL;
	f->monitor(f->monitor_arg, &e);
}
