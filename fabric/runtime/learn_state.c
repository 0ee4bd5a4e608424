/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/learn_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/mactab.h"

#define FORMAT  "ixfabric macs "
#define VERSION 1
#define END     "end\n"
#define STICKY  "sticky"

static uint32_t
seconds(const struct fabric *f)
{
	return (uint32_t)(f->now / CLOCK_SECOND);
}

/* Writing. */

struct writing {
	struct fabric *f;
	const struct lan_rt *lan;
	FILE *out;
	struct learn_state *state;
};

static bool
put_row(void *arg, const struct mactab_entry *e)
{
	const struct port_rt *p;
	struct writing *w = arg;
	char mac[MAC_TEXT_SIZE];
	uint32_t age;

	if (e->flags & MACTAB_STATIC || learn_sweep_has(w->lan, e))
		return true;
	p = w->f->port[e->port];
	if (w->state->used == LEARN_STATE_MAX) {
		w->state->unused++;
		return true;
	}
	w->state->used++;
	age = seconds(w->f) - e->seen;
	fprintf(w->out, "%s %s ", mac_format(e->mac, mac), p->name);
	if (e->flags & MACTAB_STICKY)
		fputs(STICKY "\n", w->out);
	else
		fprintf(w->out, "%u\n", (int32_t)age < 0 ? 0 : age);
	return true;
}

char *
learn_state_text(struct fabric *f, uint64_t wall, size_t *size,
		 struct learn_state *state)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	struct writing w = { .f = f, .out = out, .state = state };
	bool failed;

	memset(state, 0, sizeof(*state));
	if (out == NULL)
		return NULL;
	fprintf(out, FORMAT "%d %" PRIu64 "\n", VERSION, wall);
	for (unsigned int i = 0; i < f->config->nlans; i++) {
		struct lan_rt *l = runtime_lan(f, f->config->lan[i].id);

		w.lan = l;
		fprintf(out, "lan %s\n", l->name);
		mactab_each(l->macs, put_row, &w);
	}
	fputs(END, out);
	failed = ferror(out) != 0;
	if (fclose(out) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}

/* Reading. */

struct reading {
	struct fabric *f;
	struct lan_rt *lan; /* of the rows that follow; NULL: there is none */
	bool stale;         /* only sticky addresses are of use */
	struct learn_state *state;
};

static void
skip(struct reading *r, const char *mac, const char *why)
{
	if (r->state->unused++ == 0)
		snprintf(r->state->why, sizeof(r->state->why), "%.17s: %s", mac,
			 why);
}

/* Whether the port could have learned the address; NULL: yes, else why not. */
static const char *
objection(const struct reading *r, const struct port_rt *p, uint64_t mac)
{
	const struct config_lan *c = config_lan(r->f->config, r->lan->name);

	if (p == NULL || p->lan != r->lan->id)
		return "the LAN has no such port";
	if (mac == 0 || mac_is_group(mac) ||
	    (c != NULL && mac == c->sponge_mac))
		return "no port may learn it";
	if (!(r->f->view->port[p->id]->flags & PORT_LEARNS) ||
	    port_state_is_blocked(r->f, p))
		return "its port learns no address";
	if (p->learned >= p->limit)
		return "its port has learned as many as it may";
	return NULL;
}

/* 'age': seconds since it was seen. */
static int
learn(struct reading *r, struct port_rt *p, uint64_t mac, uint64_t age,
      bool sticky)
{
	uint32_t now = seconds(r->f);
	uint32_t seen = age < now ? now - (uint32_t)age : 1;
	uint64_t due = (uint64_t)seen + r->lan->age + 1;
	int rc = mactab_set(r->lan->macs, mac, p->id,
			    sticky ? MACTAB_STICKY : 0, seen);

	if (rc != 0)
		return rc;
	if (due < r->lan->due_s)
		r->lan->due_s = due;
	port_state_learned(r->f, p, 1);
	r->state->used++;
	return 0;
}

static void
take_row(struct reading *r, const char *text, const char *port,
	 const char *seen)
{
	bool sticky = strcmp(seen, STICKY) == 0;
	uint64_t mac, age = sticky ? 0 : strtoull(seen, NULL, 10);
	struct port_rt *p = r->lan != NULL ? runtime_port(r->f, port) : NULL;
	struct mactab_entry e;
	const char *why;

	if (r->lan == NULL) {
		skip(r, text, "there is no such LAN");
		return;
	}
	why = mac_parse(text, &mac) != 0 ? "not an address"
					 : objection(r, p, mac);
	if (why != NULL) {
		skip(r, text, why);
		return;
	}
	sticky &= p->sticky;
	age = age > UINT32_MAX ? UINT32_MAX : age + r->state->age;
	if (!sticky && (r->stale || age > r->lan->age))
		skip(r, text, "too old");
	else if (!mactab_get(r->lan->macs, mac, &e) &&
		 learn(r, p, mac, sticky ? 0 : age, sticky) != 0)
		skip(r, text, "the MAC table is full");
}

static void
take_line(struct reading *r, char *line)
{
	char *word[3] = { 0 };

	for (unsigned int i = 0; i < 3; i++)
		word[i] = strsep(&line, " ");
	if (word[1] != NULL && word[2] == NULL && strcmp(word[0], "lan") == 0)
		r->lan = runtime_lan(r->f, word[1]);
	else if (word[2] != NULL && line == NULL)
		take_row(r, word[0], word[1], word[2]);
	else
		skip(r, word[0], "not a row");
}

static int
reject(struct learn_state *s, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	return -EINVAL;
}

/* The first line, and that the last one is there. */
static int
check(struct reading *r, const char *text, size_t size, uint64_t wall)
{
	struct learn_state *s = r->state;
	size_t tail = strlen("\n" END);
	uint64_t written;
	int version;

	if (strncmp(text, FORMAT, strlen(FORMAT)) != 0 ||
	    sscanf(text + strlen(FORMAT), "%d %" SCNu64, &version, &written) !=
		    2)
		return reject(s, "it is another kind of file");
	if (version != VERSION)
		return reject(s, "its version is another one");
	if (size < tail || strlen(text) != size ||
	    strcmp(text + size - tail, "\n" END) != 0)
		return reject(s, "it is not whole");
	s->age = written < wall ? wall - written : 0;
	r->stale = written > wall || s->age > r->f->config->fabric.state_age;
	return 0;
}

int
learn_state_take(struct fabric *f, char *text, size_t size, uint64_t wall,
		 struct learn_state *state)
{
	struct reading r = { .f = f, .state = state };
	char *line;
	int rc;

	memset(state, 0, sizeof(*state));
	rc = check(&r, text, size, wall);
	if (rc != 0)
		return rc;
	text[size - strlen(END)] = '\0';
	strsep(&text, "\n");
	while ((line = strsep(&text, "\n")) != NULL)
		if (*line != '\0')
			take_line(&r, line);
	return 0;
}
