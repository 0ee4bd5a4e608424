/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apps/row.h"
#include "apps/screen.h"
#include "lib/plural.h"

#define COLUMNS 79 /* of a mail */
#define INDENT  3  /* below a reason */

const char *
report_advice(const char *reason)
{
	static const struct {
		const char *reason, *text;
	} advice[] = {
#define ADVICE(reason, text) { #reason, text },
#define NO_ADVICE(reason)    { #reason, "" },
#include "apps/advice_list.h"
	};

	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (strcmp(advice[i].reason, reason) == 0)
			return advice[i].text;
	return NULL;
}

/* The object. */

static json_t *
copy_of(const json_t *row, const char *key)
{
	json_t *value = json_object_get(row, key);

	return value != NULL ? json_incref(value) : json_null();
}

/* The values of a key of the port, which the answer has as one or as an array. */
static json_t *
values_of(const json_t *keys, const char *key)
{
	json_t *value = json_object_get(keys, key);

	if (json_is_array(value))
		return json_incref(value);
	return value != NULL ? json_pack("[O]", value) : json_array();
}

static const json_t *
section_of(const json_t *config, const char *port)
{
	const json_t *row;
	size_t i;

	json_array_foreach(config, i, row)
	{
		const char *name = row_text(row, "section");

		if (name != NULL && strncmp(name, "port ", 5) == 0 &&
		    strcmp(name + 5, port) == 0)
			return row_get(row, "keys");
	}
	return NULL;
}

static uint64_t
frames_of(const json_t *row)
{
	return row_number(row, "frames") + row_number(row, "would_drop");
}

static int
by_frames(const void *a, const void *b)
{
	uint64_t x = frames_of(*(json_t *const *)a);
	uint64_t y = frames_of(*(json_t *const *)b);

	return (x < y) - (x > y);
}

static json_t *
reason_of(const json_t *row)
{
	const char *advice = report_advice(row_word(row, "reason"));

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "reason",
		copy_of(row, "reason"), "sentence", copy_of(row, "meaning"),
		"frames", copy_of(row, "frames"), "would_drop",
		copy_of(row, "would_drop"), "rate", copy_of(row, "rate"),
		"last_seen_seconds", copy_of(row, "last_seen_seconds"),
		"example", copy_of(row, "example"), "advice",
		advice != NULL ? advice : "");
}

/* What the member can do something about; '*others' is the number of other frames. */
static json_t *
reasons_of(const json_t *drops, uint64_t *others)
{
	size_t all = json_array_size(drops), n = 0;
	const json_t **row = calloc(all + 1, sizeof(*row));
	json_t *reasons = json_array();

	*others = 0;
	for (size_t i = 0; i < all && row != NULL; i++) {
		const json_t *r = json_array_get(drops, i);
		const char *advice = report_advice(row_word(r, "reason"));

		if (strcmp(row_word(r, "side"), "rx") != 0 || frames_of(r) == 0)
			continue;
		if (advice != NULL && advice[0] == '\0')
			*others += row_number(r, "frames");
		else
			row[n++] = r;
	}
	if (row != NULL)
		qsort(row, n, sizeof(*row), by_frames);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(reasons, reason_of(row[i]));
	free(row);
	return reasons;
}

json_t *
report_make(const struct report_sources *s)
{
	const char *port = row_word(s->port, "port");
	const json_t *keys = section_of(s->config, port);
	uint64_t others;
	json_t *reasons = reasons_of(s->drops, &others);
	char time[32];
	struct tm tm;

	gmtime_r(&s->now, &tm);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, "
		"s:{s:o, s:o, s:o}, s:o, s:I}",
		"exchange", copy_of(s->status, "name"), "port", port, "asn",
		copy_of(s->port, "asn"), "member",
		copy_of(s->port, "description"), "lan", copy_of(s->port, "lan"),
		"state", copy_of(s->port, "state"), "time", time, "seconds",
		copy_of(s->status, "uptime_seconds"), "rx_frames",
		copy_of(s->port, "rx_frames"), "rx_dropped",
		copy_of(s->port, "rx_dropped"), "registered", "mac",
		values_of(keys, "mac"), "ipv4", values_of(keys, "ipv4"), "ipv6",
		values_of(keys, "ipv6"), "reasons", reasons, "other_drops",
		(json_int_t)others);
}

/* The text. */

/* A paragraph in lines that begin after 'indent' columns. */
static void
paragraph(const char *text, size_t indent, FILE *out)
{
	fprintf(out, "%*s", (int)indent, "");
	screen_wrap(text, indent, indent, COLUMNS, out);
	fputc('\n', out);
}

/* "3 days", "5 hours", "20 minutes" or "9 seconds": the largest unit. */
static void
format_span(uint64_t seconds, char *text, size_t size)
{
	static const struct {
		uint64_t seconds;
		const char *name;
	} unit[] = {
		{ 86400, "day" },
		{ 3600, "hour" },
		{ 60, "minute" },
		{ 1, "second" },
	};
	size_t i = 0;

	while (i < 3 && seconds < 2 * unit[i].seconds)
		i++;
	snprintf(text, size, "%" PRIu64 " %s%s", seconds / unit[i].seconds,
		 unit[i].name, plural(seconds / unit[i].seconds));
}

static void
print_registered(const json_t *registered, const char *key, const char *name,
		 FILE *out)
{
	const json_t *values = row_get(registered, key), *value;
	size_t i;

	fprintf(out, "  %-5s", name);
	json_array_foreach(values, i, value)
		fprintf(out, "%s%s", i > 0 ? "\n       " : "",
			json_string_value(value));
	fputs(json_array_size(values) == 0 ? "none\n" : "\n", out);
}

static void
print_head(const json_t *r, FILE *out)
{
	const char *member = row_text(r, "member");
	uint64_t asn = row_number(r, "asn");
	char text[400], number[24] = "";

	if (asn != 0)
		snprintf(number, sizeof(number), "AS%" PRIu64, asn);
	snprintf(text, sizeof(text), "Port %s of %s%s%s%s%s",
		 row_word(r, "port"), row_word(r, "exchange"),
		 asn != 0 || member != NULL ? ": " : "", number,
		 asn != 0 && member != NULL ? " " : "",
		 member != NULL ? member : "");
	paragraph(text, 0, out);
	fprintf(out, "LAN %s, state %s, at %s\n\nRegistered:\n",
		row_word(r, "lan"), row_word(r, "state"), row_word(r, "time"));
	print_registered(row_get(r, "registered"), "mac", "MAC", out);
	print_registered(row_get(r, "registered"), "ipv4", "IPv4", out);
	print_registered(row_get(r, "registered"), "ipv6", "IPv6", out);
	fputc('\n', out);
}

static void
print_totals(const json_t *r, FILE *out)
{
	size_t n = json_array_size(row_get(r, "reasons"));
	char text[400], span[48];

	format_span(row_number(r, "seconds"), span, sizeof(span));
	snprintf(text, sizeof(text),
		 "Since the counters began, at most %s ago, the exchange has "
		 "received %" PRIu64
		 " frame%s from the port and dropped %" PRIu64 " of them.%s",
		 span, row_number(r, "rx_frames"),
		 plural(row_number(r, "rx_frames")),
		 row_number(r, "rx_dropped"),
		 n == 0 ? " There is nothing to change."
			: " These frames should not be sent:");
	paragraph(text, 0, out);
}

static void
print_counts(const json_t *reason, FILE *out)
{
	double rate = json_number_value(row_get(reason, "rate"));
	uint64_t frames = row_number(reason, "frames");
	uint64_t passed = row_number(reason, "would_drop");
	char text[200], span[48] = "";
	size_t n = 0;

	if (frames != 0)
		n = (size_t)snprintf(text, sizeof(text),
				     "%" PRIu64 " frame%s dropped", frames,
				     plural(frames));
	if (passed != 0)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			"%s%" PRIu64 " frame%s let through so far",
			n > 0 ? ", " : "", passed, plural(passed));
	if (rate >= 0.05)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      ", now %.1f a second", rate);
	if (json_is_number(row_get(reason, "last_seen_seconds"))) {
		format_span((uint64_t)json_number_value(
				    row_get(reason, "last_seen_seconds")),
			    span, sizeof(span));
		snprintf(text + n, sizeof(text) - n, ", the last one %s ago",
			 span);
	}
	paragraph(text, INDENT, out);
}

/* The list of reasons says it so that "is dropped" can follow; here it begins a line. */
static void
print_reason(const json_t *reason, size_t number, FILE *out)
{
	const char *example = row_text(reason, "example");
	const char *advice = row_word(reason, "advice");
	char text[600];

	snprintf(text, sizeof(text), "%zu. %s (%s)", number,
		 row_word(reason, "sentence"), row_word(reason, "reason"));
	fputc('\n', out);
	paragraph(text, 0, out);
	print_counts(reason, out);
	if (example != NULL) {
		snprintf(text, sizeof(text), "Example: %s", example);
		paragraph(text, INDENT, out);
	}
	if (advice[0] == '\0')
		return;
	snprintf(text, sizeof(text), "What to change: %s", advice);
	paragraph(text, INDENT, out);
}

void
report_print(const json_t *report, FILE *out)
{
	uint64_t others = row_number(report, "other_drops");
	const json_t *reason;
	char text[200];
	size_t i;

	print_head(report, out);
	print_totals(report, out);
	json_array_foreach(row_get(report, "reasons"), i, reason)
		print_reason(reason, i + 1, out);
	if (others == 0)
		return;
	snprintf(text, sizeof(text),
		 "%" PRIu64 " other frame%s dropped for reasons that are not "
		 "the member's to change.",
		 others, others == 1 ? " was" : "s were");
	fputc('\n', out);
	paragraph(text, 0, out);
}
