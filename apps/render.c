/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "apps/rates.h"
#include "apps/render_answers.h"
#include "apps/row.h"
#include "fabric/api/command.h"
#include "lib/plural.h"

/* How the answer to a command is printed. */
struct shape {
	const struct column *columns; /* of a table; NULL: not one */
	/* Adds the rows for a JSON row that makes several; or NULL. */
	void (*rows)(struct table *, const json_t *);
	/* Prints the answer; of a table, a row "scope": "lan" before it. */
	void (*object)(const json_t *, FILE *);
	/* As row_print() has it: the answer, or the summary of a table. */
	const char *text;
	const struct column *frames; /* of a table, with --frames */
	/* Whether a row is left out without --all. */
	bool (*hides)(const json_t *);
	/* Puts rows that were kept, and NULLs, into the table at its end. */
	void (*merged)(struct table *, const json_t *kept);
	const char *none; /* in place of a table, or answer, without rows */
	const char *sort; /* heading: what the rows are sorted by */
	/* What the table is sorted by, in each group, as table_sort() has it. */
	enum sorting {
		AS_ANSWERED,
		BY_MAC, /* MAC, LAN ... */
		BY_IP,  /* LAN, IP ... */
	} sorting;
};

struct render {
	const struct shape *shape;
	struct table *table;
	const struct column *columns;
	const struct column *sort; /* or NULL */
	bool all;
	bool any;        /* a row was printed */
	json_t *kept;    /* rows for shape->merged */
	json_t *summary; /* the row for shape->text, or NULL */
	FILE *out;
};

/* " (down 3m)", " (mac_lock 12s, back in 48s)", " (clean 2d)" */
static void
print_state(const json_t *row, char *text_, size_t size)
{
	char age[SHORT_TEXT], back[SHORT_TEXT] = "";
	const char *state = row_word(row, "state");
	bool returns = json_is_integer(row_get(row, "recovers_in_seconds"));

	if (strcmp(state, "down") == 0)
		snprintf(text_, size, " (down %s)",
			 age_text(row_number(row, "link_seconds"), age));
	if (strcmp(state, "no-device") == 0)
		snprintf(text_, size, " (%s)", row_word(row, "device_missing"));
	if (strcmp(state, "flapping") == 0)
		snprintf(text_, size, " (held %s more)",
			 age_text(row_number(row, "held_seconds"), age));
	if (returns)
		age_text(row_number(row, "recovers_in_seconds"), back);
	if (strcmp(state, "err-disabled") == 0)
		snprintf(text_, size, " (%.40s %s%s%s)",
			 row_word(row, "err_disabled_by"),
			 age_text(row_number(row, "err_disabled_seconds"), age),
			 returns ? ", back in " : "", back);
	if (json_is_integer(row_get(row, "clean_seconds")))
		snprintf(text_, size, " (clean %s)",
			 age_text(row_number(row, "clean_seconds"), age));
}

/* "AS64500 Example Net (down 3m)" */
static void
cell_member(struct table *t, const json_t *row, const char *key)
{
	const char *name = row_text(row, key);
	uint64_t asn = row_number(row, "asn");
	char as[32] = "", why[256] = "", text[256];

	if (asn != 0)
		snprintf(as, sizeof(as), "AS%" PRIu64 " ", asn);
	print_state(row, why, sizeof(why));
	if (name == NULL && as[0] != '\0')
		as[strlen(as) - 1] = '\0';
	snprintf(text, sizeof(text), "%s%s", as,
		 name != NULL    ? name
		 : as[0] != '\0' ? ""
				 : "-");
	table_text_and(t, text, why);
}

static void
cell_speed(struct table *t, const json_t *row, const char *key)
{
	char text[SHORT_TEXT];

	table_text(t, speed_text(row_number(row, key), text));
}

/* "3/8" */
static void
cell_macs(struct table *t, const json_t *row, const char *key)
{
	table_print_cell(t, "%" PRIu64 "/%" PRIu64, row_number(row, key),
			 row_number(row, "macs_allowed"));
}

/* "1/2" */
static void
cell_links(struct table *t, const json_t *row, const char *key)
{
	if (json_is_integer(row_get(row, key)))
		table_print_cell(t, "%" PRIu64 "/%" PRIu64,
				 row_number(row, key),
				 row_number(row, "links_total"));
	else
		table_text(t, NULL);
}

static const struct column port_columns[] = {
	{ "PORT", "port", NULL },
	{ "STATE", "state", NULL },
	{ ">SPEED", "speed_mbit", cell_speed },
	{ "?LINKS", "links_in_use", cell_links },
	{ "=LAN", "lan", NULL },
	{ "=>VLAN", "vlan", NULL },
	{ "?>TAG", "tag", NULL },
	{ "MACS", "macs", cell_macs },
	{ "=LOCK", "locked", columns_switch },
	{ "=CULL", "culled", columns_switch },
	{ ">RX-BPS", "rx_bits_per_second", columns_amount },
	{ ">TX-BPS", "tx_bits_per_second", columns_amount },
	{ ">DROPS/S", "drops_per_second", columns_amount },
	{ "~MEMBER", "description", cell_member },
	{ 0 },
};

static const struct column port_frames_columns[] = {
	{ "PORT", "port", NULL },
	{ "STATE", "state", NULL },
	{ ">RX-FPS", "rx_frames_per_second", columns_amount },
	{ ">TX-FPS", "tx_frames_per_second", columns_amount },
	{ ">DROPS/S", "drops_per_second", columns_amount },
	{ ">RX", "rx_frames", NULL },
	{ ">TX", "tx_frames", NULL },
	{ ">DROPS", "dropped", NULL },
	{ "~MEMBER", "description", cell_member },
	{ 0 },
};

static const struct column stats_columns[] = {
	{ "PORT", NULL, NULL },
	{ "COUNTER", NULL, NULL },
	{ ">VALUE", NULL, NULL },
	{ "?>RATE", NULL, NULL },
	{ 0 },
};

static void
put_stats(struct table *t, const json_t *row)
{
	columns_values(t, row_text(row, "port"), "", row,
		       row_get(row, RATES_KEY));
}

/* "11.9/s" */
static void
cell_rate(struct table *t, const json_t *row, const char *key)
{
	double rate = json_number_value(row_get(row, key));

	if (rate > 0)
		table_print_cell(t, "%.1f/s", rate);
	else
		table_text(t, NULL);
}

static bool
is_no_drop(const json_t *row)
{
	return row_number(row, "frames") == 0 &&
	       row_number(row, "would_drop") == 0;
}

static const struct column drops_columns[] = {
	{ "=PORT", "port", NULL },
	{ "REASON", "reason", NULL },
	{ ">FRAMES", "frames", NULL },
	{ "?>WOULD-DROP", "would_drop", NULL },
	{ ">RATE", "rate", cell_rate },
	{ ">LAST-SEEN", "last_seen_seconds", columns_age },
	{ "EXAMPLE", "example", NULL },
	{ 0 },
};

static const struct column links_columns[] = {
	{ "PORT", "port", NULL },
	{ "?LINK", "link", NULL },
	{ ">AGE", "age_seconds", columns_age },
	{ "EVENT", "event", NULL },
	{ ">LASTED", "lasted_seconds", columns_age },
	{ 0 },
};

static const struct column record_columns[] = {
	{ ">AGE", "age_seconds", columns_age },
	{ "REASON", "reason", NULL },
	{ ">OCTETS", "octets", NULL },
	{ "EXAMPLE", "example", NULL },
	{ 0 },
};

/* "acl:2": the text of 'key', with the number of 'nth' unless that is 0. */
static void
put_numbered(struct table *t, const json_t *row, const char *key,
	     const char *nth)
{
	if (row_number(row, nth) != 0)
		table_print_cell(t, "%s:%" PRIu64, row_word(row, key),
				 row_number(row, nth));
	else
		table_text(t, row_text(row, key));
}

static void
cell_place(struct table *t, const json_t *row, const char *key)
{
	put_numbered(t, row, key, "line");
}

static const struct column acl_columns[] = {
	{ "PORT", "port", NULL },
	{ "DIR", "direction", NULL },
	{ ">NO", "number", NULL },
	{ "RULE", "rule", NULL },
	{ ">HITS", "hits", NULL },
	{ "PLACE", "file", cell_place },
	{ 0 },
};

static void
cell_type(struct table *t, const json_t *row, const char *key)
{
	table_text(t, row_is(row, "frozen") ? "frozen" : row_text(row, key));
}

static const struct column fdb_columns[] = {
	{ "MAC", "mac", NULL },        { "LAN", "lan", NULL },
	{ "?>VLAN", "vlan", NULL },    { "PORT", "port", NULL },
	{ "TYPE", "type", cell_type }, { ">AGE", "age_seconds", columns_age },
	{ ">MOVES", "moves", NULL },   { 0 },
};

static const struct column neigh_columns[] = {
	{ "LAN", "lan", NULL },
	{ "IP", "ip", NULL },
	{ "MAC", "mac", NULL },
	{ "PORT", "port", NULL },
	{ "HOW", "how", NULL },
	{ ">SINCE", "since_seconds", columns_age },
	{ ">LAST-SEEN", "last_seen_seconds", columns_age },
	{ 0 },
};

/* What the last seconds were, or, before they are known, all of the time. */
static void
cell_busy(struct table *t, const json_t *row, const char *key)
{
	const json_t *busy = row_get(row, key);

	table_json(t,
		   json_is_number(busy) ? busy : row_get(row, "busy_percent"));
}

static const struct column worker_columns[] = {
	{ ">WORKER", "worker", NULL },
	{ ">BUSY%", "recent_busy_percent", cell_busy },
	{ ">FRAMES/S", "frames_per_second", columns_amount },
	{ ">FRAMES", "frames", NULL },
	{ ">CYCLES/FRAME", "cycles_per_frame", NULL },
	{ "WAIT", "wait", NULL },
	{ "QUEUES", "queues", columns_list },
	{ "?BY-CLOCK", "by_clock", columns_list },
	{ 0 },
};

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

static const struct column lan_columns[] = {
	{ "LAN", "lan", NULL },
	{ "?>VLAN", "vlan", NULL },
	{ "PROFILE", "profile", NULL },
	{ ">MTU", "mtu", NULL },
	{ ">PORTS", "ports", NULL },
	{ ">MACS", "macs", NULL },
	{ ">TABLE", "mac_table", NULL },
	{ "PAGES", "table_pages", NULL },
	{ 0 },
};

/* Manual settings: they are no fault, but must not be overlooked. */
static void
print_overrides(const json_t *list, const char *before, FILE *out)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *port = row_text(row, "port"),
			   *lan = row_text(row, "lan");
		const char *of = port != NULL  ? "port "
				 : lan != NULL ? "lan "
					       : "all ports";
		const char *by = row_text(row, "by");
		char age[SHORT_TEXT];

		fprintf(out, "%s%s%s: %s %s, for %s%s%s\n", before, of,
			port != NULL  ? port
			: lan != NULL ? lan
				      : "",
			row_word(row, "what"), row_word(row, "value"),
			age_text(row_number(row, "seconds"), age),
			by != NULL ? ", by " : "", by != NULL ? by : "");
	}
}

/* Where the own file is not what runs. */
static void
print_running(const json_t *s, FILE *out)
{
	const json_t *running = row_get(s, "running");
	uint64_t differs = row_number(s, "differs");
	char age[SHORT_TEXT];

	if (row_text(running, "by") != NULL)
		fprintf(out, "running     %s, applied %s ago by %s\n",
			row_word(running, "file"),
			age_text(row_number(running, "seconds"), age),
			row_word(running, "by"));
	render_confirm(row_get(s, "confirm"), "confirm     ", out);
	if (differs > 0)
		fprintf(out,
			"            DIFFERS from %s (%" PRIu64
			" change%s): ixctl config diff\n",
			row_word(s, "file"), differs, plural(differs));
}

/* ": 4 up, 1 disabled": those that there are. */
static void
print_port_states(const json_t *ports, FILE *out)
{
	static const struct {
		const char *key, *text;
	} states[] = {
		{ "up", "up" },
		{ "down", "down" },
		{ "no_device", "without device" },
		{ "off", "off" },
		{ "flapping", "flapping" },
		{ "quarantine", "in quarantine" },
		{ "disabled", "disabled" },
		{ "err_disabled", "err-disabled" },
	};
	const char *before = ": ";

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (row_number(ports, states[i].key) > 0) {
			fprintf(out, "%s%" PRIu64 " %s", before,
				row_number(ports, states[i].key),
				states[i].text);
			before = ", ";
		}
	fputc('\n', out);
}

static void
print_status(const json_t *s, FILE *out)
{
	const json_t *totals = row_get(s, "totals");
	char age[SHORT_TEXT];

	fprintf(out, "%s: %s\n", row_word(s, "name"),
		row_is(s, "healthy") ? "healthy" : "DEGRADED");
	print_strings(row_get(s, "problems"), "problem     ", out);
	print_strings(row_get(s, "restart_pending"), "restart     ", out);
	print_overrides(row_get(s, "overrides"), "override    ", out);
	fprintf(out, "version     %s, up %s\n", row_word(s, "version"),
		age_text(row_number(s, "uptime_seconds"), age));
	row_print(s, "config      {file}, generation {generation}\n", out);
	print_running(s, out);
	row_print(
		s,
		"workers     {workers} on {devices} device{devices|s}, idle = "
		"{idle}\n"
		"ports       {ports.total}",
		out);
	print_port_states(row_get(s, "ports"), out);
	row_print(s,
		  "frames      {totals.rx_frames} received, "
		  "{totals.tx_frames} sent, ",
		  out);
	fprintf(out, "%" PRIu64 " dropped\n\n",
		row_number(totals, "rx_dropped") +
			row_number(totals, "tx_dropped"));
	columns_print(lan_columns, row_get(s, "lans"), out);
}

static void
print_up(const json_t *answer, FILE *out)
{
	const json_t *ended = row_get(answer, "ended");

	row_print(answer, "port {port}: {state}\n", out);
	print_strings(ended, "ended: ", out);
	if (json_array_size(ended) == 0)
		fputs("there was nothing to end\n", out);
}

static void
print_cull(const json_t *answer, FILE *out)
{
	const char *port = row_text(answer, "port");
	uint64_t culled = row_number(answer, "culled_frames");
	bool on = strcmp(row_word(answer, "cull"), "on") == 0;

	fprintf(out, "%s%s: BGP is %s; %" PRIu64 " frame%s dropped so far\n",
		port != NULL ? "port " : "all ports", port != NULL ? port : "",
		on ? "dropped" : "forwarded", culled, plural(culled));
	print_strings(row_get(answer, "warnings"), "warning: ", out);
	if (on)
		fprintf(out,
			"BGP sessions end after their hold time, 90 to 180 s. "
			"Wait until ixctl port show\n"
			"shows little traffic before you start. At the end, "
			"do not forget:\n"
			"ixctl %s cull %s%soff\n",
			port != NULL ? "port" : "fabric",
			port != NULL ? port : "", port != NULL ? " " : "");
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
	fputs(row_is(c, "restart") ? " (at a restart)\n" : "\n", out);
}

static void
print_changes(const json_t *answer, const char *interrupted, FILE *out)
{
	const json_t *changes = row_get(answer, "changes"),
		     *interrupts = row_get(answer, "interrupts");
	size_t n = json_array_size(changes);

	print_strings(row_get(answer, "warnings"), "", out);
	render_recent(row_get(answer, "recent"), out);
	fprintf(out, "%s: valid, %zu change%s\n", row_word(answer, "file"), n,
		plural(n));
	for (size_t i = 0; i < n; i++)
		print_change(json_array_get(changes, i), out);
	if (row_text(answer, "force") != NULL)
		fprintf(out, "config apply needs --force: %s\n",
			row_word(answer, "force"));
	for (size_t i = 0; i < json_array_size(interrupts); i++) {
		const json_t *row = json_array_get(interrupts, i);

		fprintf(out, "port %s %s: %s\n", row_word(row, "port"),
			interrupted, row_word(row, "why"));
	}
}

static void
print_difference(const json_t *answer, FILE *out)
{
	print_changes(answer, "would be interrupted", out);
	print_overrides(row_get(answer, "ends"), "override would end: ", out);
	render_confirm(row_get(answer, "confirm"), "", out);
}

static void
print_applied(const json_t *answer, FILE *out)
{
	print_changes(answer, "was interrupted", out);
	print_overrides(row_get(answer, "ends"), "override ended: ", out);
	row_print(answer,
		  "applied as generation {generation}; {ports_untouched} "
		  "port{ports_untouched|s} untouched, {devices_opened} "
		  "device{devices_opened|s} opened, {devices_closed} closed\n",
		  out);
	print_strings(row_get(answer, "restart_pending"),
		      "waits for a restart: ", out);
	render_confirm(row_get(answer, "confirm"), "", out);
	render_history_problem(answer, out);
}

/* "as64500 and 4 more" */
static void
cell_ports(struct table *t, const json_t *row, const char *key)
{
	uint64_t ports = row_number(row, "ports");

	if (ports > 1)
		table_print_cell(t, "%s and %" PRIu64 " more",
				 row_word(row, key), ports - 1);
	else
		table_text(t, row_text(row, key));
}

static void
cell_check(struct table *t, const json_t *row, const char *key)
{
	put_numbered(t, row, key, "rule");
}

static void
cell_got(struct table *t, const json_t *row, const char *key)
{
	table_text(t, row_text(row, "why") != NULL ? "not tried"
						   : row_text(row, key));
}

static void
cell_tried(struct table *t, const json_t *row, const char *key)
{
	const char *why = row_text(row, "why");

	table_text(t, why != NULL ? why : row_text(row, key));
}

static bool
is_not_failed(const json_t *row)
{
	const char *result = row_text(row, "result");

	return result != NULL && strcmp(result, "failed") != 0;
}

/* Checks that could not be tried on the same ports for the same reason: a row. */
static void
merge_skipped(struct table *t, const json_t *kept)
{
	for (size_t i = 0; i < json_array_size(kept); i++) {
		const json_t *row = json_array_get(kept, i);
		uint64_t more = row_number(row, "merged");
		char check[160];

		snprintf(check, sizeof(check), "%s", row_word(row, "check"));
		if (more > 0)
			snprintf(check + strlen(check),
				 sizeof(check) - strlen(check),
				 " and %" PRIu64 " more", more);
		cell_ports(t, row, "port");
		table_text(t, check);
		table_text(t, NULL);
		table_text(t, "not tried");
		table_text(t, row_text(row, "why"));
	}
}

/* Keeps a row for merge_skipped(), or counts it to one that is alike. */
static void
keep_skipped(json_t *kept, const json_t *row)
{
	for (size_t i = 0; i < json_array_size(kept); i++) {
		json_t *like = json_array_get(kept, i);

		if (strcmp(row_word(like, "port"), row_word(row, "port")) !=
			    0 ||
		    strcmp(row_word(like, "why"), row_word(row, "why")) != 0 ||
		    row_number(like, "ports") != row_number(row, "ports"))
			continue;
		json_object_set_new(
			like, "merged",
			json_integer((json_int_t)row_number(like, "merged") +
				     1));
		return;
	}
	json_array_append_new(kept, json_deep_copy(row));
}

static const struct column selftest_columns[] = {
	{ "PORT", "port", cell_ports },   { "CHECK", "check", cell_check },
	{ "EXPECTED", "expected", NULL }, { "GOT", "got", cell_got },
	{ "WHAT", "frame", cell_tried },  { 0 },
};

/* As it is: programs read it. */
static void
print_metrics(const json_t *part, FILE *out)
{
	fputs(row_word(part, "text"), out);
}

static const struct shape shapes[COMMAND_N] = {
	[COMMAND_status] = { .object = print_status },
	[COMMAND_port_show] = { .columns = port_columns,
				.frames = port_frames_columns },
	[COMMAND_port_stats] = { stats_columns, .rows = put_stats },
	[COMMAND_lag_show] = { .object = render_lag,
			       .none = "there is no LAG\n" },
	[COMMAND_port_interface] = { stats_columns, .rows = put_stats },
	[COMMAND_port_drops] = { .columns = drops_columns,
				 .hides = is_no_drop,
				 .sort = "RATE",
				 .none = "no frames were dropped; --all lists "
					 "every drop reason\n" },
	[COMMAND_port_links] = { .columns = links_columns,
				 .none = "no link has changed\n" },
	[COMMAND_port_record] = { .columns = record_columns },
	[COMMAND_port_up] = { .object = print_up },
	[COMMAND_port_down] = { .text = "port {port}: {state}\nuntil ixctl "
					"port up {port}, or an apply that "
					"changes the port\n" },
	[COMMAND_port_cull] = { .object = print_cull },
	[COMMAND_fabric_cull] = { .object = print_cull },
	[COMMAND_fdb_show] = { .columns = fdb_columns, .sorting = BY_MAC },
	[COMMAND_fdb_flush] = { .text = "{flushed} address{flushed|es} "
					"removed\n" },
	[COMMAND_neigh_show] = { .columns = neigh_columns, .sorting = BY_IP },
	[COMMAND_acl_show] = { .columns = acl_columns },
	[COMMAND_policy_show] = { .object = render_policy },
	[COMMAND_sponge_show] = { render_sponge_columns,
				  .object = render_sponge_lan,
				  .sorting = BY_IP },
	[COMMAND_sponge_stats] = { .object = render_sponge_stats },
	[COMMAND_sponge_log] = { .columns = render_sponge_log_columns },
	[COMMAND_sponge_set] = { .object = render_sponge_set },
	[COMMAND_sponge_clear] = { .object = render_sponge_clear },
	[COMMAND_sponge_clear_arp] = { .text = "{ip}: {old} -> {new}\n" },
	[COMMAND_sponge_probe] = { .object = render_sponge_probe },
	[COMMAND_sponge_inform] = { .object = render_sponge_inform },
	[COMMAND_arp_top] = { .columns = render_arp_top_columns },
	[COMMAND_explain] = { .object = render_explain },
	[COMMAND_selftest] = { selftest_columns, .hides = is_not_failed,
			       .merged = merge_skipped, .none = "",
			       .text = "{acted} check{acted|s} on {ports} "
				       "port{ports|s} acted, "
				       "{failed} did "
				       "not; {skipped} could not be tried\n" },
	[COMMAND_worker_show] = { .columns = worker_columns },
	[COMMAND_mirror_show] = { .columns = render_mirror_columns,
				  .none = "there is no mirror\n" },
	[COMMAND_matrix_show] = { .columns = render_matrix_columns,
				  .sort = "OCTETS",
				  .none = "no frames were sent on to one "
					  "port\n" },
	[COMMAND_metrics] = { .object = print_metrics },
	[COMMAND_capture_start] = { .text = "capture {id} runs: {snaplen} "
					    "octets of a frame, for "
					    "{seconds} s\n" },
	[COMMAND_monitor] = { .text = "monitor {id} runs, until ^C\n" },
	[COMMAND_sflow_show] = { .object = render_sflow },
	[COMMAND_capture_list] = { .columns = render_capture_columns },
	[COMMAND_capture_stop] = { .text = "{stopped} capture{stopped|s} "
					   "ended\n" },
	[COMMAND_config_diff] = { .object = print_difference },
	[COMMAND_config_apply] = { .object = print_applied },
	[COMMAND_config_rollback] = { .object = print_applied },
	[COMMAND_config_confirm] = { .object = render_confirmed },
	[COMMAND_config_history] = { .columns = render_history_columns },
	[COMMAND_config_show] = { .object = print_section },
};

static const struct column *
columns_of(const struct shape *shape, const json_t *how)
{
	return row_is(how, "frames") ? shape->frames : shape->columns;
}

bool
render_check(const struct command *c, const json_t *how, char *why, size_t size)
{
	const struct column *columns = columns_of(&shapes[command_id(c)], how);
	const char *sort = row_text(how, "sort");
	size_t n;

	if (sort == NULL || (columns != NULL && columns_find(columns, sort)))
		return true;
	snprintf(why, size, "no column '%.64s' to sort by; there are:", sort);
	for (; columns != NULL && columns->heading != NULL; columns++) {
		n = strlen(why);
		snprintf(why + n, size - n, " %s",
			 table_heading(columns->heading));
	}
	return false;
}

struct render *
render_create(const struct command *c, const json_t *how, FILE *out)
{
	struct render *r = calloc(1, sizeof(*r));
	const char *sort = row_text(how, "sort");

	if (r == NULL)
		return NULL;
	r->shape = &shapes[command_id(c)];
	r->out = out;
	r->all = row_is(how, "all");
	r->columns = columns_of(r->shape, how);
	r->kept = json_array();
	if (sort == NULL)
		sort = r->shape->sort;
	if (r->columns != NULL) {
		r->table = columns_table(r->columns);
		r->sort = sort != NULL ? columns_find(r->columns, sort) : NULL;
	}
	if (r->kept != NULL && (r->columns == NULL || r->table != NULL))
		return r;
	render_discard(r);
	return NULL;
}

static void
table_row(struct render *r, const json_t *row)
{
	if (!r->all && r->shape->hides != NULL && r->shape->hides(row))
		return;
	if (r->shape->merged != NULL &&
	    strcmp(row_word(row, "result"), "skipped") == 0)
		keep_skipped(r->kept, row);
	else if (r->shape->rows != NULL)
		r->shape->rows(r->table, row);
	else
		columns_row(r->table, r->columns, row);
	if (r->sort != NULL)
		table_rank(r->table, columns_rank(r->sort, row));
}

static void
render_row(struct render *r, const json_t *row)
{
	const struct shape *shape = r->shape;

	r->any = true;
	if (shape->text != NULL &&
	    (r->table == NULL ||
	     strcmp(row_word(row, "result"), "summary") == 0)) {
		json_decref(r->summary);
		r->summary = json_deep_copy(row);
	} else if (shape->object != NULL &&
		   (r->table == NULL ||
		    strcmp(row_word(row, "scope"), "lan") == 0))
		shape->object(row, r->out);
	else if (r->table != NULL)
		table_row(r, row);
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
	json_decref(r->kept);
	json_decref(r->summary);
	free(r);
}

static int
print_table(struct render *r)
{
	int rc = 0;

	if (r->shape->merged != NULL)
		r->shape->merged(r->table, r->kept);
	if (r->shape->none != NULL && table_rows(r->table) == 0) {
		fputs(r->shape->none, r->out);
		return 0;
	}
	if (r->sort != NULL)
		rc = table_sort_by(r->table,
				   (unsigned int)(r->sort - r->columns));
	else if (r->shape->sorting == BY_MAC)
		rc = table_sort(r->table, 1, 0);
	else if (r->shape->sorting == BY_IP)
		rc = table_sort(r->table, 0, 1);
	return rc == 0 ? table_print(r->table, screen_width(r->out), r->out)
		       : rc;
}

int
render_end(struct render *r)
{
	int rc = 0;

	if (r != NULL && r->table != NULL)
		rc = print_table(r);
	else if (r != NULL && !r->any && r->shape->none != NULL)
		fputs(r->shape->none, r->out);
	if (r != NULL && r->summary != NULL)
		row_print(r->summary, r->shape->text, r->out);
	render_discard(r);
	return rc;
}
