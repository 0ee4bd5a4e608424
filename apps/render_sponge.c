/* SPDX-License-Identifier: BSD-3-Clause */
#include "render_sponge.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "prefix.h"
#include "render.h"
#include "table.h"

static const json_t *
get(const json_t *row, const char *key)
{
	return json_object_get(row, key);
}

static const char *
text(const json_t *row, const char *key)
{
	return json_string_value(get(row, key));
}

static const char *
word(const json_t *row, const char *key)
{
	const char *value = text(row, key);

	return value != NULL ? value : "-";
}

static uint64_t
number(const json_t *row, const char *key)
{
	return (uint64_t)json_integer_value(get(row, key));
}

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
	const json_t *probes = get(row, "probes");

	if (json_is_integer(probes))
		table_print_cell(t, "%s: %" PRId64, word(row, "state"),
				 (int64_t)json_integer_value(probes));
	else
		table_text(t, text(row, "state"));
}

void
render_sponge_row(struct table *t, const json_t *row)
{
	table_text(t, text(row, "lan"));
	table_text(t, text(row, "ip"));
	put_state(t, row);
	table_json(t, get(row, "queue"));
	table_json(t, get(row, "rate"));
	table_text(t, text(row, "mac"));
	table_text(t, text(row, "port"));
	put_age(t, get(row, "state_changed_seconds"));
	put_age(t, get(row, "last_queried_seconds"));
}

static bool
is(const json_t *row, const char *key)
{
	return json_is_true(get(row, key));
}

/* "lan peering: 02:53:00:00:00:01, asks as 192.0.2.250; 3 dead, ..." */
void
render_sponge_lan(const json_t *row, FILE *out)
{
	const json_t *own = get(row, "own"), *n = get(row, "addresses");

	fprintf(out, "lan %s: sponge %s", word(row, "lan"),
		word(row, "sponge_mac"));
	for (size_t i = 0; i < json_array_size(own); i++)
		fprintf(out, "%s %s", i == 0 ? ", asks as" : "",
			json_string_value(json_array_get(own, i)));
	fprintf(out,
		"; %" PRIu64 " alive, %" PRIu64 " pending, %" PRIu64
		" dead, %" PRIu64 " static, %" PRIu64 " unknown%s%s\n",
		number(n, "alive"), number(n, "pending"), number(n, "dead"),
		number(n, "static"), number(n, "none"),
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
	const json_t *parts = get(row, "parts");

	put_values(t, text(row, "lan"), "", "", row);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);

		put_values(t, text(row, "lan"), word(part, "prefix"), " ",
			   part);
	}
}

const char *const render_sponge_log_header[] = { ">AGE", "TEXT", NULL };

void
render_sponge_log(struct table *t, const json_t *row)
{
	put_age(t, get(row, "age_seconds"));
	table_text(t, text(row, "text"));
}

const char *const render_arp_top_header[] = {
	"LAN", "LIST", "IP", "PORT", ">QUESTIONS", ">AT-LEAST", NULL,
};

void
render_arp_top(struct table *t, const json_t *row)
{
	table_text(t, text(row, "lan"));
	table_text(t, text(row, "list"));
	table_text(t, text(row, "ip"));
	table_text(t, text(row, "port"));
	table_json(t, get(row, "questions"));
	table_json(t, get(row, "at_least"));
}

static void
print_state(const json_t *answer, const char *state, const char *probes,
	    FILE *out)
{
	fputs(word(answer, state), out);
	if (json_is_integer(get(answer, probes)))
		fprintf(out, ": %" PRIu64, number(answer, probes));
}

static void
print_change(const json_t *answer, FILE *out)
{
	fprintf(out, "%s: ", word(answer, "ip"));
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
	if (text(answer, "ip") != NULL) {
		print_change(answer, out);
		return;
	}
	fprintf(out, "lan %s: %s: %s -> %s", word(answer, "lan"),
		word(answer, "what"), word(answer, "old"), word(answer, "new"));
	if (is(answer, "by_hand"))
		fprintf(out,
			", until a configuration is applied; there it is %s",
			word(answer, "configured"));
	fputc('\n', out);
}

void
render_sponge_clear(const json_t *answer, FILE *out)
{
	uint64_t n = number(answer, "cleared");

	if (text(answer, "ip") == NULL) {
		fprintf(out, "%" PRIu64 " address%s cleared\n", n,
			n == 1 ? "" : "es");
		return;
	}
	fprintf(out, "%s: ", word(answer, "ip"));
	print_state(answer, "old", "old_probes", out);
	fputs(" -> none\n", out);
}

void
render_sponge_clear_arp(const json_t *answer, FILE *out)
{
	fprintf(out, "%s: %s -> %s\n", word(answer, "ip"), word(answer, "old"),
		word(answer, "new"));
}

void
render_sponge_probe(const json_t *answer, FILE *out)
{
	uint64_t n = number(answer, "addresses");

	if (n == 0)
		fputs("no", out);
	else
		fprintf(out, "%" PRIu64, n);
	fprintf(out, " address%s of LAN %s %s asked for", n <= 1 ? "" : "es",
		word(answer, "lan"), n <= 1 ? "is" : "are");
	if (n > 0)
		fprintf(out, ", %" PRIu64 " a second: %" PRIu64 " s",
			number(answer, "rate"), number(answer, "seconds"));
	fputc('\n', out);
}

void
render_sponge_inform(const json_t *answer, FILE *out)
{
	uint64_t n = number(answer, "frames");

	if (n == 0)
		fprintf(out, "nothing sent: arp_update of LAN %s is none\n",
			word(answer, "lan"));
	else
		fprintf(out,
			"%s was told that %s is at %s: %" PRIu64 " frame%s\n",
			word(answer, "whom"), word(answer, "about"),
			word(answer, "mac"), n, n == 1 ? "" : "s");
}
