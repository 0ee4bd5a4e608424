/* SPDX-License-Identifier: BSD-3-Clause */
/* The ports of an answer as sections of an INI file. */
#include "apps/ixpm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/inifile.h"
#include "lib/mac.h"
#include "lib/strtable.h"

/* A section that is written. */
struct section {
	struct ixpm *im;
	FILE *out;
	const char *name;
};

/* "key = ...", unless the operator gives the key; a key may be repeated. */
static void __attribute__((format(printf, 3, 4)))
put(const struct section *s, const char *key, const char *fmt, ...)
{
	va_list ap;

	if (ixpm_local_has(&s->im->local, s->name, key))
		return;
	fprintf(s->out, "%s = ", key);
	va_start(ap, fmt);
	vfprintf(s->out, fmt, ap);
	va_end(ap);
	fputc('\n', s->out);
}

/* The operator's lines come first, as they are. */
static void
begin(struct section *s)
{
	struct ixpm_local *l = &s->im->local;

	fprintf(s->out, "\n[port %s]\n", s->name);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->key[i].section, s->name) == 0) {
			l->key[i].used = true;
			fprintf(s->out, "%s = %s\n", l->key[i].key,
				l->key[i].value);
		}
}

static void
put_status(const struct section *s, enum config_status status)
{
	if (status != CONFIG_CONNECTED)
		put(s, "status", "%s",
		    status == CONFIG_QUARANTINE ? "quarantine" : "disabled");
}

/* Its devices, and LACP, which IXP Manager has on all LAGs. */
static void
put_lag(const struct section *s, const struct ixpm_port *p)
{
	for (unsigned int i = 0; i < p->ndevices; i++)
		fprintf(s->out, "device = %s\n", p->device[i]);
	put(s, "lacp", "active");
	if (p->fast)
		put(s, "lacp_timeout", "fast");
}

/* Of the interface: also of one that only carries tagged ports. */
static void
put_interface(const struct section *s, const struct ixpm_port *p)
{
	if (p->description[0] != '\0')
		put(s, "description", "%s", p->description);
	if (p->speed != 0)
		put(s, "speed", "%u", p->speed);
}

/* A text of the member export, if a line of the file can have it. */
static void
put_text(const struct section *s, const char *key, const json_t *value)
{
	const char *text = json_string_value(value);
	size_t n = text != NULL ? strlen(text) : 0;

	if (n == 0 || strlen(key) + 3 + n > INIFILE_LINE_MAX ||
	    strpbrk(text, ";\n\r") != NULL || text[0] == ' ' ||
	    text[n - 1] == ' ')
		return;
	put(s, key, "%s", text);
}

static void
put_url(const struct section *s, const char *key, const json_t *value)
{
	const char *text = json_string_value(value);

	if (text != NULL && (strncmp(text, "http://", 7) == 0 ||
			     strncmp(text, "https://", 8) == 0))
		put_text(s, key, value);
}

/* What the member export says of the member that has the address. */
static void
put_member(const struct section *s, const struct ixpm_vlan *v)
{
	const json_t *m = v->member;
	const json_t *email =
		json_array_get(json_object_get(m, "contact_email"), 0);
	const char *type = json_string_value(json_object_get(m, "member_type"));
	json_int_t asn = json_integer_value(json_object_get(m, "asnum"));

	if (asn > 0 && asn <= UINT32_MAX)
		put(s, "asn", "%" PRIu32, (uint32_t)asn);
	if (type != NULL &&
	    (strcmp(type, "ixp") == 0 || strcmp(type, "other") == 0))
		put(s, "member_type", "%s", type);
	put_url(s, "url", json_object_get(m, "url"));
	if (json_is_string(email) &&
	    strchr(json_string_value(email), '@') != NULL)
		put_text(s, "contact_email", email);
	put_text(s, "peering_policy", json_object_get(m, "peering_policy"));
	put_url(s, "peering_policy_url",
		json_object_get(m, "peering_policy_url"));
	put_text(s, "as_set", json_object_get(v->connection, "as_macro"));
	if (json_is_true(json_object_get(v->connection, "routeserver")))
		put(s, "route_server", "on");
}

static void
put_addresses(const struct section *s, const struct ixpm_vlan *v)
{
	char mac[MAC_TEXT_SIZE], ip[PREFIX_TEXT_SIZE];

	if (v->nmacs == 0 && !ixpm_local_has(&s->im->local, s->name, "mac"))
		put(s, "mac_limit", "0");
	for (size_t i = 0; i < v->nmacs; i++)
		put(s, "mac", "%s", mac_format(v->mac[i], mac));
	for (unsigned int i = 0; i < 2; i++)
		if (v->ip[i].family != 0)
			put(s, i == 0 ? "ipv4" : "ipv6", "%s",
			    ipaddr_format(&v->ip[i], ip));
}

/* What a port in a LAN has, untagged or tagged. */
static void
put_port(const struct section *s, const struct ixpm_port *p,
	 const struct ixpm_vlan *v)
{
	put(s, "lan", "%s", v->lan);
	put_status(s, p->status);
	put_addresses(s, v);
	if (p->rate != 0) {
		put(s, "rate_in", "%" PRIu32 "M", p->rate);
		put(s, "rate_out", "%" PRIu32 "M", p->rate);
	}
	if (v->vli != 0)
		put(s, "vli", "%" PRIu32, v->vli);
	put_member(s, v);
}

/* An interface is one member's, so what is known of one of its VLANs is so of all. */
static void
share_member(struct ixpm_port *p)
{
	const struct ixpm_vlan *known = NULL;

	for (size_t i = p->nvlans; i-- > 0;)
		if (p->vlan[i].member != NULL)
			known = &p->vlan[i];
	for (size_t i = 0; known != NULL && i < p->nvlans; i++)
		if (p->vlan[i].member == NULL)
			p->vlan[i].member = known->member;
}

static void
print_tagged(struct ixpm *im, const struct ixpm_port *p,
	     const struct ixpm_vlan *v, FILE *out)
{
	config_name name;
	struct section s = { im, out, name };

	snprintf(name, sizeof(name), "%.26s.%u", p->name, v->number);
	begin(&s);
	put(&s, "parent", "%s", p->name);
	put(&s, "tag", "%u", v->number);
	if (p->description[0] != '\0')
		put(&s, "description", "%s", p->description);
	if (v->member == NULL && ixpm_local_has(&im->local, p->name, "asn"))
		put(&s, "asn", "%s",
		    ixpm_local_value(&im->local, p->name, "asn"));
	put_port(&s, p, v);
}

static void
print_port(struct ixpm *im, struct ixpm_port *p, FILE *out)
{
	struct section s = { im, out, p->name };

	share_member(p);
	begin(&s);
	if (p->lag)
		put_lag(&s, p);
	put_interface(&s, p);
	if (!p->tagged) {
		put_port(&s, p, &p->vlan[0]);
		return;
	}
	if (p->status == CONFIG_DISABLED)
		put_status(&s, p->status);
	for (size_t i = 0; i < p->nvlans; i++)
		print_tagged(im, p, &p->vlan[i], out);
}

#define UNUSED_MAX 10 /* named in the warning */

/*
 * Lines for a port that is not there are those of a member that has left, or a typo: one
 * warning, at the first of them.
 */
static void
report_unused(const struct ixpm *im)
{
	const struct ixpm_local *l = &im->local;
	struct where at = { .file = im->s->local_file };
	char names[UNUSED_MAX * (CONFIG_NAME_SIZE + 2)] = "";
	size_t used = 0, n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct ixpm_key *k = &l->key[i];

		if (k->used ||
		    (i > 0 && strcmp(l->key[i - 1].section, k->section) == 0))
			continue;
		if (n == 0)
			at.line = k->line;
		if (n++ < UNUSED_MAX)
			used += (size_t)snprintf(names + used,
						 sizeof(names) - used, "%s%s",
						 n > 1 ? ", " : "", k->section);
	}
	if (n > 0)
		faults_warning(im->faults, at, NULL,
			       "IXP Manager has no port %s%s; the lines for "
			       "%s are not used",
			       names, n > UNUSED_MAX ? " and others" : "",
			       n > 1 ? "them" : "it");
}

void
ixpm_print(struct ixpm *im, FILE *out)
{
	fputs("; Made by 'ixctl import ixp-manager' of what IXP Manager says: "
	      "changes here are\n"
	      "; lost.  Keys of your own belong in the file of --local, "
	      "under the same [port NAME].\n",
	      out);
	for (size_t i = 0; i < im->nports; i++)
		print_port(im, &im->port[i], out);
	report_unused(im);
}

static void
release(struct ixpm *im)
{
	for (size_t i = 0; i < im->nports; i++) {
		for (size_t k = 0; k < im->port[i].nvlans; k++)
			free(im->port[i].vlan[k].mac);
		free(im->port[i].vlan);
	}
	free(im->port);
	ixpm_local_free(&im->local);
	strtable_free(im->claims);
	strtable_free(im->addresses);
	json_decref(im->found);
}

static void
warn_of_no_members(struct ixpm *im)
{
	for (size_t i = 0; i < im->nports; i++)
		for (size_t k = 0; k < im->port[i].nvlans; k++)
			if (im->port[i].vlan[k].member != NULL ||
			    ixpm_local_has(&im->local, im->port[i].name, "asn"))
				return;
	IXPM_WARNING(im, NULL,
		     "no port has an AS number: give the IX-F member export "
		     "with --members, or 'asn' in the file of --local");
}

static void
read_all(struct ixpm *im)
{
	if (ixpm_local_read(im) != 0 || ixpm_members_read(im) != 0)
		IXPM_ERROR(im, NULL, "no memory");
	else
		ixpm_read(im);
	if (faults_errors(im->faults) == 0)
		warn_of_no_members(im);
}

char *
ixpm_ports(const struct ixpm_sources *s, size_t *size, size_t *ports,
	   struct faults *faults)
{
	struct ixpm im = { .s = s, .faults = faults };
	char *text = NULL;
	FILE *out;

	im.claims = strtable_create();
	im.addresses = strtable_create();
	im.found = json_array();
	out = open_memstream(&text, size);
	if (im.claims != NULL && im.addresses != NULL && out != NULL)
		read_all(&im);
	else
		IXPM_ERROR(&im, NULL, "no memory");
	if (faults_errors(faults) == 0)
		ixpm_print(&im, out);
	*ports = im.nports;
	release(&im);
	if (out != NULL && fclose(out) != 0)
		IXPM_ERROR(&im, NULL, "no memory");
	if (faults_errors(faults) == 0)
		return text;
	free(text);
	return NULL;
}
