/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/columns.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/row.h"

char *
age_text(uint64_t seconds, char text[SHORT_TEXT])
{
	static const struct {
		uint64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	unsigned int i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	snprintf(text, SHORT_TEXT, "%" PRIu64 "%c", seconds / units[i].seconds,
		 units[i].unit);
	return text;
}

char *
speed_text(uint64_t mbit, char text[SHORT_TEXT])
{
	if (mbit == 0)
		strcpy(text, "-");
	else if (mbit < 1000)
		snprintf(text, SHORT_TEXT, "%" PRIu64 "M", mbit);
	else
		snprintf(text, SHORT_TEXT, "%gG", (double)mbit / 1000);
	return text;
}

char *
amount_text(double n, char text[SHORT_TEXT])
{
	static const char unit[] = "\0kMGT";
	unsigned int i = 0;
	int digits;

	/* 999.6 would be printed as 1000. */
	for (; n >= 999.5 && i < 4; i++)
		n /= 1000;
	digits = n < 9.995 ? 2 : n < 99.95 ? 1 : 0;
	if (i == 0 && digits > 0)
		digits = n < 99.95 && n != (double)(int)n ? 1 : 0;
	snprintf(text, SHORT_TEXT, "%.*f%.1s", digits, n, unit + i);
	return text;
}

struct table *
columns_table(const struct column *c)
{
	const char *header[TABLE_COLUMNS_MAX + 1];
	unsigned int n = 0;

	do {
		header[n] = c[n].heading;
	} while (c[n++].heading != NULL);
	return table_create(header);
}

void
columns_row(struct table *t, const struct column *c, const json_t *row)
{
	for (; c->heading != NULL; c++)
		if (c->cell != NULL)
			c->cell(t, row, c->key);
		else
			table_json(t, row_get(row, c->key));
}

void
columns_print(const struct column *c, const json_t *rows, FILE *out)
{
	struct table *t = columns_table(c);

	for (size_t i = 0; t != NULL && i < json_array_size(rows); i++)
		columns_row(t, c, json_array_get(rows, i));
	if (t != NULL)
		table_print(t, screen_width(out), out);
	table_free(t);
}

void
columns_amount(struct table *t, const json_t *row, const char *key)
{
	const json_t *n = row_get(row, key);
	char text[SHORT_TEXT];

	table_text(t, json_is_number(n)
			      ? amount_text(json_number_value(n), text)
			      : NULL);
}

const struct column *
columns_find(const struct column *c, const char *name)
{
	const struct column *begins = NULL;

	for (; c->heading != NULL; c++) {
		const char *heading = table_heading(c->heading);

		if (strcasecmp(heading, name) == 0)
			return c;
		if (begins == NULL &&
		    strncasecmp(heading, name, strlen(name)) == 0)
			begins = c;
	}
	return begins;
}

double
columns_rank(const struct column *c, const json_t *row)
{
	const json_t *value = row_get(row, c->key);

	if (json_is_number(value))
		return json_number_value(value);
	return json_is_boolean(value) ? json_is_true(value) : NAN;
}

void
columns_age(struct table *t, const json_t *row, const char *key)
{
	const json_t *age = row_get(row, key);
	char text[SHORT_TEXT];

	table_text(t, json_is_number(age)
			      ? age_text((uint64_t)json_number_value(age), text)
			      : NULL);
}

void
columns_switch(struct table *t, const json_t *row, const char *key)
{
	table_text(t, row_is(row, key) ? "on" : "off");
}

void
columns_list(struct table *t, const json_t *row, const char *key)
{
	const json_t *list = row_get(row, key);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out != NULL && i < json_array_size(list); i++)
		fprintf(out, "%s%s", i == 0 ? "" : " ",
			json_string_value(json_array_get(list, i)));
	if (out != NULL)
		fclose(out);
	table_text(t, text);
	free(text);
}

static void
put_value(struct table *t, const json_t *value, const json_t *rate)
{
	char text[SHORT_TEXT];

	table_json(t, value);
	if (json_is_number(rate))
		table_print_cell(t, "%s/s",
				 amount_text(json_number_value(rate), text));
	else
		table_text(t, NULL);
}

void
columns_values(struct table *t, const char *first, const char *prefix,
	       const json_t *values, const json_t *rates)
{
	const char *key;
	json_t *value;

	/* The iterator wants it writable, and does not change it. */
	json_object_foreach((json_t *)(uintptr_t)values, key, value)
	{
		const json_t *rate = row_get(rates, key);
		char name[128];

		snprintf(name, sizeof(name), "%s%s%s", prefix, key,
			 json_is_object(value) ? "_" : "");
		if (json_is_object(value) && value != rates) {
			columns_values(t, first, name, value, rate);
		} else if (json_is_integer(value)) {
			table_text(t, first);
			table_text(t, name);
			put_value(t, value, rate);
		}
	}
}
