/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_sponge.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "apps/render.h"
#include "apps/row.h"
#include "apps/table.h"
#include "lib/prefix.h"

static void
put_age(struct table *t, const json_t *seconds)
{
	char age[RENDER_AGE_SIZE];

	table_text(t, json_is_number(seconds)
			      ? render_age((uint64_t)json_number_value(seconds),
					   age)
			      : NULL);
}

const char *const render_sponge_header[] = {
	"LAN", "IP",   "STATE",    ">QUEUE", ">RATE",
	"MAC", "PORT", ">CHANGED", ">ASKED", NULL,
};

/* "dead", "pending: 3" */
static void
put_state(struct table *t, const json_t *row)
{
	const json_t *probes = row_get(row, "probes");

	if (json_is_integer(probes))
		table_print_cell(t, "%s: %" PRId64, row_word(row, "state"),
				 (int64_t)json_integer_value(probes));
	else
		table_text(t, row_text(row, "state"));
}

void
render_sponge_row(struct table *t, const json_t *row)
{
	table_text(t, row_text(row, "lan"));
	table_text(t, row_text(row, "ip"));
	put_state(t, row);
	table_json(t, row_get(row, "queue"));
	table_json(t, row_get(row, "rate"));
	table_text(t, row_text(row, "mac"));
	table_text(t, row_text(row, "port"));
	put_age(t, row_get(row, "state_changed_seconds"));
	put_age(t, row_get(row, "last_queried_seconds"));
}

static bool
is(const json_t *row, const char *key)
{
	return json_is_true(row_get(row, key));
}

/* "lan peering: 02:53:00:00:00:01, asks as 192.0.2.250; 3 dead, ..." */
void
render_sponge_lan(const json_t *row, FILE *out)
{
	const json_t *own = row_get(row, "own"), *n = row_get(row, "addresses");

	fprintf(out, "lan %s: sponge %s", row_word(row, "lan"),
		row_word(row, "sponge_mac"));
	for (size_t i = 0; i < json_array_size(own); i++)
		fprintf(out, "%s %s", i == 0 ? ", asks as" : "",
			json_string_value(json_array_get(own, i)));
	fprintf(out,
		"; %" PRIu64 " alive, %" PRIu64 " pending, %" PRIu64
		" dead, %" PRIu64 " static, %" PRIu64 " unknown%s%s\n",
		row_number(n, "alive"), row_number(n, "pending"),
		row_number(n, "dead"), row_number(n, "static"),
		row_number(n, "none"),
		is(row, "learning") ? "; only listens yet" : "",
		is(row, "passive") ? "; passive" : "");
}

const char *const render_sponge_stats_header[] = { "LAN", "COUNTER", ">VALUE",
						   NULL };

/* A row for each value; those of an object have its name before them. */
static void
put_values(struct table *t, const char *lan, const char *prefix,
	   const char *between, const json_t *values)
{
	const char *key;
	json_t *value;

	/* The iterator wants it writable, and leaves it alone. */
	json_object_foreach((json_t *)(uintptr_t)values, key, value)
	{
		char name[PREFIX_TEXT_SIZE + 64];

		if (strcmp(key, "lan") == 0 || strcmp(key, "prefix") == 0)
			continue;
		snprintf(name, sizeof(name), "%s%s%s", prefix, between, key);
		if (json_is_object(value)) {
			put_values(t, lan, name, "_", value);
		} else if (!json_is_array(value)) {
			table_text(t, lan);
			table_text(t, name);
			if (json_is_boolean(value))
				table_text(t,
					   json_is_true(value) ? "on" : "off");
			else
				table_json(t, value);
		}
	}
}

void
render_sponge_stats(struct table *t, const json_t *row)
{
	const json_t *parts = row_get(row, "parts");

	put_values(t, row_text(row, "lan"), "", "", row);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);

		put_values(t, row_text(row, "lan"), row_word(part, "prefix"),
			   " ", part);
	}
}

const char *const render_sponge_log_header[] = { ">AGE", "TEXT", NULL };

void
render_sponge_log(struct table *t, const json_t *row)
{
	put_age(t, row_get(row, "age_seconds"));
	table_text(t, row_text(row, "text"));
}

const char *const render_arp_top_header[] = {
	"LAN", "LIST", "IP", "PORT", ">QUESTIONS", ">AT-LEAST", NULL,
};

void
render_arp_top(struct table *t, const json_t *row)
{
	table_text(t, row_text(row, "lan"));
	table_text(t, row_text(row, "list"));
	table_text(t, row_text(row, "ip"));
	table_text(t, row_text(row, "port"));
	table_json(t, row_get(row, "questions"));
	table_json(t, row_get(row, "at_least"));
}

static void
print_state(const json_t *answer, const char *state, const char *probes,
	    FILE *out)
{
	fputs(row_word(answer, state), out);
	if (json_is_integer(row_get(answer, probes)))
		fprintf(out, ": %" PRIu64, row_number(answer, probes));
}

static void
print_change(const json_t *answer, FILE *out)
{
	fprintf(out, "%s: ", row_word(answer, "ip"));
	print_state(answer, "old", "old_probes", out);
	if (is(answer, "waits")) {
		fputs("; is asked three times, and static in two seconds "
		      "unless it answers\n",
		      out);
		return;
	}
	fputs(" -> ", out);
	print_state(answer, "new", "new_probes", out);
	fputc('\n', out);
}

void
render_sponge_set(const json_t *answer, FILE *out)
{
	if (row_text(answer, "ip") != NULL) {
		print_change(answer, out);
		return;
	}
	fprintf(out, "lan %s: %s: %s -> %s", row_word(answer, "lan"),
		row_word(answer, "what"), row_word(answer, "old"),
		row_word(answer, "new"));
	if (is(answer, "by_hand"))
		fprintf(out,
			", until a configuration is applied; there it is %s",
			row_word(answer, "configured"));
	fputc('\n', out);
}

void
render_sponge_clear(const json_t *answer, FILE *out)
{
	uint64_t n = row_number(answer, "cleared");

	if (row_text(answer, "ip") == NULL) {
		fprintf(out, "%" PRIu64 " address%s cleared\n", n,
			n == 1 ? "" : "es");
		return;
	}
	fprintf(out, "%s: ", row_word(answer, "ip"));
	print_state(answer, "old", "old_probes", out);
	fputs(" -> none\n", out);
}

void
render_sponge_clear_arp(const json_t *answer, FILE *out)
{
	fprintf(out, "%s: %s -> %s\n", row_word(answer, "ip"),
		row_word(answer, "old"), row_word(answer, "new"));
}

void
render_sponge_probe(const json_t *answer, FILE *out)
{
	uint64_t n = row_number(answer, "addresses");

	if (n == 0)
		fputs("no", out);
	else
		fprintf(out, "%" PRIu64, n);
	fprintf(out, " address%s of LAN %s %s asked for", n <= 1 ? "" : "es",
		row_word(answer, "lan"), n <= 1 ? "is" : "are");
	if (n > 0)
		fprintf(out, ", %" PRIu64 " a second: %" PRIu64 " s",
			row_number(answer, "rate"),
			row_number(answer, "seconds"));
	fputc('\n', out);
}

void
render_sponge_inform(const json_t *answer, FILE *out)
{
	uint64_t n = row_number(answer, "frames");

	if (n == 0)
		fprintf(out, "nothing sent: arp_update of LAN %s is none\n",
			row_word(answer, "lan"));
	else
		fprintf(out,
			"%s was told that %s is at %s: %" PRIu64 " frame%s\n",
			row_word(answer, "whom"), row_word(answer, "about"),
			row_word(answer, "mac"), n, n == 1 ? "" : "s");
}
