/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/config_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *
string(const char *text)
{
	json_t *value = json_string(text);

	return value != NULL ? value : json_string("?"); /* not UTF-8 */
}

static void
put_key(json_t *row, const char *key, const char *value)
{
	const char *section =
		json_string_value(json_object_get(row, "section"));
	json_t *keys = json_object_get(row, "keys");
	json_t *list = json_object_get(keys, key);

	if (!config_key_repeats(section, key)) {
		json_object_set_new(keys, key, string(value));
		return;
	}
	if (list == NULL) {
		list = json_array();
		json_object_set_new(keys, key, list);
	}
	json_array_append_new(list, string(value));
}

/* A key that is not set: "; mac_limit = 0"; 'value' is its default, or "". */
static void
put_unset(json_t *row, const char *key, const char *value)
{
	json_t *unset = json_object_get(row, "unset");

	if (unset == NULL) {
		unset = json_object();
		json_object_set_new(row, "unset", unset);
	}
	json_object_set_new(unset, key, string(value));
}

/* "[port as64500]", "key = value", "; key = value"; other lines are ignored. */
static void
add_line(json_t *rows, char *line)
{
	json_t *row = json_array_get(rows, json_array_size(rows) - 1);
	char *value = strstr(line, " =");

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '[') {
		line[strcspn(line, "]")] = '\0';
		json_array_append_new(rows, json_pack("{s:s, s:{}}", "section",
						      line + 1, "keys"));
		return;
	}
	if (value == NULL || row == NULL)
		return;
	*value = '\0';
	value += strlen(" =");
	value += *value == ' ';
	if (strncmp(line, "; ", 2) == 0)
		put_unset(row, line + 2, value);
	else
		put_key(row, line, value);
}

static json_t *
rows_of(FILE *in)
{
	json_t *rows = json_array();
	char *line = NULL;
	size_t size = 0;

	while (rows != NULL && getline(&line, &size, in) > 0)
		add_line(rows, line);
	free(line);
	return rows;
}

json_t *
config_rows(const struct config *config, bool defaults)
{
	json_t *rows = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size), *in;

	if (out == NULL)
		return NULL;
	config_print(config, defaults, out);
	if (fclose(out) == 0 && (in = fmemopen(text, size, "r")) != NULL) {
		rows = rows_of(in);
		fclose(in);
	}
	free(text);
	return rows;
}
