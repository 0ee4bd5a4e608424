/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/command.h"
#include "fabric/api/config_rows.h"
#include "fabric/api/operate.h"
#include "fabric/api/policy.h"
#include "fabric/api/sponge_answers.h"
#include "fabric/api/status.h"
#include "fabric/runtime/runtime.h"
#include "fabric/trial/explain.h"
#include "fabric/trial/selftest.h"
#include "lib/clock.h"
#include "lib/hex.h"
#include "lib/mac.h"

/* A part of a table: small enough not to keep the fabric waiting. */
#define PART_PORTS 32
#define PART_DROPS 8 /* ports: some forty rows each */
#define PART_MACS  256
#define PART_RULES 512
#define PART_SLOTS 32768 /* of a MAC table, looked at */
#define WALK_SLOTS 512
#define PART_ROWS  128 /* of a configuration */

#define STUCK_SECONDS 3

struct answers {
	struct fabric *fabric;
	char *file;
	struct config
		*started; /* what the keys that need a restart still say */
	char *refused;    /* why the last apply was, or NULL */
	uint64_t since;
	uint64_t watched; /* when the workers were last looked at */
	struct {
		uint64_t polls;
		uint64_t moved; /* when 'polls' was last seen to change */
	} worker[WORKERS_MAX];
};

static const char *
text_arg(const struct ctl_request *rq, const char *name)
{
	return json_string_value(json_object_get(rq->args, name));
}

static json_t *
texts_of(const struct faults *faults)
{
	json_t *texts = json_array();
	const char *text;

	for (unsigned int i = 0; (text = faults_text(faults, i)) != NULL; i++)
		json_array_append_new(texts, json_string(text));
	return texts;
}

/* Parts of one answer belong to one configuration. */
static bool
is_stale(const struct answers *a, struct ctl_request *rq)
{
	if (rq->generation == 0)
		rq->generation = a->fabric->generation;
	return rq->generation != a->fabric->generation;
}

static enum ctl_verdict
refuse_stale(struct ctl_request *rq)
{
	return ctl_refuse(rq, "changed",
			  "the configuration changed meanwhile; ask again");
}

static enum ctl_verdict
refuse_unknown(struct ctl_request *rq, const char *what, const char *name)
{
	return ctl_refuse(rq, "not_found", "there is no %s '%.64s'", what,
			  name);
}

/* Ports. */

typedef json_t *port_row(struct fabric *, const struct config_port *);

static enum ctl_verdict
one_port(struct answers *a, struct ctl_request *rq, port_row *row,
	 json_t **part)
{
	const char *name = text_arg(rq, "port");
	const struct config_port *c = config_port(a->fabric->config, name);
	json_t *made;

	if (c == NULL)
		return operate_refuse_port(a->fabric, rq, name);
	made = row(a->fabric, c);
	*part = json_is_array(made) ? made : json_pack("[o]", made);
	return CTL_END;
}

static enum ctl_verdict
some_ports(struct answers *a, struct ctl_request *rq, port_row *row,
	   unsigned int n, json_t **part)
{
	const struct config *config = a->fabric->config;

	if (text_arg(rq, "port") != NULL)
		return one_port(a, rq, row, part);
	if (is_stale(a, rq))
		return refuse_stale(rq);
	*part = json_array();
	for (; n > 0 && json_array_size(*part) < PART_RULES &&
	       rq->place[0] < config->nports;
	     n--) {
		json_t *made = row(a->fabric, &config->port[rq->place[0]++]);

		if (!json_is_array(made)) {
			json_array_append_new(*part, made);
			continue;
		}
		json_array_extend(*part, made);
		json_decref(made);
	}
	return rq->place[0] < config->nports ? CTL_MORE : CTL_END;
}

static enum ctl_verdict
port_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port, PART_PORTS, part);
}

static enum ctl_verdict
port_stats(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_stats, PART_PORTS, part);
}

static enum ctl_verdict
port_drops(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_drops, PART_DROPS, part);
}

static enum ctl_verdict
port_record(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return one_port(a, rq, status_port_record, part);
}

static enum ctl_verdict
acl_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_acl, PART_PORTS, part);
}

static json_t *
policy_row(struct fabric *f, const struct config_port *c)
{
	return policy_port(f, f->view->port[runtime_port(f, c->id)->id]);
}

static enum ctl_verdict
policy_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	if (text_arg(rq, "port") != NULL)
		return one_port(a, rq, policy_row, part);
	if (is_stale(a, rq))
		return refuse_stale(rq);
	*part = json_array();
	return policy_lans(a->fabric, rq->place, *part) ? CTL_MORE : CTL_END;
}

static enum ctl_verdict
selftest(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct selftest t = { rq->place[0], rq->place[1], rq->state };
	const char *name = text_arg(rq, "port");
	const struct config_port *only = NULL;
	bool more;

	if (is_stale(a, rq))
		return refuse_stale(rq);
	if (name != NULL) {
		only = config_port(a->fabric->config, name);
		if (only == NULL)
			return refuse_unknown(rq, "port", name);
	}
	*part = json_array();
	more = selftest_part(a->fabric, only, &t, *part);
	rq->place[0] = t.port;
	rq->place[1] = t.step;
	rq->state = t.state;
	return more ? CTL_MORE : CTL_END;
}

/* Addresses. */

struct mac_filter {
	struct fabric *fabric;
	const struct lan_rt *lan;
	uint32_t vlan;
	uint16_t port; /* PORTS_MAX: any */
	uint64_t mac;  /* 0: any */
	const char *type;
	const char *only_lan;
	json_t *rows;
};

static bool
add_mac(void *arg, const struct mactab_entry *e)
{
	struct mac_filter *m = arg;

	if (m->port != PORTS_MAX && e->port != m->port)
		return true;
	if (m->type != NULL && strcmp(m->type, mactab_type(e)) != 0)
		return true;
	json_array_append_new(m->rows,
			      status_mac(m->fabric, m->lan, m->vlan, e));
	return true;
}

/* CTL_END where there is nothing wrong with the arguments. */
static enum ctl_verdict
set_filter(struct answers *a, struct ctl_request *rq, struct mac_filter *m)
{
	const char *port = text_arg(rq, "port"), *mac = text_arg(rq, "mac");
	const struct port_rt *p;

	*m = (struct mac_filter){ .fabric = a->fabric, .port = PORTS_MAX };
	m->type = text_arg(rq, "type");
	m->only_lan = text_arg(rq, "lan");
	if (m->only_lan != NULL && runtime_lan(a->fabric, m->only_lan) == NULL)
		return refuse_unknown(rq, "LAN", m->only_lan);
	if (mac != NULL && (mac_parse(mac, &m->mac) != 0 || m->mac == 0))
		return ctl_refuse(rq, "usage", "'%.64s' is no MAC address",
				  mac);
	if (port == NULL)
		return CTL_END;
	p = runtime_port(a->fabric, port);
	if (p == NULL)
		return operate_refuse_port(a->fabric, rq, port);
	m->port = p->id;
	return CTL_END;
}

/*
 * Some rows of the LAN at place[0] of the configuration; true when that was all
 * of it.  place[1] is where its table is to be gone on with.
 */
static bool
some_macs(struct ctl_request *rq, struct mac_filter *m)
{
	struct mactab_entry e;
	size_t looked = 0;

	if (m->mac != 0) {
		if (mactab_get(m->lan->macs, m->mac, &e))
			add_mac(m, &e);
		return true;
	}
	do {
		rq->place[1] = mactab_walk(m->lan->macs, rq->place[1],
					   WALK_SLOTS, add_mac, m);
		looked += WALK_SLOTS;
	} while (rq->place[1] != 0 && looked < PART_SLOTS &&
		 json_array_size(m->rows) < PART_MACS);
	return rq->place[1] == 0;
}

static enum ctl_verdict
fdb_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config *config = a->fabric->config;
	struct mac_filter m;

	if (is_stale(a, rq))
		return refuse_stale(rq);
	if (set_filter(a, rq, &m) == CTL_ERROR)
		return CTL_ERROR;
	m.rows = *part = json_array();
	while (rq->place[0] < config->nlans) {
		const struct config_lan *c = &config->lan[rq->place[0]];

		m.lan = runtime_lan(a->fabric, c->id);
		m.vlan = c->vlan;
		if (m.lan != NULL &&
		    (m.only_lan == NULL || strcmp(m.only_lan, c->id) == 0) &&
		    !some_macs(rq, &m))
			return CTL_MORE;
		rq->place[0]++;
		if (json_array_size(m.rows) >= PART_MACS)
			break;
	}
	return rq->place[0] < config->nlans ? CTL_MORE : CTL_END;
}

/* 'mac' in all LANs; CTL_ERROR when it is there and stays. */
static enum ctl_verdict
flush_mac(struct fabric *f, struct ctl_request *rq, uint64_t mac, size_t *n)
{
	struct mactab_entry e;
	char text[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < f->config->nlans; i++) {
		struct lan_rt *lan = runtime_lan(f, f->config->lan[i].id);

		if (lan == NULL || !mactab_get(lan->macs, mac, &e))
			continue;
		if (!learn_forget(f, lan, mac))
			return ctl_refuse(rq, "static",
					  "%s is from the configuration; take "
					  "it out there",
					  mac_format(mac, text));
		++*n;
	}
	return CTL_END;
}

static enum ctl_verdict
fdb_flush(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct lan_rt *lan = NULL;
	struct mac_filter m;
	size_t n = 0;

	if (set_filter(a, rq, &m) == CTL_ERROR)
		return CTL_ERROR;
	if (m.only_lan != NULL)
		lan = runtime_lan(a->fabric, m.only_lan);
	if (m.mac == 0)
		n = learn_flush(a->fabric, m.port, lan, true);
	else if (flush_mac(a->fabric, rq, m.mac, &n) == CTL_ERROR)
		return CTL_ERROR;
	*part = json_pack("{s:I}", "flushed", (json_int_t)n);
	return CTL_END;
}

/* What is said of a frame that somebody sends; 'octets' has room for it. */
static enum ctl_verdict
read_frame(struct ctl_request *rq, uint8_t *octets, struct trial_input *in)
{
	const char *len = text_arg(rq, "len");
	size_t size;
	char *end;
	int rc = hex_read(text_arg(rq, "frame"), octets, CTL_FRAME_MAX, &size);

	if (rc == -E2BIG)
		return ctl_refuse(rq, "frame",
				  "the frame has more than %u octets",
				  CTL_FRAME_MAX);
	if (rc != 0)
		return ctl_refuse(rq, "frame",
				  "the frame is not octets in hex digits");
	*in = (struct trial_input){ .octets = octets,
				    .size = (uint32_t)size,
				    .len = (uint32_t)size };
	in->bad = json_object_get(rq->args, "bad") != NULL;
	if (len == NULL)
		return CTL_END;
	in->len = (uint32_t)strtoul(len, &end, 10);
	if (len[0] < '0' || len[0] > '9' || *end != '\0' || strlen(len) > 6 ||
	    in->len < size)
		return ctl_refuse(rq, "frame",
				  "len %.16s: a number, not below the %zu "
				  "octets there are",
				  len, size);
	return CTL_END;
}

static enum ctl_verdict
explain_frame(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const char *name = text_arg(rq, "port");
	uint16_t port = fabric_port_id(a->fabric, name);
	uint8_t octets[CTL_FRAME_MAX];
	struct trial_input in;
	int error;

	if (port == FABRIC_NO_PORT)
		return refuse_unknown(rq, "port", name);
	if (read_frame(rq, octets, &in) == CTL_ERROR)
		return CTL_ERROR;
	*part = explain(a->fabric, port, &in, &error);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "the frame cannot be tried: %s",
				  strerror(-error));
	return CTL_END;
}

static enum ctl_verdict
sponge(struct answers *a, struct ctl_request *rq, json_t **part)
{
	static enum ctl_verdict (*const commands[COMMAND_N])(
		struct fabric *, struct ctl_request *, json_t * *part) = {
		[COMMAND_sponge_show] = sponge_answer_show,
		[COMMAND_sponge_stats] = sponge_answer_stats,
		[COMMAND_sponge_log] = sponge_answer_log,
		[COMMAND_sponge_set] = sponge_answer_set,
		[COMMAND_sponge_clear] = sponge_answer_clear,
		[COMMAND_sponge_clear_arp] = sponge_answer_clear_arp,
		[COMMAND_sponge_probe] = sponge_answer_probe,
		[COMMAND_sponge_inform] = sponge_answer_inform,
		[COMMAND_arp_top] = sponge_answer_top,
	};

	if (is_stale(a, rq))
		return refuse_stale(rq);
	return commands[command_id(rq->command)](a->fabric, rq, part);
}

static enum ctl_verdict
worker_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	(void)rq;
	*part = json_array();
	for (unsigned int i = 0; i < a->fabric->nworkers; i++)
		json_array_append_new(*part, status_worker(a->fabric, i));
	return CTL_END;
}

/* Health. */

void
answers_turn(struct answers *a)
{
	const struct fabric *f = a->fabric;

	if (f->now - a->watched < CLOCK_SECOND)
		return;
	a->watched = f->now;
	for (unsigned int i = 0; i < f->nworkers; i++) {
		uint64_t polls = counter_read(&f->worker[i]->polls);

		if (polls != a->worker[i].polls || a->worker[i].moved == 0)
			a->worker[i].moved = f->now;
		a->worker[i].polls = polls;
	}
}

static void
add_pending(void *arg, const char *section, const char *key,
	    const char *old_value, const char *new_value, bool restart)
{
	(void)old_value;
	(void)new_value;
	if (restart && key != NULL)
		json_array_append_new(arg,
				      json_sprintf("%s: %s", section, key));
}

/* Keys that say what they will do after a restart. */
static json_t *
pending(const struct answers *a)
{
	json_t *keys = json_array();

	config_diff(a->started, a->fabric->config, add_pending, keys);
	return keys;
}

/* Not what this apply has changed: it may have taken back an earlier one. */
static unsigned int
npending(const struct answers *a)
{
	json_t *keys = pending(a);
	size_t n = json_array_size(keys);

	json_decref(keys);
	return (unsigned int)n;
}

static void
add_lan_problems(const struct fabric *f, json_t *problems)
{
	for (unsigned int i = 0; i < f->config->nlans; i++) {
		const struct lan_rt *lan = runtime_lan(f, f->config->lan[i].id);
		size_t n = lan != NULL ? mactab_count(lan->macs) : 0;

		if (n > 0 && n >= (size_t)lan->size * 4 / 5)
			json_array_append_new(
				problems,
				json_sprintf("the MAC table of %s is filled to "
					     "%zu of %u: raise mac_table",
					     lan->name, n, lan->size));
	}
}

static json_t *
problems_of(const struct answers *a, const json_t *waiting)
{
	const struct fabric *f = a->fabric;
	json_t *problems = json_array();

	if (a->refused != NULL)
		json_array_append_new(
			problems, json_sprintf("the last apply was refused: %s",
					       a->refused));
	if (json_array_size(waiting) > 0)
		json_array_append_new(
			problems, json_sprintf("%zu keys wait for a restart",
					       json_array_size(waiting)));
	for (unsigned int i = 0; i < f->nworkers; i++)
		if (a->worker[i].moved != 0 &&
		    f->now - a->worker[i].moved > STUCK_SECONDS * CLOCK_SECOND)
			json_array_append_new(
				problems,
				json_sprintf("worker %u does not move", i));
	add_lan_problems(f, problems);
	status_add_shutdowns(f, problems);
	return problems;
}

static json_t *
lans_of(struct fabric *f)
{
	json_t *lans = json_array();

	for (unsigned int i = 0; i < f->config->nlans; i++)
		json_array_append_new(lans, status_lan(f, &f->config->lan[i]));
	return lans;
}

static unsigned int
devices_of(const struct fabric *f, unsigned int *up)
{
	unsigned int n = 0;

	*up = 0;
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		const struct device_rt *d = f->device[id];

		if (d == NULL || d->marks & RT_GONE || d->closed)
			continue;
		n++;
		*up += d->up;
	}
	return n;
}

static const char *
idle_name(const struct fabric *f)
{
	return f->config->fabric.idle == CONFIG_IDLE_POLL ? "poll" : "sleep";
}

static enum ctl_verdict
status(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	json_t *waiting = pending(a), *problems = problems_of(a, waiting);
	unsigned int up, devices = devices_of(f, &up);

	(void)rq;
	*part = json_pack(
		"{s:s, s:s, s:b, s:o, s:I, s:s, s:I, s:o, s:i, s:s, s:i}",
		"name", f->config->fabric.name, "version", IXF_VERSION,
		"healthy", json_array_size(problems) == 0, "problems", problems,
		"uptime_seconds",
		(json_int_t)((f->now - a->since) / CLOCK_SECOND), "file",
		a->file, "generation", (json_int_t)f->generation,
		"restart_pending", waiting, "workers", (int)f->nworkers, "idle",
		idle_name(f), "devices", (int)devices);
	if (*part == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	json_object_set_new(*part, "overrides", operate_overrides(f));
	json_object_set_new(*part, "ports", status_ports(f));
	json_object_set_new(*part, "totals", status_totals(f));
	json_object_set_new(*part, "lans", lans_of(f));
	return CTL_END;
}

void
answers_announce(const struct answers *a, const char *prefix, FILE *out)
{
	const struct fabric *f = a->fabric;
	unsigned int up, devices = devices_of(f, &up);

	fprintf(out,
		"%s%s: LANs %u, ports %u, devices %u (%u with link), workers "
		"%u, idle = %s\n",
		prefix, f->config->fabric.name, f->config->nlans,
		f->config->nports, devices, up, f->nworkers, idle_name(f));
	fprintf(out, "%sconfiguration %s, generation %lu\n", prefix, a->file,
		(unsigned long)f->generation);
	fprintf(out, "%scontrol socket %s\n", prefix,
		a->started->fabric.socket);
}

/* Configuration. */

static void
add_change(void *arg, const char *section, const char *key,
	   const char *old_value, const char *new_value, bool restart)
{
	const char *what = old_value == NULL   ? "added"
			   : new_value == NULL ? "removed"
					       : "changed";

	/* A whole section has no value of its own. */
	if (key == NULL)
		old_value = new_value = NULL;
	json_array_append_new(arg,
			      json_pack("{s:s, s:s?, s:s, s:s?, s:s?, s:b}",
					"section", section, "key", key,
					"change", what, "old", old_value, "new",
					new_value, "restart", restart));
}

static json_t *
changes_to(const struct answers *a, const struct config *config)
{
	json_t *changes = json_array();

	config_diff(a->fabric->config, config, add_change, changes);
	return changes;
}

static void
note_refusal(struct answers *a, const struct faults *faults)
{
	const char *why = faults != NULL ? faults_text(faults, 0) : NULL;

	free(a->refused);
	a->refused =
		faults != NULL ? strdup(why != NULL ? why : "no memory") : NULL;
}

/* Reads and applies; '*changes', unless NULL, is a new array, also if not. */
static int
apply(struct answers *a, const char *file, struct apply_result *r,
      json_t **changes, struct faults *faults)
{
	struct config *config = config_read(file, faults);
	int rc = -EINVAL;

	if (config != NULL) {
		if (changes != NULL)
			*changes = changes_to(a, config);
		rc = fabric_apply(a->fabric, config, r, faults);
		if (rc != 0)
			config_free(config);
		else
			r->restart = npending(a);
	}
	note_refusal(a, rc != 0 ? faults : NULL);
	return rc;
}

int
answers_reload(struct answers *a, struct apply_result *r, struct faults *faults)
{
	return apply(a, a->file, r, NULL, faults);
}

static enum ctl_verdict
refuse_config(struct ctl_request *rq, const char *file,
	      const struct faults *faults)
{
	rq->details = texts_of(faults);
	return ctl_refuse(rq, "config", "%.256s: rejected, nothing was changed",
			  file);
}

static const char *
file_of(const struct answers *a, const struct ctl_request *rq)
{
	const char *file = text_arg(rq, "file");

	return file != NULL ? file : a->file;
}

static enum ctl_verdict
config_apply(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct faults *faults = faults_create();
	struct apply_result r = { 0 };
	json_t *changes = NULL;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	if (apply(a, file_of(a, rq), &r, &changes, faults) != 0) {
		json_decref(changes);
		refuse_config(rq, file_of(a, rq), faults);
		faults_free(faults);
		return CTL_ERROR;
	}
	*part = json_pack("{s:s, s:o, s:o, s:I, s:i, s:i, s:i, s:o}", "file",
			  file_of(a, rq), "changes", changes, "warnings",
			  texts_of(faults), "generation",
			  (json_int_t)r.generation, "ports_untouched",
			  (int)r.ports_untouched, "devices_opened",
			  (int)r.devices_opened, "devices_closed",
			  (int)r.devices_closed, "restart_pending", pending(a));
	faults_free(faults);
	return CTL_END;
}

static enum ctl_verdict
config_diff_answer(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct faults *faults = faults_create();
	struct config *config;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	config = config_read(file_of(a, rq), faults);
	if (config == NULL)
		refuse_config(rq, file_of(a, rq), faults);
	else
		*part = json_pack("{s:s, s:o, s:o}", "file", file_of(a, rq),
				  "changes", changes_to(a, config), "warnings",
				  texts_of(faults));
	config_free(config);
	faults_free(faults);
	return *part != NULL ? CTL_END : CTL_ERROR;
}

/* Puts all rows into rq->state. */
static enum ctl_verdict
begin_show(struct answers *a, struct ctl_request *rq)
{
	const char *which = text_arg(rq, "which");
	bool defaults = json_object_get(rq->args, "defaults") != NULL;
	struct faults *faults = faults_create();
	struct config *config = NULL;

	if (faults == NULL)
		return ctl_refuse(rq, "failed", "no memory");
	if (which == NULL || strcmp(which, "running") == 0)
		rq->state = config_rows(a->fabric->config, defaults);
	else if ((config = config_read(a->file, faults)) != NULL)
		rq->state = config_rows(config, defaults);
	else
		refuse_config(rq, a->file, faults);
	if (rq->state == NULL && rq->code == NULL)
		ctl_refuse(rq, "failed", "no memory");
	config_free(config);
	faults_free(faults);
	return rq->state != NULL ? CTL_MORE : CTL_ERROR;
}

static enum ctl_verdict
config_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	size_t n, end;

	if (rq->state == NULL && begin_show(a, rq) == CTL_ERROR)
		return CTL_ERROR;
	n = json_array_size(rq->state);
	end = rq->place[0] + PART_ROWS < n ? rq->place[0] + PART_ROWS : n;
	*part = json_array();
	for (; rq->place[0] < end; rq->place[0]++)
		json_array_append(*part,
				  json_array_get(rq->state, rq->place[0]));
	return end < n ? CTL_MORE : CTL_END;
}

static struct fabric *
fabric_of(void *arg)
{
	return ((struct answers *)arg)->fabric;
}

static enum ctl_verdict
answer(void *arg, struct ctl_request *rq, json_t **part)
{
	switch (command_id(rq->command)) {
	case COMMAND_status:
		return status(arg, rq, part);
	case COMMAND_port_show:
		return port_show(arg, rq, part);
	case COMMAND_port_stats:
		return port_stats(arg, rq, part);
	case COMMAND_port_drops:
		return port_drops(arg, rq, part);
	case COMMAND_port_record:
		return port_record(arg, rq, part);
	case COMMAND_port_up:
		return operate_up(fabric_of(arg), rq, part);
	case COMMAND_port_down:
		return operate_down(fabric_of(arg), rq, part);
	case COMMAND_port_cull:
	case COMMAND_fabric_cull:
		return operate_cull(fabric_of(arg), rq, part);
	case COMMAND_fdb_show:
		return fdb_show(arg, rq, part);
	case COMMAND_fdb_flush:
		return fdb_flush(arg, rq, part);
	case COMMAND_acl_show:
		return acl_show(arg, rq, part);
	case COMMAND_policy_show:
		return policy_show(arg, rq, part);
	case COMMAND_sponge_show:
	case COMMAND_sponge_stats:
	case COMMAND_sponge_log:
	case COMMAND_sponge_set:
	case COMMAND_sponge_clear:
	case COMMAND_sponge_clear_arp:
	case COMMAND_sponge_probe:
	case COMMAND_sponge_inform:
	case COMMAND_arp_top:
		return sponge(arg, rq, part);
	case COMMAND_explain:
		return explain_frame(arg, rq, part);
	case COMMAND_selftest:
		return selftest(arg, rq, part);
	case COMMAND_worker_show:
		return worker_show(arg, rq, part);
	case COMMAND_config_diff:
		return config_diff_answer(arg, rq, part);
	case COMMAND_config_apply:
		return config_apply(arg, rq, part);
	case COMMAND_config_show:
		return config_show(arg, rq, part);
	case COMMAND_config_check:
	case COMMAND_version:
	case COMMAND_N:
		break; /* ixctl's own: ctl.c lets none of them through */
	}
	return ctl_refuse(rq, "unknown_command", "not a command of the daemon");
}

static void
done(void *arg, struct ctl_request *rq)
{
	(void)arg;
	json_decref(rq->state);
}

const struct ctl_ops answers_ops = { answer, done };

/* The one way to have a second configuration is to read it again. */
static struct config *
copy(const struct config *config)
{
	struct faults *faults = faults_create();
	struct config *twin = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	if (out != NULL && faults != NULL) {
		config_print(config, true, out);
		fflush(out);
		in = fmemopen(text, size, "r");
		if (in != NULL) {
			twin = config_read_stream("running", in, faults);
			fclose(in);
		}
	}
	if (out != NULL)
		fclose(out);
	free(text);
	faults_free(faults);
	return twin;
}

struct answers *
answers_create(struct fabric *f, const char *file)
{
	struct answers *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->fabric = f;
	a->file = realpath(file, NULL);
	if (a->file == NULL)
		a->file = strdup(file);
	a->started = copy(f->config);
	a->since = a->watched = f->now;
	if (a->file != NULL && a->started != NULL)
		return a;
	answers_free(a);
	errno = ENOMEM;
	return NULL;
}

void
answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	config_free(a->started);
	free(a->file);
	free(a->refused);
	free(a);
}
