/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to sponge set, clear, clear-arp, probe and inform. */
#include <errno.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/config/config.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "lib/mac.h"

#define PROBE_RATE     10 /* a second, if not given; as in arpsponge's asctl */
#define PROBE_RATE_MAX 10000

/* The address that a request is about. */
struct target {
	const char *lan;
	struct ipaddr ip;
	char text[PREFIX_TEXT_SIZE];  /* of it */
	struct sponge_address before; /* NONE if it was unknown */
};

/* Sets the LAN, and the address from 'text'; false: the request has an error. */
static bool
find(const struct fabric *f, struct ctl_request *rq, const char *text,
     struct target *t)
{
	struct sponge_row row = { 0 };

	t->lan = sponge_arg_lan(f, rq);
	if (t->lan == NULL || !arg_address(rq, text, &t->ip))
		return false;
	ipaddr_format(&t->ip, t->text);
	sponge_ops_look(f, t->lan, &t->ip, &row);
	t->before = row.known;
	return true;
}

static json_t *
probes_of(const struct sponge_state *s)
{
	return s->kind == SPONGE_PENDING ? json_integer(s->probes)
					 : json_null();
}

/* The state of an address before and after. */
static json_t *
change_of(const struct fabric *f, const struct target *t, bool waits)
{
	const struct sponge_state *old = &t->before.state;
	struct sponge_row row = { 0 };

	sponge_ops_look(f, t->lan, &t->ip, &row);
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:b}", "lan",
			 t->lan, "ip", t->text, "what", "state", "old",
			 sponge_kind_name(old->kind), "old_probes",
			 probes_of(old), "new",
			 sponge_kind_name(row.known.state.kind), "new_probes",
			 probes_of(&row.known.state), "waits", waits);
}

static enum ctl_verdict
finish(const struct fabric *f, struct ctl_request *rq, const struct target *t,
       int error, bool waits, json_t **part)
{
	if (error != 0)
		return sponge_refuse(f, rq, t->lan, &t->ip, error);
	*part = change_of(f, t, waits);
	return CTL_END;
}

/* sponge set. */

/* There is one word too many after the value. */
static enum ctl_verdict
refuse_more(struct ctl_request *rq, const char *what, const char *word)
{
	return ctl_refuse(rq, "usage",
			  "unexpected '%.64s'; usage: ixctl sponge set %s",
			  word, what);
}

static enum ctl_verdict
set_alive(struct fabric *f, struct ctl_request *rq, const struct target *t,
	  json_t **part)
{
	const char *more = arg_text(rq, "more");
	uint64_t mac = 0;

	if (more != NULL &&
	    (mac_parse(more, &mac) != 0 || mac == 0 || mac_is_group(mac)))
		return ctl_refuse(rq, "usage",
				  "'%.64s' is not the MAC address of a host",
				  more);
	return finish(f, rq, t,
		      sponge_ops_set(f, t->lan, &t->ip, SPONGE_ALIVE, 0, mac),
		      false, part);
}

static enum ctl_verdict
set_pending(struct fabric *f, struct ctl_request *rq, const struct target *t,
	    json_t **part)
{
	const char *more = arg_text(rq, "more");
	struct sponge_values now, config;
	uint32_t probes = 0;

	sponge_ops_values(f, t->lan, &now, &config);
	if (more != NULL &&
	    !arg_number(rq, "probes", more, 0, now.sponge.pending + 1, &probes))
		return CTL_ERROR;
	return finish(
		f, rq, t,
		sponge_ops_set(f, t->lan, &t->ip, SPONGE_PENDING, probes, 0),
		false, part);
}

static enum ctl_verdict
set_dead(struct fabric *f, struct ctl_request *rq, const struct target *t,
	 json_t **part)
{
	const char *more = arg_text(rq, "more");

	if (more != NULL)
		return refuse_more(rq, "dead IP", more);
	return finish(f, rq, t,
		      sponge_ops_set(f, t->lan, &t->ip, SPONGE_DEAD, 0, 0),
		      false, part);
}

static enum ctl_verdict
set_static(struct fabric *f, struct ctl_request *rq, const struct target *t,
	   json_t **part)
{
	bool force = arg_is_set(rq, "force");
	bool waits = !force && t->before.state.kind != SPONGE_STATIC;
	const char *more = arg_text(rq, "more");
	int rc;

	if (more != NULL)
		return refuse_more(rq, "static IP [force]", more);
	rc = waits ? sponge_ops_confirm(f, t->lan, &t->ip)
		   : sponge_ops_set(f, t->lan, &t->ip, SPONGE_STATIC, 0, 0);
	return finish(f, rq, t, rc, waits, part);
}

static enum ctl_verdict
set_parameter(struct fabric *f, struct ctl_request *rq, const char *lan,
	      const struct sponge_param *p, json_t **part)
{
	const char *value = arg_text(rq, "value");
	struct sponge_values old, new, config;
	char was[SPONGE_PARAM_TEXT], is[SPONGE_PARAM_TEXT];
	char configured[SPONGE_PARAM_TEXT], why[CONFIG_WHY_SIZE];

	sponge_ops_values(f, lan, &old, &config);
	new = old;
	if (sponge_param_parse(p, value, config_lan(f->config, lan), &new,
			       why) != 0)
		return ctl_refuse(rq, "usage", "%s = %.64s: %s", p->name, value,
				  why);
	sponge_ops_set_value(f, lan, p, &new);
	sponge_param_format(p, &old, was);
	sponge_param_format(p, &new, is);
	sponge_param_format(p, &config, configured);
	*part = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "lan", lan,
			  "what", p->name, "key", sponge_param_key(p), "old",
			  was, "new", is, "configured", configured, "by_hand",
			  strcmp(is, configured) != 0);
	return CTL_END;
}

static enum ctl_verdict
set_param_of(struct fabric *f, struct ctl_request *rq, const char *what,
	     json_t **part)
{
	const struct sponge_param *p = sponge_param_find(what);
	const char *more = arg_text(rq, "more");
	const char *lan = sponge_arg_lan(f, rq);

	if (lan == NULL)
		return CTL_ERROR;
	if (more != NULL)
		return refuse_more(rq, "PARAMETER VALUE", more);
	return set_parameter(f, rq, lan, p, part);
}

enum ctl_verdict
answer_sponge_set(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	static const struct {
		const char *what;
		enum ctl_verdict (*set)(struct fabric *, struct ctl_request *,
					const struct target *, json_t **part);
	} states[] = {
		{ "alive", set_alive },
		{ "pending", set_pending },
		{ "dead", set_dead },
		{ "static", set_static },
	};
	const char *what = arg_text(rq, "what");
	struct target t;

	if (arg_is_set(rq, "force") && strcmp(what, "static") != 0)
		return refuse_more(rq, "static IP [force]", "force");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(what, states[i].what) == 0)
			return find(f, rq, arg_text(rq, "value"), &t)
				       ? states[i].set(f, rq, &t, part)
				       : CTL_ERROR;
	return set_param_of(f, rq, what, part);
}

/* sponge clear, and clear-arp. */

static enum ctl_verdict
clear_all(struct fabric *f, struct ctl_request *rq, json_t **part)
{
	const char *lan = sponge_arg_lan(f, rq);
	unsigned int n;

	if (lan == NULL)
		return CTL_ERROR;
	sponge_ops_clear_all(f, lan, &n);
	*part = json_pack("{s:s, s:n, s:i}", "lan", lan, "ip", "cleared",
			  (int)n);
	return CTL_END;
}

enum ctl_verdict
answer_sponge_clear(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *address = arg_text(rq, "address");
	struct sponge_row row;
	struct target t;
	int rc;

	if (strcmp(address, "all") == 0)
		return clear_all(f, rq, part);
	if (!find(f, rq, address, &t))
		return CTL_ERROR;
	rc = sponge_ops_look(f, t.lan, &t.ip, &row);
	if (rc == 0)
		rc = sponge_ops_set(f, t.lan, &t.ip, SPONGE_NONE, 0, 0);
	if (rc != 0)
		return sponge_refuse(f, rq, t.lan, &t.ip, rc);
	*part = json_pack("{s:s, s:s, s:s, s:o, s:i}", "lan", t.lan, "ip",
			  t.text, "old", sponge_kind_name(t.before.state.kind),
			  "old_probes", probes_of(&t.before.state), "cleared",
			  t.before.state.kind != SPONGE_NONE);
	return CTL_END;
}

enum ctl_verdict
answer_sponge_clear_arp(struct answers *a, struct ctl_request *rq,
			json_t **part)
{
	struct fabric *f = a->fabric;
	struct sponge_row row;
	struct target t;
	int rc;

	if (!find(f, rq, arg_text(rq, "address"), &t))
		return CTL_ERROR;
	rc = sponge_ops_forget_mac(f, t.lan, &t.ip);
	if (rc != 0)
		return sponge_refuse(f, rq, t.lan, &t.ip, rc);
	sponge_ops_look(f, t.lan, &t.ip, &row);
	*part = json_pack("{s:s, s:s, s:o, s:o}", "lan", t.lan, "ip", t.text,
			  "old", value_mac_or_null(t.before.mac), "new",
			  value_mac_or_null(row.known.mac));
	return CTL_END;
}

/* sponge probe. */

struct range {
	struct ipaddr first, last;
};

static void
range_of_prefix(const struct prefix *p, struct range *r)
{
	unsigned int bits = p->addr.family == 4 ? 32 : 128;

	r->first = r->last = p->addr;
	for (unsigned int i = p->length; i < bits; i++)
		r->last.octet[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

/* Whether 'text' is "FIRST-LAST". */
static bool
parse_ends(const char *text, uint8_t family, struct range *r)
{
	const char *dash = strchr(text, '-');
	char first[PREFIX_TEXT_SIZE];
	size_t n = dash != NULL ? (size_t)(dash - text) : sizeof(first);

	if (n >= sizeof(first))
		return false;
	memcpy(first, text, n);
	first[n] = '\0';
	return ipaddr_parse(first, family, &r->first) == 0 &&
	       ipaddr_parse(dash + 1, family, &r->last) == 0;
}

/* False: the request has an error. */
static bool
parse_range(struct ctl_request *rq, const char *text, struct range *r)
{
	for (uint8_t family = 4; family <= 6; family = family + 2) {
		struct prefix p;

		if (parse_ends(text, family, r))
			return true;
		if (ipaddr_parse(text, family, &r->first) == 0) {
			r->last = r->first;
			return true;
		}
		if (prefix_parse(text, family, &p) == 0) {
			range_of_prefix(&p, r);
			return true;
		}
	}
	ctl_refuse(rq, "usage",
		   "'%.100s': must be an address (192.0.2.9), two addresses "
		   "with '-' between them, or a prefix (192.0.2.0/25)",
		   text);
	return false;
}

static enum ctl_verdict
refuse_range(const struct fabric *f, struct ctl_request *rq, const char *lan,
	     const struct range *r, int error)
{
	char first[PREFIX_TEXT_SIZE], last[PREFIX_TEXT_SIZE];

	if (error != -EINVAL)
		return sponge_refuse(f, rq, lan, &r->first, error);
	return ctl_refuse(rq, "usage",
			  "%s to %s: must be in ascending order, and within "
			  "one prefix of LAN %s",
			  ipaddr_format(&r->first, first),
			  ipaddr_format(&r->last, last), lan);
}

static json_t *
probe_answer(const char *lan, const struct range *r, unsigned int n,
	     uint32_t rate)
{
	char first[PREFIX_TEXT_SIZE], last[PREFIX_TEXT_SIZE];

	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "lan", lan, "first",
			 ipaddr_format(&r->first, first), "last",
			 ipaddr_format(&r->last, last), "addresses", (int)n,
			 "rate", (int)rate, "seconds",
			 (int)((n + rate - 1) / rate));
}

enum ctl_verdict
answer_sponge_probe(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const char *text = arg_text(rq, "rate");
	const char *lan = sponge_arg_lan(f, rq);
	struct sponge_values now, config;
	uint32_t rate = PROBE_RATE;
	struct range r = { 0 };
	unsigned int n;
	int rc;

	if (lan == NULL || !parse_range(rq, arg_text(rq, "addresses"), &r))
		return CTL_ERROR;
	if (text != NULL &&
	    !arg_number(rq, "rate", text, 1, PROBE_RATE_MAX, &rate))
		return CTL_ERROR;
	rc = sponge_ops_probe(f, lan, &r.first, &r.last, rate, &n);
	if (rc != 0)
		return refuse_range(f, rq, lan, &r, rc);
	/* The limit for all probes of the sponge holds too. */
	sponge_ops_values(f, lan, &now, &config);
	if (rate > now.sponge.proberate)
		rate = now.sponge.proberate;
	*part = probe_answer(lan, &r, n, rate);
	return CTL_END;
}

/* sponge inform. */

static enum ctl_verdict
refuse_inform(const struct fabric *f, struct ctl_request *rq,
	      const struct target *receiver, const struct target *about,
	      const struct ipaddr *unknown, int error)
{
	bool is_receiver = unknown == &receiver->ip;

	switch (-error) {
	case EINVAL:
		return ctl_refuse(rq, "usage",
				  "%s about %s: must be two different "
				  "addresses, both IPv4 or both IPv6",
				  receiver->text, about->text);
	case EHOSTUNREACH:
		return ctl_refuse(
			rq, "not_found",
			is_receiver
				? "the port of %s is not known: probe it first"
				: "%s is not alive, or its MAC address is not "
				  "known: probe it first",
			is_receiver ? receiver->text : about->text);
	case ENOBUFS:
		return ctl_refuse(rq, "busy",
				  "too many frames wait to be sent; try again");
	default:
		return sponge_refuse(f, rq, receiver->lan, unknown, error);
	}
}

enum ctl_verdict
answer_sponge_inform(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const struct ipaddr *unknown;
	struct target receiver, about;
	unsigned int n;
	int rc;

	if (!find(f, rq, arg_text(rq, "receiver"), &receiver) ||
	    !find(f, rq, arg_text(rq, "about"), &about))
		return CTL_ERROR;
	rc = sponge_ops_inform(f, receiver.lan, &receiver.ip, &about.ip, &n,
			       &unknown);
	if (rc != 0)
		return refuse_inform(f, rq, &receiver, &about, unknown, rc);
	*part = json_pack("{s:s, s:s, s:s, s:o, s:i}", "lan", receiver.lan,
			  "receiver", receiver.text, "about", about.text, "mac",
			  value_mac_or_null(about.before.mac), "frames",
			  (int)n);
	return CTL_END;
}
