/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_answers.h"

#include <stdbool.h>
#include <string.h>

#include "apps/row.h"

#define WIDTH 78 /* and no more: a text to read, and to publish */

/* 'lead' and then 'text' in lines, all of it from column 'indent' on. */
static void
put_wrapped(const char *lead, unsigned int indent, const char *text, FILE *out)
{
	size_t column = (size_t)fprintf(out, "%-*s", (int)indent, lead);
	unsigned int width = screen_width(out);

	screen_wrap(text, column, indent,
		    width != 0 && width < WIDTH ? width : WIDTH, out);
	fputc('\n', out);
}

static void
put_title(const char *title, FILE *out)
{
	fprintf(out, "\n%s\n", title);
}

static void
put_sentences(const char *title, const json_t *list, FILE *out)
{
	if (json_array_size(list) == 0)
		return;
	put_title(title, out);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		put_wrapped("  *", 4, s != NULL ? s : "-", out);
	}
}

/* Those that disable the port, or ('disables' false) all others. */
static void
put_reasons(const char *title, const json_t *list, bool disables, FILE *out)
{
	bool titled = false;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		char lead[64];

		if (row_is(row, "disables") != disables)
			continue;
		if (!titled)
			put_title(title, out);
		titled = true;
		snprintf(lead, sizeof(lead), "  %-20s ",
			 row_word(row, "reason"));
		put_wrapped(lead, 23, row_word(row, "meaning"), out);
	}
}

static void
put_limits(const json_t *list, FILE *out)
{
	bool titled = false;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		if (!row_is(row, "active"))
			continue;
		if (!titled)
			put_title("Limits of each port", out);
		titled = true;
		put_wrapped("  *", 4, row_word(row, "sentence"), out);
	}
}

static void
put_acl(const char *title, const json_t *acl, FILE *out)
{
	const json_t *rules = row_get(acl, "rules");
	const char *name = row_word(acl, "name");

	if (!json_is_object(acl))
		return;
	fprintf(out, "\n%s: ", title);
	print_safely(name, strlen(name), out);
	fputs(", the first rule that matches decides\n", out);
	for (size_t i = 0; i < json_array_size(rules); i++) {
		const char *s = json_string_value(json_array_get(rules, i));
		char lead[32];

		snprintf(lead, sizeof(lead), "  %zu.", i + 1);
		put_wrapped(lead, 6, s != NULL ? s : "-", out);
	}
}

static void
put_policy(const json_t *row, FILE *out)
{
	const json_t *refused = row_get(row, "refused");

	put_sentences("The ports", row_get(row, "state"), out);
	put_sentences("What is allowed", row_get(row, "allowed"), out);
	put_reasons("What is dropped", refused, false, out);
	put_reasons("What is dropped, and disables the port", refused, true,
		    out);
	put_reasons("What is always dropped", row_get(row, "always"), false,
		    out);
	put_reasons("What is only counted", row_get(row, "logged"), false, out);
	put_reasons("What is not checked", row_get(row, "off"), false, out);
	put_limits(row_get(row, "limits"), out);
	put_acl("Access list for what the port sends", row_get(row, "acl_in"),
		out);
	put_acl("Access list for what the port receives",
		row_get(row, "acl_out"), out);
}

static void
put_lan(const json_t *row, FILE *out)
{
	row_print(row, "LAN {lan}", out);
	if (json_is_integer(row_get(row, "vlan")))
		row_print(row, ", VLAN {vlan}", out);
	row_print(row, ", {ports} port{ports|s}\n", out);
	put_policy(row, out);
	fputs("\n", out);
}

static void
put_difference(const json_t *row, FILE *out)
{
	const json_t *list = row_get(row, "differs");

	row_print(row, "Port {port} of LAN {lan} differs:\n", out);
	for (size_t i = 0; i < json_array_size(list); i++)
		put_wrapped("  *", 4,
			    row_word(json_array_get(list, i), "sentence"), out);
	fputs("\n", out);
}

static void
put_list(const char *title, const json_t *list, FILE *out)
{
	if (json_array_size(list) == 0)
		return;
	fprintf(out, "%-6s", title);
	for (size_t i = 0; i < json_array_size(list); i++)
		fprintf(out, "%s%s", i == 0 ? "" : " ",
			json_string_value(json_array_get(list, i)));
	fputs("\n", out);
}

static void
put_port(const json_t *row, FILE *out)
{
	row_print(row, "Port {port}, LAN {lan}", out);
	if (json_is_integer(row_get(row, "tag")))
		row_print(row, ", tag {tag}", out);
	fputs("\n", out);
	put_list("MAC", row_get(row, "macs"), out);
	put_list("IPv4", row_get(row, "ipv4"), out);
	put_list("IPv6", row_get(row, "ipv6"), out);
	put_policy(row, out);
}

void
render_policy(const json_t *row, FILE *out)
{
	const char *scope = row_word(row, "scope");

	if (strcmp(scope, "lan") == 0)
		put_lan(row, out);
	else if (strcmp(scope, "difference") == 0)
		put_difference(row, out);
	else
		put_port(row, out);
}
