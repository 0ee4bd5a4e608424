/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/health.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apps/row.h"

static const char *const names[] = {
	[HEALTH_OK] = "ok",
	[HEALTH_WARNING] = "warning",
	[HEALTH_CRITICAL] = "critical",
	[HEALTH_UNKNOWN] = "unknown",
};

static json_t *
make(enum health health, const char *text, json_t *performance)
{
	return json_pack("{s:s, s:i, s:s, s:o}", "state", names[health], "code",
			 (int)health, "text", text, "performance", performance);
}

json_t *
health_none(enum health health, const char *why)
{
	return make(health, why, json_object());
}

/* Copies numbers under the names that they have in the row. */
static void
put_numbers(json_t *performance, const json_t *row, const char *const *key)
{
	for (; *key != NULL; key++) {
		const json_t *n = row_get(row, *key);

		if (json_is_number(n))
			json_object_set(performance, *key,
					(json_t *)(uintptr_t)n);
	}
}

/* "; 2 ports flap" behind what is there; returns a warning. */
static void
warn(FILE *out, enum health *health, const char *what, uint64_t n)
{
	if (n == 0)
		return;
	if (*health == HEALTH_OK)
		*health = HEALTH_WARNING;
	fprintf(out, "; %" PRIu64 " %s", n, what);
}

static enum health
print_fabric(const json_t *s, FILE *out)
{
	const json_t *ports = row_get(s, "ports");
	const json_t *problems = row_get(s, "problems");
	enum health health = row_is(s, "healthy") ? HEALTH_OK : HEALTH_CRITICAL;

	row_print(s,
		  "{name}: {ports.up} of {ports.total} port{ports.total|s} "
		  "up",
		  out);
	for (size_t i = 0; i < json_array_size(problems); i++)
		fprintf(out, "; %s",
			json_string_value(json_array_get(problems, i)));
	warn(out, &health, "flapping", row_number(ports, "flapping"));
	warn(out, &health, "set by hand",
	     json_array_size(row_get(s, "overrides")));
	warn(out, &health, "changes that a restart takes back",
	     row_number(s, "differs"));
	return health;
}

json_t *
health_fabric(const json_t *s)
{
	static const char *const states[] = {
		"total",    "up",         "down",     "no_device",    "off",
		"flapping", "quarantine", "disabled", "err_disabled", NULL,
	};
	static const char *const totals[] = { "rx_frames", "tx_frames",
					      "rx_dropped", "tx_dropped",
					      NULL };
	json_t *performance = json_object(), *made;
	enum health health;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL || performance == NULL) {
		json_decref(performance);
		return NULL;
	}
	health = print_fabric(s, out);
	fclose(out);
	put_numbers(performance, row_get(s, "ports"), states);
	put_numbers(performance, row_get(s, "totals"), totals);
	made = make(health, text, performance);
	free(text);
	return made;
}

static enum health
of_state(const char *state)
{
	static const struct {
		const char *state;
		enum health health;
	} of[] = {
		{ "up", HEALTH_OK },
		{ "quarantine", HEALTH_WARNING },
		{ "flapping", HEALTH_WARNING },
		{ "disabled", HEALTH_WARNING },
		{ "off", HEALTH_WARNING },
		{ "down", HEALTH_CRITICAL },
		{ "no-device", HEALTH_CRITICAL },
		{ "err-disabled", HEALTH_CRITICAL },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (strcmp(of[i].state, state) == 0)
			return of[i].health;
	return HEALTH_UNKNOWN;
}

json_t *
health_port(const json_t *row)
{
	static const char *const numbers[] = { "rx_bytes",   "tx_bytes",
					       "rx_frames",  "tx_frames",
					       "rx_dropped", "tx_dropped",
					       NULL };
	const char *state = row_word(row, "state");
	const char *why = row_text(row, "err_disabled_by");
	json_t *performance = json_object();
	char text[256];

	if (why == NULL)
		why = row_text(row, "device_missing");
	put_numbers(performance, row, numbers);
	snprintf(text, sizeof(text), "port %s is %s%s%s%s, %s",
		 row_word(row, "port"), state, why != NULL ? " (" : "",
		 why != NULL ? why : "", why != NULL ? ")" : "",
		 row_word(row, "description"));
	return make(of_state(state), text, performance);
}

/* A bar would begin the performance data. */
static void
print_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		fputc(*text == '|'               ? '/'
		      : *text < ' ' && *text > 0 ? ' '
						 : *text,
		      out);
}

/* Whether the number only grows: unit "c", a counter. */
static bool
is_counter(const char *key)
{
	return strncmp(key, "rx_", 3) == 0 || strncmp(key, "tx_", 3) == 0;
}

void
health_print(const json_t *h, FILE *out)
{
	static const char *const word[] = { "OK", "WARNING", "CRITICAL",
					    "UNKNOWN" };
	const json_t *performance = row_get(h, "performance");
	const char *key, *before = " | ";
	json_t *n;

	fprintf(out, "IXFABRIC %s - ", word[row_number(h, "code") & 3]);
	print_text(row_word(h, "text"), out);
	json_object_foreach((json_t *)(uintptr_t)performance, key, n)
	{
		fprintf(out, "%s%s=%" JSON_INTEGER_FORMAT "%s", before, key,
			json_integer_value(n), is_counter(key) ? "c" : "");
		before = " ";
	}
	fputc('\n', out);
}
