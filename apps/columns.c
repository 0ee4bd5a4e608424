/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/columns.h"

#include <inttypes.h>
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

void
columns_values(struct table *t, const char *first, const char *prefix,
	       const json_t *values, bool texts)
{
	const char *key;
	json_t *value;

	/* The iterator wants it writable, and does not change it. */
	json_object_foreach((json_t *)(uintptr_t)values, key, value)
	{
		char name[128];

		if (strcmp(key, "lan") == 0 || strcmp(key, "prefix") == 0 ||
		    json_is_array(value))
			continue;
		snprintf(name, sizeof(name), "%s%s%s", prefix, key,
			 json_is_object(value) ? "_" : "");
		if (json_is_object(value)) {
			columns_values(t, first, name, value, texts);
		} else if (texts || json_is_integer(value)) {
			table_text(t, first);
			table_text(t, name);
			if (json_is_boolean(value))
				columns_switch(t, values, key);
			else
				table_json(t, value);
		}
	}
}
