/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/trial/explain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "fabric/config/devspec.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation_source.h"
#include "lib/acl_text.h"
#include "lib/frame.h"
#include "lib/frametext.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/plural.h"

#define PLACE_SIZE  1024
#define REASON_SIZE 2048
#define HOLDER_SIZE 256
#define PORTS_NAMED 8 /* of the ports that a flood leaves by */

struct explanation {
	struct fabric *f;
	const struct trial_input *in;
	struct trial_result r;
	const struct port *port; /* of the tag of the frame */
	uint64_t src, dst;
	json_t *stages;
};

static const char *
name_of(const struct explanation *x, uint16_t port)
{
	return x->f->port[port]->name;
}

static const struct config_port *
config_of(const struct fabric *f, uint16_t port)
{
	return config_port(f->config, f->port[port]->name);
}

static void __attribute__((format(printf, 3, 4)))
add_line(struct explanation *x, enum trial_stage stage, const char *fmt, ...)
{
	json_t *text;
	va_list ap;

	va_start(ap, fmt);
	text = json_vsprintf(fmt, ap);
	va_end(ap);
	/* JSON is UTF-8; the path of a file may not be. */
	if (text == NULL)
		text = json_string("(a text that is not UTF-8)");
	json_array_append_new(x->stages,
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

/* Whether a line of the configuration causes the reason. */
static bool
is_configured(const struct fabric *f, uint16_t port, enum drop why)
{
	const struct port *p = f->view->port[port];
	const struct config_port *c = config_of(f, port);

	switch (drop_option(why)) {
	case OPTION_DISABLED:
		return p->flags & PORT_DISABLED;
	case OPTION_LISTENS:
		return p->flags & PORT_LISTENS;
	case OPTION_LAG: /* its partner, or its link, decides */
		return false;
	case OPTION_QUARANTINE:
		return p->flags & PORT_QUARANTINE;
	case OPTION_CULL:
		return c->cull == CONFIG_ON;
	default:
		return true;
	}
}

struct drop_cause
explain_cause(const struct fabric *f, uint16_t port, enum drop why,
	      uint32_t rule, const uint8_t *frame, uint32_t size)
{
	struct drop_cause c = { 0 };

	if (violation_source(f, f->port[port], why, frame, size, &c.holder))
		c.at = c.holder.at;
	else if (is_configured(f, port, why))
		c.at = config_decided_at(f->config, config_of(f, port), why,
					 rule);
	return c;
}

/* The rule of the ACL of a port, in the syntax of the file; or NULL. */
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
rule_of_drop(const struct explanation *x, const struct trial_drop *d,
	     char text[ACL_TEXT_SIZE])
{
	return rule_text(x->f, d->port, drop_is_tx(d->why), d->rule, text);
}

static struct drop_cause
cause_of(const struct explanation *x, const struct trial_drop *d)
{
	return explain_cause(x->f, d->port, d->why, d->rule, x->in->octets,
			     x->in->size);
}

/* "; the address is that of port b, link-local, first seen there", or nothing. */
static const char *
holder_text(const struct violation_source *holder, char text[HOLDER_SIZE])
{
	text[0] = '\0';
	if (holder->port != NULL)
		snprintf(
			text, HOLDER_SIZE, "; the address is that of port %s%s",
			holder->port->name, violation_source_text(holder->how));
	return text;
}

/* "mac_lock: a frame from ... for the port; x.ini:12" */
static const char *
reason_text(const struct explanation *x, const struct trial_drop *d,
	    char text[REASON_SIZE])
{
	char rule[ACL_TEXT_SIZE], place[PLACE_SIZE], holder[HOLDER_SIZE];
	bool denied = rule_of_drop(x, d, rule) != NULL;
	struct drop_cause cause = cause_of(x, d);

	snprintf(text, REASON_SIZE, "%s: %s%s%s%s%s%s", drop_name(d->why),
		 drop_meaning(d->why), denied ? ": " : "", denied ? rule : "",
		 d->trips ? ", which disables the port" : "",
		 holder_text(&cause.holder, holder),
		 place_text(cause.at, place));
	return text;
}

static void
add_drop(struct explanation *x, const struct trial_drop *d)
{
	char text[REASON_SIZE];

	reason_text(x, d, text);
	if (d->would)
		add_line(x, d->stage, "only counted (mode log): %s", text);
	else if (d->stage == TRIAL_SEND)
		add_line(x, d->stage, "dropped at %s: %s", name_of(x, d->port),
			 text);
	else
		add_line(x, d->stage, "dropped: %s", text);
}

/* With the port of the tag, if that is not the port it was tried at. */
static void
describe_parse(struct explanation *x, uint16_t tried)
{
	const struct port *p = x->port;
	char tag[32] = "untagged", text[FRAMETEXT_SIZE], owner[64] = "";
	const uint8_t *octets = x->in->octets;

	if (x->in->size >= FRAME_HEADER + FRAME_TAG &&
	    frame_is_tag(frame_read16(octets + FRAME_HEADER - 2)))
		snprintf(tag, sizeof(tag), "tag %u",
			 frame_read16(octets + FRAME_HEADER) & 0xfff);
	if (p->id != tried)
		snprintf(owner, sizeof(owner), ", which is port %s",
			 name_of(x, p->id));
	if (x->in->bad)
		add_line(x, TRIAL_PARSE,
			 "the device reports a bad FCS or length");
	if (x->in->size < FRAME_HEADER)
		add_line(x, TRIAL_PARSE, "%u octets, too few for a header",
			 x->in->len);
	else
		add_line(x, TRIAL_PARSE, "%s%s, %s, %u octets", tag, owner,
			 frametext(octets, x->in->size, x->in->len, text),
			 x->in->len);
	if (x->in->size < x->in->len)
		add_line(x, TRIAL_PARSE, "judged by its first %u octets",
			 x->in->size);
}

/* The line of an address in the MAC list of a port. */
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
find_mac(const struct explanation *x, uint64_t mac, struct mactab_entry *e)
{
	return mactab_get(x->port->lan->macs, mac, e);
}

static void
describe_admit(struct explanation *x)
{
	char mac[MAC_TEXT_SIZE], place[PLACE_SIZE];
	struct mactab_entry e;

	mac_format(x->src, mac);
	if (!find_mac(x, x->src, &e))
		add_line(x, TRIAL_ADMIT, "admitted; %s is not known yet", mac);
	else if (e.flags & MACTAB_STATIC)
		add_line(x, TRIAL_ADMIT,
			 "admitted; %s is in the MAC list of %s%s", mac,
			 name_of(x, e.port),
			 place_text(place_of_mac(x->f, e.port, x->src), place));
	else
		add_line(x, TRIAL_ADMIT, "admitted; %s was learned on %s (%s)",
			 mac, name_of(x, e.port), mactab_type(&e));
}

#define PASSED "passed; no check drops it, no limit is used up"

static void
describe_guard(struct explanation *x)
{
	const struct config_acl *acl =
		config_acl_of(x->f->config, config_of(x->f, x->r.in), false);
	char rule[ACL_TEXT_SIZE], place[PLACE_SIZE];

	if (!(x->port->flags & PORT_GUARDS))
		add_line(x, TRIAL_GUARD, "passed; the port has no check here");
	else if (acl == NULL)
		add_line(x, TRIAL_GUARD, PASSED);
	else if (rule_text(x->f, x->r.in, false, x->r.rule, rule) == NULL)
		add_line(x, TRIAL_GUARD, PASSED ", no rule of ACL %s decides",
			 acl->id);
	else
		add_line(x, TRIAL_GUARD, PASSED ", ACL %s permits it: %s%s",
			 acl->id, rule,
			 place_text(acl->rule.at[x->r.rule], place));
}

/* What control would learn from stage_learn(). */
static void
describe_learn(struct explanation *x)
{
	const char *name = name_of(x, x->r.in);
	struct mactab_entry e;

	if (find_mac(x, x->src, &e) && e.port == x->r.in)
		add_line(x, TRIAL_LEARN, "nothing new");
	else if (!(x->port->flags & PORT_LEARNS))
		add_line(x, TRIAL_LEARN, "nothing: %s learns no addresses",
			 name);
	else if (view_port_is_full(x->f->view, x->r.in))
		add_line(x, TRIAL_LEARN, "nothing: %s has learned all it may",
			 name);
	else if (x->src == 0 || mac_is_group(x->src) ||
		 x->src == x->port->own_mac)
		add_line(x, TRIAL_LEARN,
			 "nothing: no station has that source address");
	else
		add_line(x, TRIAL_LEARN, "the source would be learned on %s",
			 name);
}

/* The port of the owner, if the stage has chosen it. */
static void
describe_neigh(struct explanation *x)
{
	if (x->r.consumed)
		add_line(x, TRIAL_NEIGH,
			 "for the fabric itself, which consumes it");
	else if (!x->r.to_owner)
		add_line(x, TRIAL_NEIGH, "nothing to decide");
	else if (x->r.forwarded)
		add_line(x, TRIAL_NEIGH,
			 "a request for an address of %s, sent to that port "
			 "only",
			 name_of(x, x->r.to));
}

static unsigned int
count_copies(const struct explanation *x)
{
	unsigned int n = x->r.nexits;

	for (unsigned int i = 0; i < x->r.ndrops; i++)
		n += x->r.drop[i].stage == TRIAL_SEND;
	return n;
}

static void
describe_forward(struct explanation *x)
{
	unsigned int n = count_copies(x);
	char mac[MAC_TEXT_SIZE];
	struct mactab_entry e;

	mac_format(x->dst, mac);
	if (x->r.forwarded && x->r.to_owner)
		add_line(x, TRIAL_FORWARD, "to %s", name_of(x, x->r.to));
	else if (x->r.forwarded)
		add_line(x, TRIAL_FORWARD, "%s is on %s (%s)", mac,
			 name_of(x, x->r.to),
			 find_mac(x, x->dst, &e) ? mactab_type(&e) : "gone");
	else
		add_line(x, TRIAL_FORWARD, "%s: flooded to %u port%s",
			 x->dst == MAC_BROADCAST ? "broadcast"
			 : mac_is_group(x->dst)  ? "multicast"
						 : "unknown address",
			 n, plural(n));
}

/* The device of the link of a LAG, up to its arguments; NULL: the port is none. */
static const char *
link_of(const struct explanation *x, const struct trial_exit *e,
	char name[DEVSPEC_NAME_SIZE])
{
	const struct device_rt *d = x->f->device[e->device];

	if (lag_of(&x->f->port[e->port]->egress) == NULL || d == NULL)
		return NULL;
	return devspec_name(d->spec, name);
}

static void
put_exit(const struct explanation *x, const struct trial_exit *e, FILE *out)
{
	char name[DEVSPEC_NAME_SIZE];
	const char *link = link_of(x, e, name);

	fprintf(out, "%s ", name_of(x, e->port));
	if (link != NULL)
		fprintf(out, "(%s) ", link);
	if (e->tag != 0)
		fprintf(out, "with tag %u", e->tag);
	else
		fputs("untagged", out);
}

static void
describe_send(struct explanation *x)
{
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	unsigned int n = x->r.nexits;

	if (out == NULL)
		return;
	for (unsigned int i = 0; i < n && i < PORTS_NAMED; i++) {
		fputs(i == 0 ? "" : ", ", out);
		put_exit(x, &x->r.exit[i], out);
	}
	if (n > PORTS_NAMED)
		fprintf(out, " and %u more", n - PORTS_NAMED);
	fclose(out);
	if (n > 0)
		add_line(x, TRIAL_SEND, "leaves by %s", text);
	else
		add_line(x, TRIAL_SEND, "leaves by no port");
}

static void
describe_stages(struct explanation *x, uint16_t tried)
{
	static void (*const passed[])(struct explanation *) = {
		[TRIAL_ADMIT] = describe_admit,
		[TRIAL_GUARD] = describe_guard,
		[TRIAL_LEARN] = describe_learn,
		[TRIAL_NEIGH] = describe_neigh,
		[TRIAL_FORWARD] = describe_forward,
		[TRIAL_SEND] = describe_send,
	};

	describe_parse(x, tried);
	for (enum trial_stage s = TRIAL_ADMIT; s <= x->r.stage; s++) {
		for (unsigned int i = 0; i < x->r.ndrops; i++)
			if (x->r.drop[i].stage == s)
				add_drop(x, &x->r.drop[i]);
		if (x->r.why == DROP_NONE || s < x->r.stage)
			passed[s](x);
	}
}

/* No place if the name of the file is not UTF-8, as JSON is. */
static void
set_place(json_t *row, struct where at)
{
	json_t *file = at.file != NULL ? json_string(at.file) : NULL;

	json_object_set_new(row, "line",
			    file != NULL ? json_integer(at.line) : json_null());
	json_object_set_new(row, "file", file != NULL ? file : json_null());
}

static void
set_holder(json_t *row, const struct violation_source *holder)
{
	bool found = holder->port != NULL;

	json_object_set_new(row, "holder",
			    found ? json_string(holder->port->name)
				  : json_null());
	json_object_set_new(
		row, "holder_how",
		found ? json_string(violation_source_name(holder->how))
		      : json_null());
}

static json_t *
drop_row(const struct explanation *x, const struct trial_drop *d)
{
	char rule[ACL_TEXT_SIZE];
	struct drop_cause cause = cause_of(x, d);
	json_t *row = json_pack(
		"{s:s, s:s, s:s, s:b, s:s, s:s?}", "stage",
		trial_stage_name(d->stage), "port", name_of(x, d->port),
		"reason", drop_name(d->why), "would", d->would, "meaning",
		drop_meaning(d->why), "rule", rule_of_drop(x, d, rule));

	if (row != NULL) {
		set_place(row, cause.at);
		set_holder(row, &cause.holder);
	}
	return row;
}

static json_t *
drop_rows(const struct explanation *x)
{
	json_t *rows = json_array();

	for (unsigned int i = 0; i < x->r.ndrops; i++)
		json_array_append_new(rows, drop_row(x, &x->r.drop[i]));
	return rows;
}

static json_t *
leaves_of(const struct explanation *x)
{
	json_t *rows = json_array();

	for (unsigned int i = 0; i < x->r.nexits; i++) {
		const struct trial_exit *e = &x->r.exit[i];
		json_t *tag = e->tag != 0 ? json_integer(e->tag) : json_null();
		char name[DEVSPEC_NAME_SIZE];

		json_array_append_new(rows,
				      json_pack("{s:s, s:s?, s:o, s:I}", "port",
						name_of(x, e->port), "link",
						link_of(x, e, name), "tag", tag,
						"len", (json_int_t)e->len));
	}
	return rows;
}

/* The reason of the whole frame: that of its last drop, see trial.h. */
static void
set_reason(const struct explanation *x, json_t *whole, const json_t *drops)
{
	static const char *const keys[] = { "reason",    "meaning", "rule",
					    "file",      "line",    "holder",
					    "holder_how" };
	const json_t *last = x->r.why != DROP_NONE
				     ? json_array_get(drops, x->r.ndrops - 1)
				     : NULL;

	json_object_set_new(whole, "charged",
			    last != NULL ? json_string(name_of(x, x->r.charged))
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
whole_of(struct explanation *x, uint16_t tried)
{
	const char *verdict = x->r.why != DROP_NONE ? "refused"
			      : x->r.consumed       ? "consumed"
			      : x->r.flooded        ? "flooded"
						    : "forwarded";
	json_t *drops = drop_rows(x);
	json_t *whole = json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "port",
				  name_of(x, tried), "in", name_of(x, x->r.in),
				  "size", (json_int_t)x->in->size, "len",
				  (json_int_t)x->in->len, "verdict", verdict,
				  "stages", x->stages);

	if (whole == NULL) {
		json_decref(drops);
		return NULL;
	}
	set_reason(x, whole, drops);
	json_object_set_new(whole, "objections", drops);
	json_object_set_new(whole, "leaves", leaves_of(x));
	return whole;
}

json_t *
explain(struct fabric *f, uint16_t port, const struct trial_input *in,
	int *error)
{
	struct explanation x = { .f = f, .in = in };
	uint16_t type;
	json_t *whole;

	*error = trial_frame(f, port, in, &x.r);
	if (*error != 0)
		return NULL;
	x.port = f->view->port[x.r.in];
	if (in->size >= FRAME_HEADER)
		frame_header(in->octets, &x.dst, &x.src, &type);
	x.stages = json_array();
	describe_stages(&x, port);
	whole = whole_of(&x, port);
	*error = whole != NULL ? 0 : -ENOMEM;
	return whole;
}
