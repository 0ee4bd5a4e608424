/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_html.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/html.h"

#define BAR_WIDTH  240 /* of the picture of a row, in its own units */
#define BAR_HEIGHT 16

static const char css[] = ".bar{width:15rem;height:1rem;display:block}\n"
			  ".bar .value{fill:var(--link)}\n"
			  ".bar .spread{fill:#f0b429}\n"
			  "tbody th{min-width:6rem}\n"
			  "pre{margin:.5rem 0}\n";

static int
fail(const char *path, int rc)
{
	fprintf(stderr, "ixbench: %s: cannot be written: %s\n", path,
		rc == -EINVAL ? "not a regular file" : strerror(-rc));
	return EXIT_FAILURE;
}

int
bench_page_open(struct newfile *f, const char *path)
{
	int rc;

	*f = (struct newfile){ 0 };
	if (path == NULL)
		return EXIT_SUCCESS;
	rc = newfile_open(f, path);
	return rc == 0 ? EXIT_SUCCESS : fail(path, rc);
}

/* As a shell takes the word. */
static void
quote(FILE *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=,:@%+-";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		fputs(word, out);
		return;
	}
	fputc('\'', out);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			fputs("'\\''", out);
		else
			fputc(*word, out);
	fputc('\'', out);
}

static int
print_command(FILE *out, const json_t *words)
{
	char *text = NULL;
	size_t size, i;
	FILE *line = open_memstream(&text, &size);
	json_t *word;

	if (line == NULL)
		return -ENOMEM;
	json_array_foreach(words, i, word)
	{
		if (i > 0)
			fputc(' ', line);
		quote(line, json_string_value(word));
	}
	if (fclose(line) != 0) {
		free(text);
		return -ENOMEM;
	}
	html_element(out, "pre", NULL, text);
	fputc('\n', out);
	free(text);
	return 0;
}

static double
value_of(const json_t *row, size_t i)
{
	return json_number_value(
		json_array_get(json_object_get(row, "values"), i));
}

/* The largest of all rows. */
static double
find_most(const json_t *rows)
{
	double most = 0;
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) for (size_t j = 0; j < 3;
					      j++) if (value_of(row, j) > most)
		most = value_of(row, j);
	return most > 0 ? most : 1;
}

/* The middle as a bar, and from the least to the most as a line in it. */
static void
print_bar(FILE *out, const json_t *row, double most)
{
	double unit = BAR_WIDTH / most, from = value_of(row, 1) * unit;

	fprintf(out,
		"<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\">"
		"<rect class=\"value\" x=\"0\" y=\"1\" width=\"%.2f\" "
		"height=\"%d\"></rect><rect class=\"spread\" x=\"%.2f\" "
		"y=\"6\" width=\"%.2f\" height=\"4\"></rect></svg>",
		BAR_WIDTH, BAR_HEIGHT, value_of(row, 0) * unit, BAR_HEIGHT - 2,
		from, value_of(row, 2) * unit - from);
}

static void
print_row(FILE *out, const json_t *row, double most)
{
	size_t n = json_array_size(json_object_get(row, "values"));

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, json_string_value(json_object_get(row, "name")));
	fputs("</th>", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "<td class=\"n\">%.2f</td>", value_of(row, i));
	fputs("<td>", out);
	print_bar(out, row, most);
	fputs("</td></tr>\n", out);
}

static void
print_results(FILE *out, const struct bench_page *p)
{
	double most = find_most(p->rows);
	const json_t *row;
	size_t i;

	fputs("<section id=\"results\">\n<div class=\"head\">", out);
	html_element(out, "h2", NULL, "Results");
	fputs("</div>\n", out);
	html_element(out, "p", "soft small", p->sentence);
	fputs("<div class=\"scroll\"><table>\n<thead><tr>"
	      "<th scope=\"col\"></th>",
	      out);
	for (i = 0; p->heading[i] != NULL; i++) {
		fputs("<th scope=\"col\" class=\"n\">", out);
		html_text(out, p->heading[i]);
		fputs("</th>", out);
	}
	fputs("<th scope=\"col\"></th></tr></thead>\n<tbody>\n", out);
	json_array_foreach(p->rows, i, row) print_row(out, row, most);
	fputs("</tbody></table></div>\n</section>\n", out);
}

static void
print_machine(FILE *out, const json_t *machine)
{
	const char *key;
	const json_t *value;

	fputs("<dl class=\"pairs\">\n", out);
	json_object_foreach((json_t *)machine, key, value)
	{
		if (!json_is_string(value))
			continue;
		html_element(out, "dt", NULL, key);
		html_element(out, "dd", NULL, json_string_value(value));
		fputc('\n', out);
	}
	fputs("</dl>\n", out);
}

static int
print_repeat(FILE *out, const struct bench_page *p)
{
	char *all = json_dumps(p->result, JSON_INDENT(2));
	int rc;

	fputs("<section id=\"repeat\">\n<div class=\"head\">", out);
	html_element(out, "h2", NULL, "To repeat it");
	fputs("</div>\n", out);
	rc = print_command(out, json_object_get(p->machine, "command"));
	print_machine(out, p->machine);
	fputs("<details><summary>The result as JSON</summary>", out);
	html_element(out, "pre", NULL, all != NULL ? all : "");
	fputs("</details>\n</section>\n", out);
	free(all);
	return all != NULL ? rc : -ENOMEM;
}

int
bench_page_write(struct newfile *f, const struct bench_page *p)
{
	int rc;

	if (f->out == NULL)
		return EXIT_SUCCESS;
	html_begin(f->out, p->title, css);
	fputs("<header class=\"top\">", f->out);
	html_element(f->out, "h1", NULL, p->title);
	fputs("<span class=\"soft live\">ixbench " IXF_VERSION
	      "</span></header>\n<main>\n",
	      f->out);
	print_results(f->out, p);
	rc = print_repeat(f->out, p);
	fputs("</main>\n", f->out);
	html_end(f->out);
	if (rc == 0)
		rc = newfile_keep(f);
	else
		newfile_drop(f);
	return rc == 0 ? EXIT_SUCCESS : fail(f->path, rc);
}
