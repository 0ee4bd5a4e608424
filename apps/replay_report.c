/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_report.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "apps/table.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/plural.h"

void
events_add(struct events *e, uint64_t at, enum drop_level level,
	   const char *text)
{
	struct event *place = &e->kept[e->n++ % EVENTS_KEPT];

	free(place->text);
	*place = (struct event){ .at = at,
				 .level = level,
				 .text = strdup(text) };
}

void
events_clear(struct events *e)
{
	for (unsigned int i = 0; i < EVENTS_KEPT; i++)
		free(e->kept[i].text);
	memset(e, 0, sizeof(*e));
}

/* An address, for sorting. */
struct row {
	unsigned int lan; /* in the order of the configuration */
	struct fabric_mac mac;
};

struct rows {
	size_t n, room;
	struct row *row;
};

/* A text, or null: also for one that is not UTF-8, which JSON cannot have. */
static void
print_text(const char *text, FILE *out)
{
	json_t *s = text != NULL ? json_string(text) : NULL;

	if (s == NULL || json_dumpf(s, out, JSON_ENCODE_ANY) != 0)
		fputs("null", out);
	json_decref(s);
}

/* Exact, without zeros at the end. */
static void
print_seconds(uint64_t ns, FILE *out)
{
	char text[16];
	size_t n;

	snprintf(text, sizeof(text), "%09" PRIu64, ns % CLOCK_SECOND);
	for (n = 9; n > 0 && text[n - 1] == '0'; n--)
		text[n - 1] = '\0';
	fprintf(out, "%" PRIu64 "%s%s", ns / CLOCK_SECOND, n > 0 ? "." : "",
		text);
}

/* The 'counts' of one side that are not 0. */
static void
print_drops(const uint64_t counts[DROP_N], bool tx, FILE *out)
{
	const char *before = "";

	fputc('{', out);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		if (drop_is_tx(why) != tx || counts[why] == 0)
			continue;
		fprintf(out, "%s\"%s\": %" PRIu64, before, drop_name(why),
			counts[why]);
		before = ", ";
	}
	fputc('}', out);
}

static void
print_link(const char *device, const struct link_stats *s, FILE *out)
{
	const char *before = "";

	print_text(device, out);
	fputs(": {", out);
#define PRINT(name)                                                            \
	fprintf(out, "%s\"" #name "\": %" PRIu64, before, s->name);            \
	before = ", ";
	LINK_STATS(PRINT)
#undef PRINT
	fputc('}', out);
}

/* Of a LAG. */
static void
print_links(const struct fabric *f, uint16_t port, FILE *out)
{
	const char *before = ",\n      \"links\": {", *after = "";

	for (unsigned int i = 0; i < CONFIG_LINKS_MAX; i++) {
		struct link_stats s;
		const char *device = lockstep_link_stats(f, port, i, &s);

		if (device == NULL)
			continue;
		fputs(before, out);
		print_link(device, &s, out);
		before = ", ";
		after = "}";
	}
	fputs(after, out);
}

static void
print_port(const struct fabric *f, const struct exchange_port *p,
	   const struct port_stats *s, FILE *out)
{
	fprintf(out, "    \"%s\": {\"lan\": ", p->name);
	print_text(p->lan[0] != '\0' ? p->lan : NULL, out);
	fprintf(out, ",\n      \"rx_frames\": %" PRIu64, s->rx_frames);
	fprintf(out, ", \"rx_bytes\": %" PRIu64, s->rx_bytes);
	fprintf(out, ", \"forwarded\": %" PRIu64, s->forwarded);
	fprintf(out, ", \"flooded\": %" PRIu64, s->flooded);
	fprintf(out, ", \"copies\": %" PRIu64, s->copies);
	fprintf(out, ", \"consumed\": %" PRIu64, s->consumed);
	fputs(",\n      \"dropped\": ", out);
	print_drops(s->drop, false, out);
	fputs(", \"would_drop\": ", out);
	print_drops(s->would_drop, false, out);
	fprintf(out, ",\n      \"tx_frames\": %" PRIu64, s->tx_frames);
	fprintf(out, ", \"tx_bytes\": %" PRIu64, s->tx_bytes);
	fputs(", \"tx_dropped\": ", out);
	print_drops(s->drop, true, out);
	print_links(f, p->id, out);
	fputc('}', out);
}

static void
print_ports(struct exchange *ex, struct fabric *f, FILE *out)
{
	const struct exchange_port *p;
	struct port_stats s;

	fputs("  \"ports\": {", out);
	for (unsigned int i = 0; (p = exchange_port(ex, i)) != NULL; i++) {
		stats_port(f, p->id, &s);
		fputs(i == 0 ? "\n" : ",\n", out);
		print_port(f, p, &s, out);
	}
	fputs("\n  },\n", out);
}

/* {"none": 1, "alive": 2, ...} */
static void
print_kinds(const char *name, const uint64_t n[SPONGE_KINDS], FILE *out)
{
	fprintf(out, "\"%s\": {", name);
	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		fprintf(out, "%s\"%s\": %" PRIu64, kind == 0 ? "" : ", ",
			sponge_kind_name(kind), n[kind]);
	fputc('}', out);
}

static void
print_sponge(const char *lan, const struct sponge_counters *c, FILE *out)
{
	uint64_t addresses[SPONGE_KINDS], value;
	const char *name;

	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		addresses[kind] = c->addresses[kind];
	fprintf(out, "    \"%s\": {\n      ", lan);
	for (unsigned int i = 0;
	     (name = sponge_ops_counter(c, i, &value)) != NULL; i++)
		fprintf(out, "\"%s\": %" PRIu64 ",\n      ", name, value);
	fprintf(out,
		"\"sponge_suppressed\": %" PRIu64
		",\n      \"sponge_stray_frames\": %" PRIu64
		",\n      \"sponge_stray_bytes\": %" PRIu64 ",\n      ",
		c->suppressed, c->stray_frames, c->stray_bytes);
	print_kinds("transitions", c->of.transitions, out);
	fputs(",\n      ", out);
	print_kinds("addresses", addresses, out);
	fputc('}', out);
}

/* Nothing if no LAN has a sponge. */
static void
print_sponges(struct fabric *f, FILE *out)
{
	const char *lan, *before = "  \"sponges\": {\n";
	unsigned int at = 0;

	while ((lan = sponge_ops_lan(f, &at)) != NULL) {
		struct sponge_counters c;

		sponge_ops_counters(f, lan, &c);
		fputs(before, out);
		print_sponge(lan, &c, out);
		before = ",\n";
	}
	if (before[0] == ',')
		fputs("\n  },\n", out);
}

/* Frames that the fabric has made, and copies of mirrors. */
static void
count_made(struct exchange *ex, struct fabric *f, uint64_t *generated,
	   uint64_t *mirrored)
{
	const struct exchange_port *p;
	struct port_stats s;

	*generated = *mirrored = 0;
	for (unsigned int i = 0; (p = exchange_port(ex, i)) != NULL; i++) {
		stats_port(f, p->id, &s);
		*generated += s.generated;
		*mirrored += s.mirrored;
	}
}

static void
count_row(void *arg, const struct fabric_mac *m)
{
	(void)m;
	++*(size_t *)arg;
}

static void
add_row(void *arg, const struct fabric_mac *m)
{
	struct rows *rows = arg;
	struct row *r = &rows->row[rows->n];

	if (rows->n++ > 0)
		r->lan = r[-1].lan + (strcmp(r[-1].mac.lan, m->lan) != 0);
	r->mac = *m;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->lan != y->lan)
		return x->lan < y->lan ? -1 : 1;
	return (x->mac.mac > y->mac.mac) - (x->mac.mac < y->mac.mac);
}

/* Sorted by address: the order of the table is random. */
static int
print_macs(struct fabric *f, FILE *out)
{
	struct rows rows = { 0 };
	char mac[MAC_TEXT_SIZE];

	fabric_macs(f, count_row, &rows.room);
	rows.row = calloc(rows.room + 1, sizeof(*rows.row));
	if (rows.row != NULL)
		fabric_macs(f, add_row, &rows);
	if (rows.n > 0)
		qsort(rows.row, rows.n, sizeof(*rows.row), compare_rows);
	fputs("  \"macs\": [", out);
	for (size_t i = 0; i < rows.n; i++) {
		const struct fabric_mac *m = &rows.row[i].mac;

		fprintf(out,
			"%s    {\"lan\": \"%s\", \"mac\": \"%s\", "
			"\"port\": \"%s\", \"type\": \"%s\"}",
			i == 0 ? "\n" : ",\n", m->lan, mac_format(m->mac, mac),
			m->port, m->type);
	}
	fputs("\n  ]\n", out);
	free(rows.row);
	return rows.n == rows.room ? 0 : -ENOMEM;
}

static void
print_events(const struct events *e, FILE *out)
{
	/* The first one that is kept. */
	uint64_t i = e->n > EVENTS_KEPT ? e->n - EVENTS_KEPT : 0;

	fprintf(out, "  \"events_left_out\": %" PRIu64 ",\n  \"events\": [", i);
	for (const char *before = "\n"; i < e->n; i++, before = ",\n") {
		const struct event *v = &e->kept[i % EVENTS_KEPT];

		fprintf(out, "%s    {\"time\": ", before);
		print_seconds(v->at, out);
		fprintf(out, ", \"level\": \"%s\", \"text\": ",
			drop_level_name(v->level));
		print_text(v->text, out);
		fputc('}', out);
	}
	fputs("\n  ],\n", out);
}

int
report_json(const struct report *r, struct exchange *ex, struct fabric *f,
	    FILE *out)
{
	uint64_t generated, mirrored;
	int rc;

	fputs("{\n  \"version\": \"" IXF_VERSION "\",\n  \"config\": ", out);
	print_text(r->config, out);
	fprintf(out,
		",\n  \"frames\": {\"read\": %" PRIu64
		", \"truncated\": %" PRIu64 ", \"outbound\": %" PRIu64
		", \"backwards\": %" PRIu64 "},\n",
		r->read, r->truncated, r->outbound, r->backwards);
	fputs("  \"seconds\": ", out);
	print_seconds(r->duration, out);
	count_made(ex, f, &generated, &mirrored);
	fprintf(out,
		",\n  \"generated\": %" PRIu64 ",\n  \"mirrored\": %" PRIu64
		",\n",
		generated, mirrored);
	if (r->error != NULL) {
		fputs("  \"error\": ", out);
		print_text(r->error, out);
		fputs(",\n", out);
	}
	print_ports(ex, f, out);
	print_sponges(f, out);
	print_events(r->events, out);
	rc = print_macs(f, out);
	fputs("}\n", out);
	return rc;
}

/* Prints and frees the table. */
static int
finish(struct table *t, FILE *out)
{
	int rc = table_print(t, screen_width(out), out);

	table_free(t);
	return rc;
}

static int
print_traffic(struct exchange *ex, struct fabric *f, FILE *out)
{
	static const char *const header[] = {
		"PORT",       "LAN",       ">RX-FRAMES",  ">RX-BYTES",
		">FORWARDED", ">FLOODED",  ">CONSUMED",   ">DROPPED",
		">TX-FRAMES", ">TX-BYTES", ">TX-DROPPED", NULL,
	};
	struct table *t = table_create(header);
	const struct exchange_port *p;
	struct port_stats s;

	if (t == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; (p = exchange_port(ex, i)) != NULL; i++) {
		stats_port(f, p->id, &s);
		table_text(t, p->name);
		table_text(t, p->lan);
		TABLE_NUMBERS(t, s.rx_frames, s.rx_bytes, s.forwarded,
			      s.flooded, s.consumed, stats_drops(&s, false),
			      s.tx_frames, s.tx_bytes, stats_drops(&s, true));
	}
	return finish(t, out);
}

static int
print_sponge_table(struct fabric *f, FILE *out)
{
	static const char *const header[] = {
		"LAN",         ">REPLIES", ">PROBES",  ">UPDATES",
		">SUPPRESSED", ">ALIVE",   ">PENDING", ">DEAD",
		">STATIC",     ">UNKNOWN", NULL,
	};
	unsigned int at = 0;
	const char *lan = sponge_ops_lan(f, &at);
	struct table *t;

	if (lan == NULL)
		return 0;
	t = table_create(header);
	if (t == NULL)
		return -ENOMEM;
	for (; lan != NULL; lan = sponge_ops_lan(f, &at)) {
		struct sponge_counters c;

		sponge_ops_counters(f, lan, &c);
		table_text(t, lan);
		TABLE_NUMBERS(
			t, c.of.sponge_replies, c.of.sponge_probes,
			c.of.sponge_updates, c.suppressed,
			c.addresses[SPONGE_ALIVE], c.addresses[SPONGE_PENDING],
			c.addresses[SPONGE_DEAD], c.addresses[SPONGE_STATIC],
			c.addresses[SPONGE_NONE]);
	}
	fputc('\n', out);
	return finish(t, out);
}

/* Returns how many rows it added. */
static unsigned int
add_reasons(struct table *t, const struct exchange_port *p, struct fabric *f)
{
	struct port_stats s;
	unsigned int n = 0;

	stats_port(f, p->id, &s);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		if (s.drop[why] == 0 && s.would_drop[why] == 0)
			continue;
		table_text(t, p->name);
		table_text(t, drop_name(why));
		table_number(t, s.drop[why]);
		table_number(t, s.would_drop[why]);
		table_text(t, drop_meaning(why));
		n++;
	}
	return n;
}

static int
print_reasons(struct exchange *ex, struct fabric *f, FILE *out)
{
	static const char *const header[] = { "PORT",     "REASON",
					      ">DROPPED", ">WOULD-DROP",
					      "MEANING",  NULL };
	struct table *t = table_create(header);
	const struct exchange_port *p;
	unsigned int n = 0;

	if (t == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; (p = exchange_port(ex, i)) != NULL; i++)
		n += add_reasons(t, p, f);
	if (n > 0)
		return finish(t, out);
	table_free(t);
	fputs("no frame was dropped\n", out);
	return 0;
}

int
report_table(const struct report *r, struct exchange *ex, struct fabric *f,
	     FILE *out)
{
	int rc = print_traffic(ex, f, out);

	if (rc == 0)
		rc = print_sponge_table(f, out);
	fputc('\n', out);
	if (rc == 0)
		rc = print_reasons(ex, f, out);
	fprintf(out, "\n%" PRIu64 " frame%s in ", r->read, plural(r->read));
	print_seconds(r->duration, out);
	fputs(" s", out);
	if (r->truncated != 0)
		fprintf(out, ", %" PRIu64 " of them cut short", r->truncated);
	if (r->outbound != 0)
		fprintf(out, ", %" PRIu64 " outbound left out", r->outbound);
	if (r->backwards != 0)
		fprintf(out, ", %" PRIu64 " time%s back in time", r->backwards,
			plural(r->backwards));
	fputc('\n', out);
	return rc;
}
