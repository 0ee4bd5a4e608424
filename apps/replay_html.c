/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/html.h"
#include "lib/plural.h"

/* The ports with the most frames have rows of the heat map, the others one. */
#define MAP_ROWS 32
#define SHADES   10

/* The picture of frames over time, in its own units. */
#define CHART_WIDTH  720
#define CHART_HEIGHT 160

static const char css[] =
	".chart{width:100%;height:10rem;display:block;"
	"border:solid var(--line);border-width:1px 0}\n"
	".chart .in{fill:var(--link)}\n"
	".chart .drop{fill:var(--bad)}\n"
	".ends{display:flex;justify-content:space-between;margin:0}\n"
	".key{display:inline-block;width:.8em;height:.8em;border-radius:2px}\n"
	".key.in{background:var(--link)}\n"
	".key.drop{background:var(--bad)}\n"
	".heat{width:auto}\n"
	".heat th{white-space:nowrap}\n"
	".heat tbody th{position:sticky;left:0;background:var(--card)}\n"
	"h3 .badge{margin-left:.4rem}\n"
	"td.mono{min-width:18rem}\n"
	".examples{margin-top:.6rem}\n"
	".examples td:not(.mono){white-space:nowrap}\n"
	"#ports tbody th{min-width:7rem}\n"
	"#ports td{white-space:nowrap}\n"
	".reason{width:auto}\n"
	".reason td{white-space:nowrap}\n"
	".reason th,.reason td{padding-right:1.5rem}\n"
	"@media (min-width:46.01rem){"
	".tiles{grid-template-columns:repeat(4,1fr)}}\n"
	"@media (max-width:46rem){.tile dd{font-size:1rem}}\n"
	".heat td.h1{background:rgba(47,120,210,.06)}\n"
	".heat td.h2{background:rgba(47,120,210,.12)}\n"
	".heat td.h3{background:rgba(47,120,210,.18)}\n"
	".heat td.h4{background:rgba(47,120,210,.24)}\n"
	".heat td.h5{background:rgba(47,120,210,.3)}\n"
	".heat td.h6{background:rgba(47,120,210,.36)}\n"
	".heat td.h7{background:rgba(47,120,210,.42)}\n"
	".heat td.h8{background:rgba(47,120,210,.48)}\n"
	".heat td.h9{background:rgba(47,120,210,.54)}\n"
	".heat td.h10{background:rgba(47,120,210,.6)}\n";

/* What the page is made of. */
struct page {
	const struct report *report;
	const struct notes *notes;
	struct exchange *exchange;
	struct fabric *fabric;
	FILE *out;
};

/* Exact, without zeros at the end, which has room for 32 octets. */
static char *
seconds(uint64_t ns, char text[32])
{
	int n = snprintf(text, 32, "%" PRIu64 ".%09" PRIu64, ns / CLOCK_SECOND,
			 ns % CLOCK_SECOND);

	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[--n] = '\0';
	return text;
}

static void
cell(FILE *out, uint64_t n)
{
	fprintf(out, "<td class=\"n\">%" PRIu64 "</td>", n);
}

/* A row of headings; those with > in front are of numbers.  NULL ends it. */
static void
head(FILE *out, const char *const *heading)
{
	fputs("<thead><tr>", out);
	for (; *heading != NULL; heading++) {
		bool number = (*heading)[0] == '>';

		fprintf(out, "<th scope=\"col\"%s>",
			number ? " class=\"n\"" : "");
		html_text(out, *heading + number);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

static void
begin_section(FILE *out, const char *id, const char *title)
{
	fputs("<section", out);
	html_attribute(out, "id", id);
	fputs(">\n<div class=\"head\">", out);
	html_element(out, "h2", NULL, title);
	fputs("</div>\n", out);
}

static void
tile(FILE *out, const char *name, const char *value)
{
	fputs("<div class=\"tile\">", out);
	html_element(out, "dt", NULL, name);
	html_element(out, "dd", NULL, value);
	fputs("</div>\n", out);
}

static void
number_tile(FILE *out, const char *name, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	tile(out, name, text);
}

/* The sum over all ports. */
struct totals {
	uint64_t forwarded, flooded, consumed, dropped, tx_frames, tx_dropped;
};

static struct totals
add_ports(const struct page *p)
{
	const struct exchange_port *port;
	struct totals t = { 0 };

	for (unsigned int i = 0; (port = exchange_port(p->exchange, i)) != NULL;
	     i++) {
		struct port_stats s;

		stats_port(p->fabric, port->id, &s);
		t.forwarded += s.forwarded;
		t.flooded += s.flooded;
		t.consumed += s.consumed;
		t.dropped += stats_drops(&s, false);
		t.tx_frames += s.tx_frames;
		t.tx_dropped += stats_drops(&s, true);
	}
	return t;
}

static void
print_totals(const struct page *p)
{
	struct totals t = add_ports(p);
	char text[32], time[40];

	snprintf(time, sizeof(time), "%s s",
		 seconds(p->report->duration, text));
	fputs("<dl class=\"tiles\" id=\"totals\">\n", p->out);
	number_tile(p->out, "Frames received", p->report->read);
	tile(p->out, "Time", time);
	number_tile(p->out, "Forwarded to one port", t.forwarded);
	number_tile(p->out, "Flooded", t.flooded);
	number_tile(p->out, "Consumed", t.consumed);
	number_tile(p->out, "Dropped", t.dropped);
	number_tile(p->out, "Frames sent", t.tx_frames);
	number_tile(p->out, "Dropped before sending", t.tx_dropped);
	fputs("</dl>\n", p->out);
}

/* Only what there is: nothing of most captures. */
static void
print_remarks(const struct page *p)
{
	const struct report *r = p->report;

	if (r->error != NULL) {
		fputs("<p class=\"note bad\" id=\"error\">The replay ended "
		      "early: ",
		      p->out);
		html_text(p->out, r->error);
		fputs("</p>\n", p->out);
	}
	if (r->truncated != 0)
		fprintf(p->out,
			"<p class=\"note\">%" PRIu64
			" frame%s cut short by a snap length.</p>\n",
			r->truncated, r->truncated == 1 ? " was" : "s were");
	if (r->outbound != 0)
		fprintf(p->out,
			"<p class=\"note\">%" PRIu64
			" outbound frame%s left out.</p>\n",
			r->outbound, r->outbound == 1 ? " was" : "s were");
	if (r->backwards != 0)
		fprintf(p->out,
			"<p class=\"note\">The time went back %" PRIu64
			" time%s.</p>\n",
			r->backwards, plural(r->backwards));
}

static void
print_port(FILE *out, const struct exchange_port *p, const struct port_stats *s)
{
	fputs("<tr><th scope=\"row\">", out);
	html_text(out, p->name);
	if (p->description != NULL) {
		fputs("<br>", out);
		html_element(out, "span", "soft small", p->description);
	}
	fputs("</th>", out);
	html_element(out, "td", NULL, p->lan);
	cell(out, s->rx_frames);
	cell(out, s->rx_bytes);
	cell(out, s->forwarded);
	cell(out, s->flooded);
	cell(out, s->consumed);
	cell(out, stats_drops(s, false));
	cell(out, s->tx_frames);
	cell(out, s->tx_bytes);
	cell(out, stats_drops(s, true));
	fputs("</tr>\n", out);
}

static void
print_ports(const struct page *p)
{
	static const char *const heading[] = {
		"Port",
		"LAN",
		">Received",
		">octets",
		">Forwarded",
		">Flooded",
		">Consumed",
		">Dropped",
		">Sent",
		">octets",
		">Dropped before sending",
		NULL,
	};
	const struct exchange_port *port;

	begin_section(p->out, "ports", "Ports");
	fputs("<div class=\"scroll\"><table>\n", p->out);
	head(p->out, heading);
	for (unsigned int i = 0; (port = exchange_port(p->exchange, i)) != NULL;
	     i++) {
		struct port_stats s;

		stats_port(p->fabric, port->id, &s);
		print_port(p->out, port, &s);
	}
	fputs("</tbody></table></div>\n</section>\n", p->out);
}

/* The name of the port with an id. */
static const char *
port_name(const struct page *p, uint16_t id)
{
	const struct exchange_port *port;

	for (unsigned int i = 0; (port = exchange_port(p->exchange, i)) != NULL;
	     i++)
		if (port->id == id)
			return port->name;
	return "";
}

static void
print_example(const struct page *p, const struct notes_example *e)
{
	char text[32];

	fputs("<tr>", p->out);
	html_element(p->out, "td", "n", seconds(e->at, text));
	html_element(p->out, "td", NULL, port_name(p, e->port));
	cell(p->out, e->len);
	html_element(p->out, "td", "mono", e->text);
	html_element(p->out, "td", NULL, e->holder != NULL ? e->holder : "");
	fputs("<td>", p->out);
	if (e->rule.file != NULL) {
		html_text(p->out, e->rule.file);
		fprintf(p->out, ":%u", e->rule.line);
	}
	fputs("</td></tr>\n", p->out);
}

static void
print_examples(const struct page *p, enum drop why)
{
	static const char *const heading[] = { ">Second",    "Port",
					       ">Octets",    "Frame",
					       "Address of", "Decided by",
					       NULL };

	if (p->notes->reason[why].n == 0)
		return;
	fputs("<div class=\"scroll\"><table class=\"examples\">"
	      "<caption>The first frames</caption>\n",
	      p->out);
	head(p->out, heading);
	for (unsigned int i = 0; i < p->notes->reason[why].n; i++)
		print_example(p, &p->notes->reason[why].example[i]);
	fputs("</tbody></table></div>\n", p->out);
}

static void
print_reason_ports(const struct page *p, enum drop why)
{
	static const char *const heading[] = { "Port", ">Dropped",
					       ">Would be dropped", NULL };
	const struct exchange_port *port;

	fputs("<table class=\"reason\">\n", p->out);
	head(p->out, heading);
	for (unsigned int i = 0; (port = exchange_port(p->exchange, i)) != NULL;
	     i++) {
		struct port_stats s;

		stats_port(p->fabric, port->id, &s);
		if (s.drop[why] == 0 && s.would_drop[why] == 0)
			continue;
		fputs("<tr>", p->out);
		html_element(p->out, "td", NULL, port->name);
		cell(p->out, s.drop[why]);
		cell(p->out, s.would_drop[why]);
		fputs("</tr>\n", p->out);
	}
	fputs("</tbody></table>\n", p->out);
}

/* Whether a frame was dropped, or would have been, for this reason. */
static bool
occurred(const struct page *p, enum drop why, uint64_t *dropped)
{
	const struct exchange_port *port;
	uint64_t would = 0;

	*dropped = 0;
	for (unsigned int i = 0; (port = exchange_port(p->exchange, i)) != NULL;
	     i++) {
		struct port_stats s;

		stats_port(p->fabric, port->id, &s);
		*dropped += s.drop[why];
		would += s.would_drop[why];
	}
	return *dropped + would != 0;
}

static void
print_reason(const struct page *p, enum drop why, uint64_t dropped)
{
	fputs("<article", p->out);
	html_attribute(p->out, "id", drop_name(why));
	fputs("><h3>", p->out);
	html_element(p->out, "code", NULL, drop_name(why));
	fprintf(p->out, "<span class=\"badge bad\">%" PRIu64 "</span></h3>",
		dropped);
	html_element(p->out, "p", NULL, drop_meaning(why));
	print_reason_ports(p, why);
	print_examples(p, why);
	fputs("</article>\n", p->out);
}

static void
print_drops(const struct page *p)
{
	uint64_t dropped;
	bool any = false;

	begin_section(p->out, "drops", "Drops by reason");
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		if (!occurred(p, why, &dropped))
			continue;
		print_reason(p, why, dropped);
		any = true;
	}
	if (!any)
		fputs("<p>No frame was dropped.</p>\n", p->out);
	fputs("</section>\n", p->out);
}

/* A port in the order of the heat map. */
struct place {
	unsigned int i; /* in the exchange */
	uint16_t id;
	uint64_t frames; /* to and from it */
};

/* The heat map: of each row and column, the last one of all other ports. */
struct map {
	unsigned int n, nports;
	struct place *port;
	uint64_t frames[MAP_ROWS + 1][MAP_ROWS + 1];
	uint64_t most;
};

static int
compare_traffic(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->frames != y->frames)
		return x->frames > y->frames ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->i < y->i ? -1 : x->i > y->i;
}

static uint64_t
frames_between(const struct page *p, const struct place *from,
	       const struct place *to)
{
	return lockstep_matrix(p->fabric, from->id, to->id);
}

static void
add_traffic(const struct page *p, struct map *m)
{
	for (unsigned int i = 0; i < m->nports; i++)
		for (unsigned int j = 0; j < m->nports; j++) {
			uint64_t n =
				frames_between(p, &m->port[i], &m->port[j]);

			m->port[i].frames += n;
			m->port[j].frames += n;
		}
}

/* The busiest ports come first, in the order of the exchange, then all others. */
static void
choose_ports(struct map *m)
{
	qsort(m->port, m->nports, sizeof(*m->port), compare_traffic);
	while (m->n < m->nports && m->n < MAP_ROWS && m->port[m->n].frames != 0)
		m->n++;
	qsort(m->port, m->n, sizeof(*m->port), compare_places);
}

static void
fill_map(const struct page *p, struct map *m)
{
	for (unsigned int i = 0; i < m->nports; i++)
		for (unsigned int j = 0; j < m->nports; j++) {
			uint64_t *to = &m->frames[i < m->n ? i : m->n]
						 [j < m->n ? j : m->n];

			*to += frames_between(p, &m->port[i], &m->port[j]);
			if (*to > m->most)
				m->most = *to;
		}
}

static int
make_map(const struct page *p, struct map *m)
{
	const struct exchange_port *port;

	*m = (struct map){ 0 };
	m->port = calloc(HTML_MATRIX_PORTS, sizeof(*m->port));
	if (m->port == NULL)
		return -ENOMEM;
	while (m->nports < HTML_MATRIX_PORTS &&
	       (port = exchange_port(p->exchange, m->nports)) != NULL) {
		m->port[m->nports] =
			(struct place){ .i = m->nports, .id = port->id };
		m->nports++;
	}
	add_traffic(p, m);
	choose_ports(m);
	fill_map(p, m);
	return 0;
}

/* Whether the row of all other ports has a number. */
static bool
has_others(const struct map *m)
{
	return m->n < m->nports && m->port[m->n].frames != 0;
}

static const char *
map_name(const struct page *p, const struct map *m, unsigned int i)
{
	return i < m->n ? exchange_port(p->exchange, m->port[i].i)->name
			: "others";
}

/* The share of the largest number, in shades; 0 for none. */
static unsigned int
shade(uint64_t n, uint64_t most)
{
	if (n == 0)
		return 0;
	return (unsigned int)((double)n / (double)most * (SHADES - 1)) + 1;
}

static void
print_map_row(const struct page *p, const struct map *m, unsigned int rows,
	      unsigned int i)
{
	fputs("<tr><th scope=\"row\">", p->out);
	html_text(p->out, map_name(p, m, i));
	fputs("</th>", p->out);
	for (unsigned int j = 0; j < rows; j++) {
		uint64_t n = m->frames[i][j];

		if (n == 0)
			fputs("<td></td>", p->out);
		else
			fprintf(p->out, "<td class=\"n h%u\">%" PRIu64 "</td>",
				shade(n, m->most), n);
	}
	fputs("</tr>\n", p->out);
}

static void
print_map(const struct page *p, const struct map *m)
{
	unsigned int rows = m->n + has_others(m);

	fputs("<p class=\"soft small\">Frames forwarded from the port of the "
	      "row to the port of the column; flooded frames are not "
	      "counted.</p>\n<div class=\"scroll\"><table class=\"heat\">\n"
	      "<thead><tr><th scope=\"col\">from \\ to</th>",
	      p->out);
	for (unsigned int j = 0; j < rows; j++) {
		fputs("<th scope=\"col\" class=\"n\">", p->out);
		html_text(p->out, map_name(p, m, j));
		fputs("</th>", p->out);
	}
	fputs("</tr></thead>\n<tbody>\n", p->out);
	for (unsigned int i = 0; i < rows; i++)
		print_map_row(p, m, rows, i);
	fputs("</tbody></table></div>\n", p->out);
}

static int
print_matrix(const struct page *p)
{
	struct map m = { 0 };
	int rc = 0;

	begin_section(p->out, "matrix", "From port to port");
	if (exchange_port(p->exchange, HTML_MATRIX_PORTS) != NULL)
		fprintf(p->out,
			"<p>Left out: there are more than %d ports.</p>\n",
			HTML_MATRIX_PORTS);
	else
		rc = make_map(p, &m);
	if (m.n > 0)
		print_map(p, &m);
	else if (m.port != NULL)
		fputs("<p>No frame was forwarded to one port.</p>\n", p->out);
	fputs("</section>\n", p->out);
	free(m.port);
	return rc;
}

/* A bar from the bottom of the chart. */
static void
print_bar(FILE *out, const char *class, double x, double width, double height)
{
	fprintf(out,
		"<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
		"height=\"%.2f\"></rect>",
		class, x, CHART_HEIGHT - height, width, height);
}

static void
print_column(FILE *out, const struct notes_bin *b, unsigned int i,
	     unsigned int n, uint64_t most, uint64_t width)
{
	double each = (double)CHART_WIDTH / n;
	double unit = (double)CHART_HEIGHT / (double)most;
	char text[32];

	fprintf(out,
		"<g><title>from %s s: %" PRIu64 " received, %" PRIu64
		" dropped</title>",
		seconds(i * width, text), b->received, b->dropped);
	print_bar(out, "in", i * each, each * 0.9, (double)b->received * unit);
	print_bar(out, "drop", i * each, each * 0.45,
		  (double)b->dropped * unit);
	fputs("</g>\n", out);
}

static void
print_chart(const struct page *p, unsigned int n, uint64_t most)
{
	struct notes_bin b;
	uint64_t width = 0;
	char text[32];

	fprintf(p->out, "<p class=\"soft small ends\">%" PRIu64 "</p>\n", most);
	fprintf(p->out,
		"<svg class=\"chart\" role=\"img\" aria-label=\"Frames "
		"received "
		"and dropped over time\" viewBox=\"0 0 %d %d\" "
		"preserveAspectRatio=\"none\">\n",
		CHART_WIDTH, CHART_HEIGHT);
	for (unsigned int i = 0; notes_column(p->notes, i, &b, &width); i++)
		print_column(p->out, &b, i, n, most, width);
	fprintf(p->out,
		"</svg>\n<p class=\"soft small ends\"><span>0 s</span>"
		"<span>%s s</span></p>\n",
		seconds(n * width, text));
}

static void
print_columns(const struct page *p)
{
	static const char *const heading[] = { ">From second", ">Received",
					       ">Dropped", NULL };
	struct notes_bin b;
	uint64_t width;
	char text[32];

	fputs("<details><summary>The numbers</summary><table>\n", p->out);
	head(p->out, heading);
	for (unsigned int i = 0; notes_column(p->notes, i, &b, &width); i++) {
		fputs("<tr>", p->out);
		html_element(p->out, "td", "n", seconds(i * width, text));
		cell(p->out, b.received);
		cell(p->out, b.dropped);
		fputs("</tr>\n", p->out);
	}
	fputs("</tbody></table></details>\n", p->out);
}

static void
print_time(const struct page *p)
{
	struct notes_bin b;
	uint64_t width = 0, most = 1;
	unsigned int n = 0;
	char text[32];

	for (; notes_column(p->notes, n, &b, &width); n++) {
		if (b.received > most)
			most = b.received;
		if (b.dropped > most)
			most = b.dropped;
	}
	begin_section(p->out, "time", "Frames over time");
	if (n > 0) {
		fprintf(p->out,
			"<p class=\"soft small\"><span class=\"key "
			"in\"></span> "
			"received <span class=\"key drop\"></span> dropped, "
			"copies too; in each %s s</p>\n",
			seconds(width, text));
		print_chart(p, n, most);
		print_columns(p);
	} else {
		fputs("<p>There was no frame.</p>\n", p->out);
	}
	fputs("</section>\n", p->out);
}

int
report_html(const struct report *r, const struct notes *notes,
	    struct exchange *ex, struct fabric *f, FILE *out)
{
	const struct page p = { r, notes, ex, f, out };
	int rc;

	html_begin(out, "Replay", css);
	fputs("<header class=\"top\"><h1>Replay</h1><span class=\"soft\">",
	      out);
	html_text(out, r->config != NULL ? r->config : "no configuration");
	fputs("</span><span class=\"soft live\">ixreplay " IXF_VERSION
	      "</span></header>\n<main>\n",
	      out);
	print_remarks(&p);
	print_totals(&p);
	print_time(&p);
	rc = print_matrix(&p);
	print_drops(&p);
	print_ports(&p);
	fputs("</main>\n", out);
	html_end(out);
	return rc;
}
