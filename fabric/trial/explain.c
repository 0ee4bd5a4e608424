/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial in words: a line or more of each stage, then all of it as data. */
#include "fabric/trial/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fabric/runtime/runtime.h"
#include "lib/acl_text.h"
#include "lib/frame.h"
#include "lib/frametext.h"
#include "lib/mac.h"
#include "lib/mactab.h"

#define PLACE_SIZE  1024
#define REASON_SIZE 2048
#define PORTS_NAMED 8 /* of those that a flood leaves by */

struct telling {
	struct fabric *f;
	const struct trial_input *in;
	struct trial_result r;
	const struct port *port; /* that it counts against */
	uint64_t src, dst;
	json_t *stages;
};

static const char *
name_of(const struct telling *t, uint16_t port)
{
	return t->f->port[port]->name;
}

static const struct config_port *
config_of(const struct fabric *f, uint16_t port)
{
	return config_port(f->config, f->port[port]->name);
}

static void __attribute__((format(printf, 3, 4)))
say(struct telling *t, enum trial_stage stage, const char *fmt, ...)
{
	json_t *text;
	va_list ap;

	va_start(ap, fmt);
	text = json_vsprintf(fmt, ap);
	va_end(ap);
	/* A path need not be UTF-8, which JSON is. */
	if (text == NULL)
		text = json_string("(a text that is not UTF-8)");
	json_array_append_new(t->stages,
			      json_pack("{s:s, s:o}", "stage",
					trial_stage_name(stage), "text", text));
}

/* "; x.ini:12", or nothing. */
static const char *
place_text(struct where at, char text[PLACE_SIZE])
{
	text[0] = '\0';
	if (at.file != NULL)
		snprintf(text, PLACE_SIZE, "; %s:%u", at.file, at.line);
	return text;
}

/* Whether the reason is due to what the line of the port says. */
static bool
is_configured(const struct fabric *f, uint16_t port, enum drop why)
{
	const struct port *p = f->view->port[port];
	const struct config_port *c = config_of(f, port);

	switch (drop_option(why)) {
	case OPTION_DISABLED:
		return p->flags & PORT_DISABLED;
	case OPTION_QUARANTINE:
		return p->flags & PORT_QUARANTINE;
	case OPTION_CULL:
		return c->cull == CONFIG_ON;
	default:
		return true;
	}
}

struct where
explain_place(const struct fabric *f, uint16_t port, enum drop why,
	      uint32_t rule)
{
	if (!is_configured(f, port, why))
		return (struct where){ 0 };
	return config_decided_at(f->config, config_of(f, port), why, rule);
}

/* The rule of the ACL of a port, as the file would have it; or NULL. */
static const char *
rule_text(const struct fabric *f, uint16_t port, bool out, uint32_t rule,
	  char text[ACL_TEXT_SIZE])
{
	const struct config_acl *acl =
		config_acl_of(f->config, config_of(f, port), out);

	if (acl == NULL || rule >= acl->rule.n)
		return NULL;
	return acl_rule_format(&acl->rule.value[rule], text);
}

static const char *
objection_rule(const struct telling *t, const struct trial_drop *o,
	       char text[ACL_TEXT_SIZE])
{
	return rule_text(t->f, o->port, drop_is_tx(o->why), o->rule, text);
}

/* "mac_lock: the source ... is locked to; x.ini:12" */
static const char *
reason_text(const struct telling *t, const struct trial_drop *o,
	    char text[REASON_SIZE])
{
	char rule[ACL_TEXT_SIZE], place[PLACE_SIZE];
	bool denied = objection_rule(t, o, rule) != NULL;
	bool trips = drop_set_has(&t->f->view->port[o->port]->trips, o->why);

	snprintf(text, REASON_SIZE, "%s: %s%s%s%s%s", drop_name(o->why),
		 drop_meaning(o->why), denied ? ": " : "", denied ? rule : "",
		 trips && !o->would ? ", which disables the port" : "",
		 place_text(explain_place(t->f, o->port, o->why, o->rule),
			    place));
	return text;
}

static void
say_objection(struct telling *t, const struct trial_drop *o)
{
	char text[REASON_SIZE];

	reason_text(t, o, text);
	if (o->would)
		say(t, o->stage, "only counted, as the mode is log: %s", text);
	else if (o->stage == TRIAL_SEND && t->r.flooded)
		say(t, o->stage, "not by %s: %s", name_of(t, o->port), text);
	else if (o->stage == TRIAL_SEND)
		say(t, o->stage, "refused by %s: %s", name_of(t, o->port),
		    text);
	else
		say(t, o->stage, "refused: %s", text);
}

static void
say_objections(struct telling *t, enum trial_stage stage)
{
	for (unsigned int i = 0; i < t->r.ndrops; i++)
		if (t->r.drop[i].stage == stage)
			say_objection(t, &t->r.drop[i]);
}

/* Whose the frame is, where that is not plain. */
static void
say_parse(struct telling *t, uint16_t asked)
{
	const struct port *p = t->port;
	char tag[32] = "untagged", text[FRAMETEXT_SIZE], owner[64] = "";
	const uint8_t *octets = t->in->octets;

	if (t->in->size >= FRAME_HEADER + FRAME_TAG &&
	    frame_is_tag(frame_read16(octets + FRAME_HEADER - 2)))
		snprintf(tag, sizeof(tag), "tag %u",
			 frame_read16(octets + FRAME_HEADER) & 0xfff);
	if (p->id != asked)
		snprintf(owner, sizeof(owner), ", which is port %s",
			 name_of(t, p->id));
	if (t->in->bad)
		say(t, TRIAL_PARSE, "called bad by the device");
	if (t->in->size < FRAME_HEADER)
		say(t, TRIAL_PARSE, "%u octets, too few for a header",
		    t->in->len);
	else
		say(t, TRIAL_PARSE, "%s%s, %s, %u octets", tag, owner,
		    frametext(octets, t->in->size, t->in->len, text),
		    t->in->len);
	if (t->in->size < t->in->len)
		say(t, TRIAL_PARSE, "judged by the first %u of them",
		    t->in->size);
}

/* Where the list of a port has an address. */
static struct where
place_of_mac(const struct fabric *f, uint16_t port, uint64_t mac)
{
	const struct config_port *c = config_of(f, port);

	for (unsigned int i = 0; i < c->mac.n; i++)
		if (c->mac.value[i] == mac)
			return c->mac.at[i];
	return (struct where){ 0 };
}

static bool
find_mac(const struct telling *t, uint64_t mac, struct mactab_entry *e)
{
	return mactab_get(t->port->lan->macs, mac, e);
}

static void
say_admit(struct telling *t)
{
	char mac[MAC_TEXT_SIZE], place[PLACE_SIZE];
	struct mactab_entry e;

	mac_format(t->src, mac);
	if (!find_mac(t, t->src, &e))
		say(t, TRIAL_ADMIT, "admitted; %s is not known yet", mac);
	else if (e.flags & MACTAB_STATIC)
		say(t, TRIAL_ADMIT, "admitted; %s is in the MAC list of %s%s",
		    mac, name_of(t, e.port),
		    place_text(place_of_mac(t->f, e.port, t->src), place));
	else
		say(t, TRIAL_ADMIT, "admitted; %s was learned on %s (%s)", mac,
		    name_of(t, e.port), mactab_type(&e));
}

static void
say_guard(struct telling *t)
{
	const struct config_acl *acl =
		config_acl_of(t->f->config, config_of(t->f, t->r.in), false);
	char rule[ACL_TEXT_SIZE], place[PLACE_SIZE];

	if (!(t->port->flags & PORT_GUARDS))
		say(t, TRIAL_GUARD, "passed; the port has no check here");
	else if (acl == NULL)
		say(t, TRIAL_GUARD,
		    "passed; no check objects, and no limit is "
		    "used up");
	else if (rule_text(t->f, t->r.in, false, t->r.rule, rule) == NULL)
		say(t, TRIAL_GUARD,
		    "passed; no check objects, no limit is used up, and no "
		    "rule of ACL %s decides",
		    acl->id);
	else
		say(t, TRIAL_GUARD,
		    "passed; no check objects, no limit is used up, and ACL "
		    "%s permits it: %s%s",
		    acl->id, rule, place_text(acl->rule.at[t->r.rule], place));
}

/* What stage_learn() would have told control. */
static void
say_learn(struct telling *t)
{
	const char *name = name_of(t, t->r.in);
	struct mactab_entry e;

	if (find_mac(t, t->src, &e) && e.port == t->r.in)
		say(t, TRIAL_LEARN, "nothing new");
	else if (!(t->port->flags & PORT_LEARNS))
		say(t, TRIAL_LEARN, "nothing: %s learns no addresses", name);
	else if (view_port_is_full(t->f->view, t->r.in))
		say(t, TRIAL_LEARN, "nothing: %s has learned all it may", name);
	else if (t->src == 0 || mac_is_group(t->src) ||
		 t->src == t->port->own_mac)
		say(t, TRIAL_LEARN, "nothing: that is nobody's address");
	else
		say(t, TRIAL_LEARN, "the source would be learned on %s", name);
}

/* Who is asked, where that is not left to forward. */
static void
say_resolve(struct telling *t)
{
	if (t->r.consumed)
		say(t, TRIAL_NEIGH, "for the fabric itself, which keeps it");
	else if (!t->r.to_owner)
		say(t, TRIAL_NEIGH, "nothing to decide");
	else if (t->r.forwarded)
		say(t, TRIAL_NEIGH,
		    "a question for an address of %s, which alone is asked",
		    name_of(t, t->r.to));
}

static unsigned int
count_copies(const struct telling *t)
{
	unsigned int n = t->r.nexits;

	for (unsigned int i = 0; i < t->r.ndrops; i++)
		n += t->r.drop[i].stage == TRIAL_SEND;
	return n;
}

static void
say_forward(struct telling *t)
{
	unsigned int n = count_copies(t);
	char mac[MAC_TEXT_SIZE];
	struct mactab_entry e;

	mac_format(t->dst, mac);
	if (t->r.forwarded && t->r.to_owner)
		say(t, TRIAL_FORWARD, "to %s", name_of(t, t->r.to));
	else if (t->r.forwarded)
		say(t, TRIAL_FORWARD, "%s is on %s (%s)", mac,
		    name_of(t, t->r.to),
		    find_mac(t, t->dst, &e) ? mactab_type(&e) : "gone");
	else
		say(t, TRIAL_FORWARD, "%s: flooded to %u port%s",
		    t->dst == MAC_BROADCAST ? "broadcast"
		    : mac_is_group(t->dst)  ? "to a group"
					    : "nobody is known for it",
		    n, n == 1 ? "" : "s");
}

static void
put_exit(const struct telling *t, const struct trial_exit *e, FILE *out)
{
	fprintf(out, "%s ", name_of(t, e->port));
	if (e->tag != 0)
		fprintf(out, "with tag %u", e->tag);
	else
		fputs("untagged", out);
}

static void
say_send(struct telling *t)
{
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	unsigned int n = t->r.nexits;

	if (out == NULL)
		return;
	for (unsigned int i = 0; i < n && i < PORTS_NAMED; i++) {
		fputs(i == 0 ? "" : ", ", out);
		put_exit(t, &t->r.exit[i], out);
	}
	if (n > PORTS_NAMED)
		fprintf(out, " and %u more", n - PORTS_NAMED);
	fclose(out);
	if (n > 0)
		say(t, TRIAL_SEND, "leaves by %s", text);
	else
		say(t, TRIAL_SEND, "leaves by no port");
}

static void
say_stages(struct telling *t, uint16_t asked)
{
	static void (*const passed[])(struct telling *) = {
		[TRIAL_ADMIT] = say_admit,     [TRIAL_GUARD] = say_guard,
		[TRIAL_LEARN] = say_learn,     [TRIAL_NEIGH] = say_resolve,
		[TRIAL_FORWARD] = say_forward, [TRIAL_SEND] = say_send,
	};

	say_parse(t, asked);
	for (enum trial_stage s = TRIAL_ADMIT; s <= t->r.stage; s++) {
		say_objections(t, s);
		if (t->r.why == DROP_NONE || s < t->r.stage)
			passed[s](t);
	}
}

/* Of a file that JSON cannot say there is no place. */
static void
set_place(json_t *row, struct where at)
{
	json_t *file = at.file != NULL ? json_string(at.file) : NULL;

	json_object_set_new(row, "line",
			    file != NULL ? json_integer(at.line) : json_null());
	json_object_set_new(row, "file", file != NULL ? file : json_null());
}

static json_t *
objection_row(const struct telling *t, const struct trial_drop *o)
{
	char rule[ACL_TEXT_SIZE];
	json_t *row = json_pack(
		"{s:s, s:s, s:s, s:b, s:s, s:s?}", "stage",
		trial_stage_name(o->stage), "port", name_of(t, o->port),
		"reason", drop_name(o->why), "would", o->would, "meaning",
		drop_meaning(o->why), "rule", objection_rule(t, o, rule));

	if (row != NULL)
		set_place(row, explain_place(t->f, o->port, o->why, o->rule));
	return row;
}

static json_t *
objections_of(const struct telling *t)
{
	json_t *rows = json_array();

	for (unsigned int i = 0; i < t->r.ndrops; i++)
		json_array_append_new(rows, objection_row(t, &t->r.drop[i]));
	return rows;
}

static json_t *
leaves_of(const struct telling *t)
{
	json_t *rows = json_array();

	for (unsigned int i = 0; i < t->r.nexits; i++) {
		const struct trial_exit *e = &t->r.exit[i];
		json_t *tag = e->tag != 0 ? json_integer(e->tag) : json_null();

		json_array_append_new(rows,
				      json_pack("{s:s, s:o, s:I}", "port",
						name_of(t, e->port), "tag", tag,
						"len", (json_int_t)e->len));
	}
	return rows;
}

/* What refused the whole of it: the last of its objections, see trial.h. */
static void
set_refusal(const struct telling *t, json_t *whole, const json_t *objections)
{
	static const char *const keys[] = { "reason", "meaning", "rule", "file",
					    "line" };
	const json_t *last =
		t->r.why != DROP_NONE
			? json_array_get(objections, t->r.ndrops - 1)
			: NULL;

	json_object_set_new(whole, "charged",
			    last != NULL ? json_string(name_of(t, t->r.charged))
					 : json_null());
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *value = json_object_get(last, keys[i]);

		if (value != NULL)
			json_object_set(whole, keys[i], value);
		else
			json_object_set_new(whole, keys[i], json_null());
	}
}

static json_t *
whole_of(struct telling *t, uint16_t asked)
{
	const char *verdict = t->r.why != DROP_NONE ? "refused"
			      : t->r.consumed       ? "consumed"
			      : t->r.flooded        ? "flooded"
						    : "forwarded";
	json_t *objections = objections_of(t);
	json_t *whole = json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "port",
				  name_of(t, asked), "in", name_of(t, t->r.in),
				  "size", (json_int_t)t->in->size, "len",
				  (json_int_t)t->in->len, "verdict", verdict,
				  "stages", t->stages);

	if (whole == NULL) {
		json_decref(objections);
		return NULL;
	}
	set_refusal(t, whole, objections);
	json_object_set_new(whole, "objections", objections);
	json_object_set_new(whole, "leaves", leaves_of(t));
	return whole;
}

json_t *
explain(struct fabric *f, uint16_t port, const struct trial_input *in,
	int *error)
{
	struct telling t = { .f = f, .in = in };
	uint16_t type;
	json_t *whole;

	*error = trial_frame(f, port, in, &t.r);
	if (*error != 0)
		return NULL;
	t.port = f->view->port[t.r.in];
	if (in->size >= FRAME_HEADER)
		frame_header(in->octets, &t.dst, &t.src, &type);
	t.stages = json_array();
	say_stages(&t, port);
	whole = whole_of(&t, port);
	*error = whole != NULL ? 0 : -ENOMEM;
	return whole;
}
