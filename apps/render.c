/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "apps/render_explain.h"
#include "apps/render_policy.h"
#include "apps/render_sponge.h"
#include "apps/row.h"
#include "apps/table.h"
#include "fabric/api/command.h"

struct shape {
	const char *const *header; /* of a table; NULL: not one */
	void (*row)(struct table *, const json_t *);
	/* What is no table; or, of one, a row "scope": "lan", before it. */
	void (*object)(const json_t *, FILE *);
	void (*summary)(const json_t *, FILE *); /* of a table, behind it */
};

struct render {
	const struct shape *shape;
	struct table *table;
	json_t *summary; /* the row of that kind, or NULL */
	FILE *out;
};

char *
render_age(uint64_t seconds, char text_[RENDER_AGE_SIZE])
{
	static const struct {
		uint64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	unsigned int i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	snprintf(text_, RENDER_AGE_SIZE, "%" PRIu64 "%c",
		 seconds / units[i].seconds, units[i].unit);
	return text_;
}

char *
render_speed(uint64_t mbit, char text_[RENDER_SPEED_SIZE])
{
	if (mbit == 0)
		strcpy(text_, "-");
	else if (mbit < 1000)
		snprintf(text_, RENDER_SPEED_SIZE, "%" PRIu64 "M", mbit);
	else
		snprintf(text_, RENDER_SPEED_SIZE, "%gG", (double)mbit / 1000);
	return text_;
}

static const char *const port_header[] = {
	"PORT", "STATE", ">SPEED", "LAN", ">VLAN",  ">TAG",   "MACS",
	"LOCK", "CULL",  ">RX",    ">TX", ">DROPS", "MEMBER", NULL,
};

/* " (down 3m)", " (mac_lock 12s, back in 48s)", " (clean 2d)" */
static void
print_state(const json_t *row, char *text_, size_t size)
{
	char age[RENDER_AGE_SIZE], back[RENDER_AGE_SIZE] = "";
	const char *state = row_word(row, "state");
	bool returns = json_is_integer(row_get(row, "recovers_in_seconds"));

	if (strcmp(state, "down") == 0)
		snprintf(text_, size, " (down %s)",
			 render_age(row_number(row, "link_seconds"), age));
	if (strcmp(state, "flapping") == 0)
		snprintf(text_, size, " (held %s more)",
			 render_age(row_number(row, "held_seconds"), age));
	if (returns)
		render_age(row_number(row, "recovers_in_seconds"), back);
	if (strcmp(state, "err-disabled") == 0)
		snprintf(text_, size, " (%.40s %s%s%s)",
			 row_word(row, "err_disabled_by"),
			 render_age(row_number(row, "err_disabled_seconds"),
				    age),
			 returns ? ", back in " : "", back);
	if (json_is_integer(row_get(row, "clean_seconds")))
		snprintf(text_, size, " (clean %s)",
			 render_age(row_number(row, "clean_seconds"), age));
}

/* "AS64500 Example Net (down 3m)" */
static void
put_member(struct table *t, const json_t *row)
{
	const char *name = row_text(row, "description");
	uint64_t asn = row_number(row, "asn");
	char as[32] = "", why[96] = "";

	if (asn != 0)
		snprintf(as, sizeof(as), "AS%" PRIu64 " ", asn);
	print_state(row, why, sizeof(why));
	if (name == NULL && as[0] != '\0')
		as[strlen(as) - 1] = '\0';
	table_print_cell(t, "%s%s%s", as,
			 name != NULL    ? name
			 : as[0] != '\0' ? ""
					 : "-",
			 why);
}

static void
port_row(struct table *t, const json_t *row)
{
	char speed[RENDER_SPEED_SIZE];

	table_text(t, row_text(row, "port"));
	table_text(t, row_text(row, "state"));
	table_text(t, render_speed(row_number(row, "speed_mbit"), speed));
	table_text(t, row_text(row, "lan"));
	table_json(t, row_get(row, "vlan"));
	table_json(t, row_get(row, "tag"));
	table_print_cell(t, "%" PRIu64 "/%" PRIu64, row_number(row, "macs"),
			 row_number(row, "macs_allowed"));
	table_text(t, json_is_true(row_get(row, "locked")) ? "on" : "off");
	table_text(t, json_is_true(row_get(row, "culled")) ? "on" : "off");
	table_json(t, row_get(row, "rx_frames"));
	table_json(t, row_get(row, "tx_frames"));
	table_number(t, row_number(row, "rx_dropped") +
				row_number(row, "tx_dropped"));
	put_member(t, row);
}

static const char *const stats_header[] = { "PORT", "COUNTER", ">VALUE", NULL };

static void
stats_cells(struct table *t, const char *port, const char *prefix,
	    const json_t *counters)
{
	const char *key;
	json_t *value;

	/* The iterator wants it writable, and leaves it alone. */
	json_object_foreach((json_t *)(uintptr_t)counters, key, value)
	{
		if (json_is_object(value)) {
			stats_cells(t, port, "device_", value);
		} else if (json_is_integer(value)) {
			table_text(t, port);
			table_print_cell(t, "%s%s", prefix, key);
			table_json(t, value);
		}
	}
}

static void
stats_row(struct table *t, const json_t *row)
{
	stats_cells(t, row_text(row, "port"), "", row);
}

static const char *const drops_header[] = {
	"PORT",  "REASON",     ">FRAMES", ">WOULD-DROP",
	">RATE", ">LAST-SEEN", "EXAMPLE", NULL,
};

static void
age_cell(struct table *t, const json_t *seconds)
{
	char age[RENDER_AGE_SIZE];

	table_text(t, json_is_number(seconds)
			      ? render_age((uint64_t)json_number_value(seconds),
					   age)
			      : NULL);
}

static void
drops_row(struct table *t, const json_t *row)
{
	double rate = json_number_value(row_get(row, "rate"));

	table_text(t, row_text(row, "port"));
	table_text(t, row_text(row, "reason"));
	table_json(t, row_get(row, "frames"));
	table_json(t, row_get(row, "would_drop"));
	if (rate > 0)
		table_print_cell(t, "%.1f/s", rate);
	else
		table_text(t, NULL);
	age_cell(t, row_get(row, "last_seen_seconds"));
	table_text(t, row_text(row, "example"));
}

static const char *const record_header[] = { ">AGE", "REASON", ">OCTETS",
					     "EXAMPLE", NULL };

static void
record_row(struct table *t, const json_t *row)
{
	age_cell(t, row_get(row, "age_seconds"));
	table_text(t, row_text(row, "reason"));
	table_json(t, row_get(row, "octets"));
	table_text(t, row_text(row, "example"));
}

static const char *const acl_header[] = { "PORT",  "DIR",   ">NO", "RULE",
					  ">HITS", "PLACE", NULL };

static void
acl_row(struct table *t, const json_t *row)
{
	table_text(t, row_text(row, "port"));
	table_text(t, row_text(row, "direction"));
	table_json(t, row_get(row, "number"));
	table_text(t, row_text(row, "rule"));
	table_json(t, row_get(row, "hits"));
	table_print_cell(t, "%s:%" PRIu64, row_word(row, "file"),
			 row_number(row, "line"));
}

static const char *const fdb_header[] = { "MAC",  "LAN",  ">VLAN",  "PORT",
					  "TYPE", ">AGE", ">MOVES", NULL };

static void
fdb_row(struct table *t, const json_t *row)
{
	char age[RENDER_AGE_SIZE];

	table_text(t, row_text(row, "mac"));
	table_text(t, row_text(row, "lan"));
	table_json(t, row_get(row, "vlan"));
	table_text(t, row_text(row, "port"));
	table_text(t, json_is_true(row_get(row, "frozen"))
			      ? "frozen"
			      : row_text(row, "type"));
	table_text(t, render_age(row_number(row, "age_seconds"), age));
	table_number(t, row_number(row, "moves"));
}

static const char *const worker_header[] = {
	">WORKER", ">BUSY%",      ">FRAMES", ">CYCLES/FRAME",
	">POLLS",  ">IDLE-POLLS", "QUEUES",  NULL,
};

static void
worker_row(struct table *t, const json_t *row)
{
	const json_t *queues = row_get(row, "queues");
	char *list = NULL;
	size_t size;
	FILE *out = open_memstream(&list, &size);

	table_json(t, row_get(row, "worker"));
	table_json(t, row_get(row, "busy_percent"));
	table_json(t, row_get(row, "frames"));
	table_json(t, row_get(row, "cycles_per_frame"));
	table_json(t, row_get(row, "polls"));
	table_json(t, row_get(row, "idle_polls"));
	for (size_t i = 0; out != NULL && i < json_array_size(queues); i++)
		fprintf(out, "%s%s", i == 0 ? "" : " ",
			json_string_value(json_array_get(queues, i)));
	if (out != NULL)
		fclose(out);
	table_text(t, list);
	free(list);
}

static void
print_section(const json_t *row, FILE *out)
{
	const char *key;
	json_t *value;

	fprintf(out, "[%s]\n", row_word(row, "section"));
	json_object_foreach(json_object_get(row, "keys"), key, value)
	{
		if (json_is_string(value))
			fprintf(out, "%s = %s\n", key,
				json_string_value(value));
		for (size_t i = 0; i < json_array_size(value); i++)
			fprintf(out, "%s = %s\n", key,
				json_string_value(json_array_get(value, i)));
	}
	json_object_foreach(json_object_get(row, "unset"), key, value)
		fprintf(out, "; %s = %s\n", key, json_string_value(value));
	fputc('\n', out);
}

static void
print_strings(const json_t *list, const char *prefix, FILE *out)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		fprintf(out, "%s%s\n", prefix,
			json_string_value(json_array_get(list, i)));
}

static void
print_lans(const json_t *lans, FILE *out)
{
	static const char *const header[] = { "LAN",    ">VLAN",  "PROFILE",
					      ">MTU",   ">PORTS", ">MACS",
					      ">TABLE", NULL };
	struct table *t = table_create(header);

	for (size_t i = 0; t != NULL && i < json_array_size(lans); i++) {
		const json_t *lan = json_array_get(lans, i);

		table_text(t, row_text(lan, "lan"));
		table_json(t, row_get(lan, "vlan"));
		table_text(t, row_text(lan, "profile"));
		table_json(t, row_get(lan, "mtu"));
		table_json(t, row_get(lan, "ports"));
		table_json(t, row_get(lan, "macs"));
		table_json(t, row_get(lan, "mac_table"));
	}
	if (t != NULL)
		table_print(t, out);
	table_free(t);
}

static void
print_counts(const json_t *status, FILE *out)
{
	const json_t *p = row_get(status, "ports"),
		     *t = row_get(status, "totals");

	fprintf(out,
		"ports       %" PRIu64 ": %" PRIu64 " up, %" PRIu64
		" down, %" PRIu64 " off, %" PRIu64 " flapping, %" PRIu64
		" in quarantine, %" PRIu64 " disabled, %" PRIu64
		" err-disabled\n",
		row_number(p, "total"), row_number(p, "up"),
		row_number(p, "down"), row_number(p, "off"),
		row_number(p, "flapping"), row_number(p, "quarantine"),
		row_number(p, "disabled"), row_number(p, "err_disabled"));
	fprintf(out,
		"frames      %" PRIu64 " received, %" PRIu64 " sent, %" PRIu64
		" dropped\n",
		row_number(t, "rx_frames"), row_number(t, "tx_frames"),
		row_number(t, "rx_dropped") + row_number(t, "tx_dropped"));
}

/* What somebody has set by hand: not a fault, but not to be forgotten. */
static void
print_overrides(const json_t *list, FILE *out)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *port = row_text(row, "port"),
			   *lan = row_text(row, "lan");
		const char *of = port != NULL  ? "port "
				 : lan != NULL ? "lan "
					       : "all ports";
		char age[RENDER_AGE_SIZE];

		fprintf(out, "by hand     %s%s: %s %s, for %s\n", of,
			port != NULL  ? port
			: lan != NULL ? lan
				      : "",
			row_word(row, "what"), row_word(row, "value"),
			render_age(row_number(row, "seconds"), age));
	}
}

static void
print_status(const json_t *s, FILE *out)
{
	char age[RENDER_AGE_SIZE];

	fprintf(out, "%s: %s\n", row_word(s, "name"),
		json_is_true(row_get(s, "healthy")) ? "healthy" : "DEGRADED");
	print_strings(row_get(s, "problems"), "problem     ", out);
	print_strings(row_get(s, "restart_pending"), "restart     ", out);
	print_overrides(row_get(s, "overrides"), out);
	fprintf(out, "version     %s, up %s\n", row_word(s, "version"),
		render_age(row_number(s, "uptime_seconds"), age));
	fprintf(out, "config      %s, generation %" PRIu64 "\n",
		row_word(s, "file"), row_number(s, "generation"));
	fprintf(out,
		"workers     %" PRIu64 " on %" PRIu64 " devices, idle = %s\n",
		row_number(s, "workers"), row_number(s, "devices"),
		row_word(s, "idle"));
	print_counts(s, out);
	fputc('\n', out);
	print_lans(row_get(s, "lans"), out);
}

static void
print_flushed(const json_t *answer, FILE *out)
{
	uint64_t n = row_number(answer, "flushed");

	fprintf(out, "%" PRIu64 " address%s forgotten\n", n,
		n == 1 ? "" : "es");
}

static void
print_up(const json_t *answer, FILE *out)
{
	const json_t *ended = row_get(answer, "ended");

	fprintf(out, "port %s: %s\n", row_word(answer, "port"),
		row_word(answer, "state"));
	print_strings(ended, "ended: ", out);
	if (json_array_size(ended) == 0)
		fputs("it was not held down\n", out);
}

static void
print_down(const json_t *answer, FILE *out)
{
	fprintf(out,
		"port %s: %s\nuntil ixctl port up %s, or a configuration is "
		"applied\n",
		row_word(answer, "port"), row_word(answer, "state"),
		row_word(answer, "port"));
}

static void
print_cull(const json_t *answer, FILE *out)
{
	const char *port = row_text(answer, "port");
	bool on = strcmp(row_word(answer, "cull"), "on") == 0;

	fprintf(out, "%s%s: BGP is %s; %" PRIu64 " frames culled so far\n",
		port != NULL ? "port " : "all ports", port != NULL ? port : "",
		on ? "culled" : "let through",
		row_number(answer, "culled_frames"));
	print_strings(row_get(answer, "warnings"), "warning: ", out);
	if (!on)
		return;
	fprintf(out,
		"Sessions end when their hold time is over, after 90 to 180 s. "
		" "
		"Watch traffic\n"
		"fall (ixctl port show) before you touch anything, and "
		"afterwards "
		"do not forget:\n"
		"ixctl %s cull %s%soff\n",
		port != NULL ? "port" : "fabric", port != NULL ? port : "",
		port != NULL ? " " : "");
}

static void
print_change(const json_t *c, FILE *out)
{
	const char *key = row_text(c, "key"), *what = row_word(c, "change");
	const char *old_value = row_text(c, "old"),
		   *new_value = row_text(c, "new");

	fprintf(out, "%s: ", row_word(c, "section"));
	if (key == NULL)
		fputs(what, out);
	else if (old_value == NULL || new_value == NULL)
		fprintf(out, "%s: %s %s", key, what,
			old_value != NULL ? old_value : new_value);
	else
		fprintf(out, "%s: %s -> %s", key, old_value, new_value);
	fputs(json_is_true(row_get(c, "restart")) ? " (at a restart)\n" : "\n",
	      out);
}

static void
print_changes(const json_t *answer, FILE *out)
{
	const json_t *changes = row_get(answer, "changes");
	size_t n = json_array_size(changes);

	print_strings(row_get(answer, "warnings"), "", out);
	fprintf(out, "%s: valid, %zu change%s\n", row_word(answer, "file"), n,
		n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++)
		print_change(json_array_get(changes, i), out);
}

static void
print_applied(const json_t *answer, FILE *out)
{
	print_changes(answer, out);
	fprintf(out,
		"applied as generation %" PRIu64 "; %" PRIu64
		" ports untouched, %" PRIu64 " devices opened, %" PRIu64
		" closed\n",
		row_number(answer, "generation"),
		row_number(answer, "ports_untouched"),
		row_number(answer, "devices_opened"),
		row_number(answer, "devices_closed"));
	print_strings(row_get(answer, "restart_pending"),
		      "waits for a restart: ", out);
}

static const char *const selftest_header[] = { "PORT", "CHECK", "EXPECTED",
					       "GOT",  "WHAT",  NULL };

static void
put_check(struct table *t, const json_t *row)
{
	if (row_number(row, "rule") != 0)
		table_print_cell(t, "%s:%" PRIu64, row_word(row, "check"),
				 row_number(row, "rule"));
	else
		table_text(t, row_text(row, "check"));
}

static void
selftest_row(struct table *t, const json_t *row)
{
	uint64_t ports = row_number(row, "ports");

	if (ports > 1)
		table_print_cell(t, "%s and %" PRIu64 " more",
				 row_word(row, "port"), ports - 1);
	else
		table_text(t, row_text(row, "port"));
	put_check(t, row);
	table_text(t, row_text(row, "expected"));
	if (row_text(row, "why") != NULL) {
		table_text(t, "not tried");
		table_text(t, row_text(row, "why"));
	} else {
		table_text(t, row_text(row, "got"));
		table_text(t, row_text(row, "frame"));
	}
}

static void
print_tested(const json_t *row, FILE *out)
{
	fprintf(out,
		"%" PRIu64 " checks on %" PRIu64 " ports acted, %" PRIu64
		" did not; %" PRIu64 " could not be tried\n",
		row_number(row, "acted"), row_number(row, "ports"),
		row_number(row, "failed"), row_number(row, "skipped"));
}

static const struct shape shapes[COMMAND_N] = {
	[COMMAND_status] = { .object = print_status },
	[COMMAND_port_show] = { port_header, port_row, NULL },
	[COMMAND_port_stats] = { stats_header, stats_row, NULL },
	[COMMAND_port_drops] = { drops_header, drops_row, NULL },
	[COMMAND_port_record] = { record_header, record_row, NULL },
	[COMMAND_port_up] = { .object = print_up },
	[COMMAND_port_down] = { .object = print_down },
	[COMMAND_port_cull] = { .object = print_cull },
	[COMMAND_fabric_cull] = { .object = print_cull },
	[COMMAND_fdb_show] = { fdb_header, fdb_row, NULL },
	[COMMAND_fdb_flush] = { .object = print_flushed },
	[COMMAND_acl_show] = { acl_header, acl_row, NULL },
	[COMMAND_policy_show] = { .object = render_policy },
	[COMMAND_sponge_show] = { render_sponge_header, render_sponge_row,
				  .object = render_sponge_lan },
	[COMMAND_sponge_stats] = { render_sponge_stats_header,
				   render_sponge_stats, NULL },
	[COMMAND_sponge_log] = { render_sponge_log_header, render_sponge_log,
				 NULL },
	[COMMAND_sponge_set] = { .object = render_sponge_set },
	[COMMAND_sponge_clear] = { .object = render_sponge_clear },
	[COMMAND_sponge_clear_arp] = { .object = render_sponge_clear_arp },
	[COMMAND_sponge_probe] = { .object = render_sponge_probe },
	[COMMAND_sponge_inform] = { .object = render_sponge_inform },
	[COMMAND_arp_top] = { render_arp_top_header, render_arp_top, NULL },
	[COMMAND_explain] = { .object = render_explain },
	[COMMAND_selftest] = { selftest_header, selftest_row,
			       .summary = print_tested },
	[COMMAND_worker_show] = { worker_header, worker_row, NULL },
	[COMMAND_config_diff] = { .object = print_changes },
	[COMMAND_config_apply] = { .object = print_applied },
	[COMMAND_config_show] = { .object = print_section },
};

struct render *
render_create(const struct command *c, FILE *out)
{
	struct render *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->shape = &shapes[command_id(c)];
	r->out = out;
	if (r->shape->header != NULL)
		r->table = table_create(r->shape->header);
	if (r->shape->header == NULL || r->table != NULL)
		return r;
	free(r);
	return NULL;
}

static bool
is_of_lan(const json_t *row)
{
	return strcmp(row_word(row, "scope"), "lan") == 0;
}

static void
render_row(struct render *r, const json_t *row)
{
	const struct shape *shape = r->shape;

	if (shape->summary != NULL &&
	    strcmp(row_word(row, "result"), "summary") == 0) {
		json_decref(r->summary);
		r->summary = json_deep_copy(row);
	} else if (shape->object != NULL &&
		   (r->table == NULL || is_of_lan(row)))
		shape->object(row, r->out);
	else if (r->table != NULL)
		shape->row(r->table, row);
}

void
render_part(struct render *r, const json_t *part)
{
	if (!json_is_array(part)) {
		render_row(r, part);
		return;
	}
	for (size_t i = 0; i < json_array_size(part); i++)
		render_row(r, json_array_get(part, i));
}

void
render_discard(struct render *r)
{
	if (r == NULL)
		return;
	table_free(r->table);
	json_decref(r->summary);
	free(r);
}

int
render_end(struct render *r)
{
	int rc = 0;

	if (r != NULL && r->table != NULL)
		rc = table_print(r->table, r->out);
	if (r != NULL && r->summary != NULL)
		r->shape->summary(r->summary, r->out);
	render_discard(r);
	return rc;
}
