/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts of INI files: what the operator adds to ports, LANs, and the ports of a file. */
#include "apps/ixpm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/inifile.h"
#include "lib/strtable.h"
#include "lib/textfile.h"

/* Reads a text by the functions of 'ops'. */
static int
read_text(const char *file, const char *text, size_t size,
	  const struct inifile_ops *ops, void *arg, struct faults *faults)
{
	struct textfile_place place = { text, size };
	FILE *in = textfile_stream(&place);
	int rc;

	if (in == NULL)
		return -ENOMEM;
	rc = inifile_read(in, file, ops, arg, faults);
	fclose(in);
	return rc;
}

/* An array with room for one more than 'n'. */
static void *
grow(void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return reallocarray(array, n == 0 ? 1 : n * 2, size);
}

/* The operator's lines. */

struct local_reader {
	struct ixpm *im;
	config_name port; /* "": another section */
	int rc;
};

static void
local_section(void *arg, struct where at, const char *type, const char *name)
{
	struct local_reader *r = arg;

	r->port[0] = '\0';
	if (type == NULL)
		return;
	if (strcmp(type, "port") != 0 || !config_name_is_valid(name)) {
		faults_error(r->im->faults, at, NULL,
			     "[%s%s%s]: only sections [port NAME] can be "
			     "added to what IXP Manager says",
			     type, *name != '\0' ? " " : "", name);
		return;
	}
	snprintf(r->port, sizeof(r->port), "%s", name);
}

static void
local_key(void *arg, struct where at, const char *key, const char *value)
{
	struct local_reader *r = arg;
	struct ixpm_local *l = &r->im->local;
	struct ixpm_key *keys;

	if (r->port[0] == '\0' || r->rc != 0)
		return;
	keys = grow(l->key, l->n, sizeof(*keys));
	if (keys == NULL) {
		r->rc = -ENOMEM;
		return;
	}
	l->key = keys;
	keys[l->n++] = (struct ixpm_key){ strdup(r->port), strdup(key),
					  strdup(value), at.line, false };
	keys += l->n - 1;
	if (keys->section == NULL || keys->key == NULL || keys->value == NULL)
		r->rc = -ENOMEM;
}

int
ixpm_local_read(struct ixpm *im)
{
	static const struct inifile_ops ops = { local_section, local_key };
	struct local_reader r = { .im = im };
	int rc = 0;

	if (im->s->local != NULL)
		rc = read_text(im->s->local_file, im->s->local,
			       im->s->local_size, &ops, &r, im->faults);
	return rc != 0 ? rc : r.rc;
}

void
ixpm_local_free(struct ixpm_local *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->key[i].section);
		free(l->key[i].key);
		free(l->key[i].value);
	}
	free(l->key);
}

const char *
ixpm_local_value(const struct ixpm_local *l, const char *port, const char *key)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->key[i].section, port) == 0 &&
		    strcmp(l->key[i].key, key) == 0)
			return l->key[i].value;
	return NULL;
}

/* LANs. */

struct lan_reader {
	struct ixpm_lan **lan;
	size_t *n;
	config_name id;
	int rc;
};

static void
lan_section(void *arg, struct where at, const char *type, const char *name)
{
	struct lan_reader *r = arg;
	bool lan = type != NULL && strcmp(type, "lan") == 0 &&
		   config_name_is_valid(name);

	(void)at;
	snprintf(r->id, sizeof(r->id), "%s", lan ? name : "");
}

static void
lan_key(void *arg, struct where at, const char *key, const char *value)
{
	struct lan_reader *r = arg;
	struct ixpm_lan *lans;
	unsigned long vlan = strtoul(value, NULL, 10);

	(void)at;
	if (r->id[0] == '\0' || strcmp(key, "vlan") != 0 || vlan == 0 ||
	    vlan > 4094)
		return;
	lans = grow(*r->lan, *r->n, sizeof(*lans));
	if (lans == NULL) {
		r->rc = -ENOMEM;
		return;
	}
	*r->lan = lans;
	lans[*r->n].vlan = (uint32_t)vlan;
	snprintf(lans[*r->n].id, sizeof(lans[*r->n].id), "%s", r->id);
	++*r->n;
}

int
ixpm_lans(const char *text, size_t size, struct ixpm_lan **lan, size_t *n)
{
	static const struct inifile_ops ops = { lan_section, lan_key };
	struct lan_reader r = { .lan = lan, .n = n };
	struct faults *scratch = faults_create();
	int rc = -ENOMEM;

	if (scratch != NULL)
		rc = read_text("", text, size, &ops, &r, scratch);
	faults_free(scratch);
	return rc != 0 ? rc : r.rc;
}

/* Ports. */

struct port_reader {
	json_t *names;          /* in the order of the text, or NULL */
	struct strtable *table; /* the same, to look them up */
};

static void
port_section(void *arg, struct where at, const char *type, const char *name)
{
	struct port_reader *r = arg;

	(void)at;
	if (type != NULL && strcmp(type, "port") == 0 &&
	    strtable_put(r->table, name, 0) == 0)
		json_array_append_new(r->names, json_string(name));
}

static void
no_key(void *arg, struct where at, const char *key, const char *value)
{
	(void)arg, (void)at, (void)key, (void)value;
}

static void
read_ports(struct port_reader *r, const char *text, size_t size)
{
	static const struct inifile_ops ops = { port_section, no_key };
	struct faults *scratch = faults_create();

	r->names = json_array();
	r->table = strtable_create();
	if (scratch != NULL && r->table != NULL)
		read_text("", text, size, &ops, r, scratch);
	faults_free(scratch);
}

/* The names of 'a' that 'b' lacks. */
static json_t *
lacking(const struct port_reader *a, const struct port_reader *b)
{
	json_t *names = json_array(), *name;
	size_t i;

	json_array_foreach(
		a->names, i,
		name) if (b->table != NULL &&
			  strtable_get(b->table, json_string_value(name)) ==
				  STRTABLE_NONE) json_array_append(names, name);
	return names;
}

void
ixpm_compare(const char *was, size_t was_size, const char *is, size_t is_size,
	     struct ixpm_change *c)
{
	struct port_reader before, after;

	read_ports(&before, was, was_size);
	read_ports(&after, is, is_size);
	c->was = json_array_size(before.names);
	c->gone = lacking(&before, &after);
	c->added = lacking(&after, &before);
	json_decref(before.names);
	json_decref(after.names);
	strtable_free(before.table);
	strtable_free(after.table);
}

void
ixpm_change_end(struct ixpm_change *c)
{
	json_decref(c->added);
	json_decref(c->gone);
	c->added = c->gone = NULL;
}

bool
ixpm_is_suspicious(const struct ixpm_change *c)
{
	return 5 * json_array_size(c->gone) > c->was;
}
