/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_policy.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "apps/row.h"

#define WIDTH 78

/* Octets up to the next blank. */
static size_t
word_length(const char *text_)
{
	return strcspn(text_, " ");
}

/* Control characters in a name must not reach the terminal. */
static void
put_word(const char *word, size_t n, FILE *out)
{
	for (; n > 0; n--, word++)
		fputc((unsigned char)*word < ' ' || *word == 0x7f ? '?' : *word,
		      out);
}

/*
 * 'lead' and then 'text_' in lines of at most WIDTH, all of it from column
 * 'indent' on.
 */
static void
put_wrapped(const char *lead, unsigned int indent, const char *text_, FILE *out)
{
	size_t column = (size_t)fprintf(out, "%-*s", (int)indent, lead);
	bool first = true;

	while (*text_ != '\0') {
		size_t n = word_length(text_);

		if (!first && column + 1 + n > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		if (!first)
			fputc(' ', out);
		put_word(text_, n, out);
		column += n + !first;
		first = false;
		text_ += n;
		text_ += strspn(text_, " ");
	}
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

		if (json_is_true(json_object_get(row, "disables")) != disables)
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

		if (!json_is_true(json_object_get(row, "active")))
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
	const json_t *rules = json_object_get(acl, "rules");

	if (!json_is_object(acl))
		return;
	fprintf(out, "\n%s: ", title);
	put_word(row_word(acl, "name"), strlen(row_word(acl, "name")), out);
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
	const json_t *refused = json_object_get(row, "refused");

	put_sentences("The ports", json_object_get(row, "state"), out);
	put_sentences("What is allowed", json_object_get(row, "allowed"), out);
	put_reasons("What is dropped", refused, false, out);
	put_reasons("What is dropped, and disables the port", refused, true,
		    out);
	put_reasons("What is always dropped", json_object_get(row, "always"),
		    false, out);
	put_reasons("What is only counted", json_object_get(row, "logged"),
		    false, out);
	put_reasons("What is not checked", json_object_get(row, "off"), false,
		    out);
	put_limits(json_object_get(row, "limits"), out);
	put_acl("Access list for what the port sends",
		json_object_get(row, "acl_in"), out);
	put_acl("Access list for what the port receives",
		json_object_get(row, "acl_out"), out);
}

static void
put_lan(const json_t *row, FILE *out)
{
	const json_t *vlan = json_object_get(row, "vlan");
	int64_t n = json_integer_value(json_object_get(row, "ports"));

	fprintf(out, "LAN %s", row_word(row, "lan"));
	if (json_is_integer(vlan))
		fprintf(out, ", VLAN %" PRId64,
			(int64_t)json_integer_value(vlan));
	fprintf(out, ", %" PRId64 " port%s\n", n, n == 1 ? "" : "s");
	put_policy(row, out);
	fputs("\n", out);
}

static void
put_difference(const json_t *row, FILE *out)
{
	const json_t *list = json_object_get(row, "differs");

	fprintf(out, "Port %s of LAN %s differs:\n", row_word(row, "port"),
		row_word(row, "lan"));
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
	const json_t *tag = json_object_get(row, "tag");

	fprintf(out, "Port %s, LAN %s", row_word(row, "port"),
		row_word(row, "lan"));
	if (json_is_integer(tag))
		fprintf(out, ", tag %" PRId64,
			(int64_t)json_integer_value(tag));
	fputs("\n", out);
	put_list("MAC", json_object_get(row, "macs"), out);
	put_list("IPv4", json_object_get(row, "ipv4"), out);
	put_list("IPv6", json_object_get(row, "ipv6"), out);
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
