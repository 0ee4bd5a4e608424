/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LAGs of IXP Manager: a row with "lagmaster", which is the port, and a row for each of
 * its links, of which the operator gives the devices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/ixpm.h"

/* PHP may write 1 for true. */
static bool
is_on(const json_t *row, const char *key)
{
	const json_t *value = json_object_get(row, key);

	return json_is_true(value) || json_integer_value(value) == 1;
}

bool
ixpm_lag_is_link(const json_t *row)
{
	return is_on(row, "lagframing") && !is_on(row, "lagmaster");
}

bool
ixpm_lag_is_lag(const json_t *row)
{
	return is_on(row, "lagmaster");
}

/* The row of a link, or NULL. */
static const json_t *
row_of(const struct ixpm *im, const char *name)
{
	const json_t *rows = json_object_get(im->s->answer, "layer2interfaces");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *is =
			json_string_value(json_object_get(row, "name"));

		if (is != NULL && strcmp(is, name) == 0)
			return row;
	}
	return NULL;
}

/* The number of the row, up to what a speed may be; 0: none. */
static uint32_t
number_of(const json_t *row, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(row, key));

	return n > 0 && n <= IXPM_SPEED_MAX ? (uint32_t)n : 0;
}

/*
 * The lines of the operator for a link, of which 'device' is all that a link has; its
 * other keys are those of the LAG.
 */
static const char *
device_of(struct ixpm *im, const char *link, const char *lag)
{
	struct ixpm_local *l = &im->local;
	const char *device = NULL;

	for (size_t i = 0; i < l->n; i++) {
		struct ixpm_key *k = &l->key[i];

		if (strcmp(k->section, link) != 0)
			continue;
		k->used = true;
		if (strcmp(k->key, "device") == 0)
			device = k->value;
		else
			faults_error(
				im->faults,
				(struct where){ im->s->local_file, k->line },
				link,
				"it is a link of the LAG %.31s: only "
				"'device' can stand here, '%.31s' under "
				"[port %.31s]",
				lag, k->key, lag);
	}
	return device;
}

/* Reads a link; the rates of links add up to that of the LAG. */
static void
read_link(struct ixpm *im, const char *section, const char *link, bool down,
	  struct ixpm_port *p)
{
	const json_t *row = row_of(im, link);
	const char *device = device_of(im, link, p->name);
	char text[160];

	/* One that is shut down there is not used here; of a LAG that is, all stay. */
	if (row != NULL && is_on(row, "shutdown") && !down)
		return;
	p->speed += number_of(row, "speed");
	p->rate += number_of(row, "rate_limit");
	p->nlinks++;
	if (p->own_devices)
		return;
	if (device != NULL) {
		p->device[p->ndevices++] = device;
		return;
	}
	snprintf(text, sizeof(text),
		 "its link %.31s has no device: give it one in the file of "
		 "--local, under [port %.31s]",
		 link, link);
	ixpm_cannot(im, section, text);
}

static bool
read_links(struct ixpm *im, const char *section, const json_t *row,
	   struct ixpm_port *p)
{
	const json_t *members = json_object_get(row, "lagmembers");

	for (size_t i = 0; i < json_array_size(members); i++) {
		const char *link =
			json_string_value(json_array_get(members, i));

		if (link == NULL) {
			IXPM_ERROR(im, section,
				   "a name in \"lagmembers\" must be a text");
			return false;
		}
		read_link(im, section, link, is_on(row, "shutdown"), p);
	}
	if (p->nlinks == 0)
		IXPM_ERROR(im, section, "all its links are shut down");
	return p->nlinks != 0 && (p->own_devices || p->ndevices != 0);
}

bool
ixpm_lag_read(struct ixpm *im, const char *section, const json_t *row,
	      struct ixpm_port *p)
{
	const json_t *members = json_object_get(row, "lagmembers");
	size_t n = json_array_size(members);
	char text[96];

	p->lag = true;
	p->fast = is_on(row, "fastlacp");
	p->own_devices = ixpm_local_has(&im->local, p->name, "device");
	if (!json_is_array(members) || n == 0) {
		IXPM_ERROR(im, section,
			   "\"lagmembers\" must be an array of names");
		return false;
	}
	if (n <= CONFIG_LINKS_MAX)
		return read_links(im, section, row, p);
	snprintf(text, sizeof(text),
		 "it is a LAG of %zu links, and a port can have %d", n,
		 CONFIG_LINKS_MAX);
	ixpm_cannot(im, section, text);
	return false;
}
