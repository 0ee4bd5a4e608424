/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answer of IXP Manager, row by row.  Its types are checked as strictly as those of
 * a configuration, since no operator reads it before.
 */
#include "apps/ixpm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mac.h"
#include "lib/strtable.h"

/* "an array", for messages. */
static const char *
type_name(const json_t *value)
{
	static const char *const name[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
		[JSON_STRING] = "a text",    [JSON_INTEGER] = "a number",
		[JSON_REAL] = "a fraction",  [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",      [JSON_NULL] = "null",
	};

	return value != NULL ? name[json_typeof(value)] : "missing";
}

static bool
wrong(struct ixpm *im, const char *section, const json_t *row, const char *key,
      const char *want)
{
	IXPM_ERROR(im, section, "\"%s\" must be %s, and is %s", key, want,
		   type_name(json_object_get(row, key)));
	return false;
}

static bool
get_text(struct ixpm *im, const char *section, const json_t *row,
	 const char *key, const char **text)
{
	*text = json_string_value(json_object_get(row, key));
	return *text != NULL || wrong(im, section, row, key, "a text");
}

/* PHP may write 1 for true. */
static bool
get_switch(struct ixpm *im, const char *section, const json_t *row,
	   const char *key, bool *on)
{
	const json_t *value = json_object_get(row, key);
	json_int_t n = json_integer_value(value);

	*on = json_is_true(value) || (json_is_integer(value) && n == 1);
	if (json_is_boolean(value) ||
	    (json_is_integer(value) && (n == 0 || n == 1)))
		return true;
	return wrong(im, section, row, key, "true or false");
}

/* 0 if the key is missing or null. */
static bool
get_number(struct ixpm *im, const char *section, const json_t *row,
	   const char *key, uint32_t min, uint32_t max, uint32_t *n)
{
	const json_t *value = json_object_get(row, key);
	json_int_t got = json_integer_value(value);

	*n = 0;
	if (value == NULL || json_is_null(value))
		return true;
	if (!json_is_integer(value))
		return wrong(im, section, row, key, "a number");
	if (got < min || got > max) {
		IXPM_ERROR(im, section,
			   "\"%s\" is %" JSON_INTEGER_FORMAT
			   ", and must be %u to %u",
			   key, got, min, max);
		return false;
	}
	*n = (uint32_t)got;
	return true;
}

/* 'what' is that of one port only; reports the other one. */
static bool
claim(struct ixpm *im, size_t port, const char *section, const char *what)
{
	size_t other;

	if (strtable_put(im->claims, what, port) != -EEXIST)
		return true;
	other = strtable_get(im->claims, what);
	if (other == port)
		IXPM_ERROR(im, section, "has %s twice", what);
	else
		IXPM_ERROR(im, section, "has %s, as [port %s] has", what,
			   im->port[other].name);
	return false;
}

static const char *
find_lan(const struct ixpm *im, uint32_t vlan)
{
	for (size_t i = 0; i < im->s->nlans; i++)
		if (im->s->lan[i].vlan == vlan)
			return im->s->lan[i].id;
	return NULL;
}

static void
read_mac(struct ixpm *im, const char *section, const json_t *value,
	 struct ixpm_vlan *v)
{
	const char *text = json_string_value(value);
	char what[64], mac[MAC_TEXT_SIZE];
	uint64_t n;

	if (text == NULL) {
		IXPM_ERROR(im, section,
			   "an address in \"macaddresses\" must be a text, "
			   "and is %s",
			   type_name(value));
	} else if (mac_parse(text, &n) != 0 || n == 0 || mac_is_group(n)) {
		IXPM_ERROR(im, section,
			   "'%.64s' in \"macaddresses\" is not the MAC address "
			   "of a station",
			   text);
	} else {
		snprintf(what, sizeof(what), "the MAC address %s in VLAN %u",
			 mac_format(n, mac), v->number);
		if (claim(im, im->nports, section, what))
			v->mac[v->nmacs++] = n;
	}
}

static void
read_macs(struct ixpm *im, const char *section, const json_t *row,
	  struct ixpm_vlan *v)
{
	const json_t *macs = json_object_get(row, "macaddresses");
	size_t n = json_array_size(macs);

	if (!json_is_array(macs)) {
		wrong(im, section, row, "macaddresses", "an array");
		return;
	}
	v->mac = calloc(n + 1, sizeof(*v->mac));
	for (size_t i = 0; i < n && v->mac != NULL; i++)
		read_mac(im, section, json_array_get(macs, i), v);
}

static void
read_address(struct ixpm *im, const char *section, const json_t *row,
	     uint8_t family, struct ixpm_vlan *v)
{
	const char *key = family == 4 ? "ipv4" : "ipv6";
	const json_t *value = json_object_get(row, key);
	const char *text = json_string_value(value);
	char what[96], address[PREFIX_TEXT_SIZE];
	struct ipaddr a;

	if (value == NULL || json_is_null(value))
		return;
	if (text == NULL) {
		wrong(im, section, row, key, "a text");
		return;
	}
	if (ipaddr_parse(text, family, &a) != 0) {
		IXPM_ERROR(im, section, "\"%s\": '%.64s' is not an address",
			   key, text);
		return;
	}
	snprintf(what, sizeof(what), "the address %s in VLAN %u",
		 ipaddr_format(&a, address), v->number);
	if (claim(im, im->nports, section, what))
		v->ip[family == 6] = a;
}

/* An empty list of PHP is [], whatever it would be with something in it. */
static void
read_addresses(struct ixpm *im, const char *section, const json_t *row,
	       struct ixpm_vlan *v)
{
	const json_t *ips = json_object_get(row, "ipaddresses");

	if (ips == NULL || (json_is_array(ips) && json_array_size(ips) == 0))
		return;
	if (!json_is_object(ips)) {
		wrong(im, section, row, "ipaddresses", "an object");
		return;
	}
	read_address(im, section, ips, 4, v);
	read_address(im, section, ips, 6, v);
	ixpm_members_find(im, v);
}

static void
read_vlan(struct ixpm *im, const char *section, const json_t *row,
	  struct ixpm_port *p)
{
	struct ixpm_vlan *v = &p->vlan[p->nvlans];
	char what[48];

	if (!json_is_object(row)) {
		IXPM_ERROR(im, section, "a row of \"vlans\" is no object");
		return;
	}
	if (!get_number(im, section, row, "number", 1, 4094, &v->number))
		return;
	if (v->number == 0) {
		wrong(im, section, row, "number", "a number");
		return;
	}
	for (size_t i = 0; i < p->nvlans; i++)
		if (p->vlan[i].number == v->number) {
			IXPM_ERROR(im, section, "has VLAN %u twice", v->number);
			return;
		}
	v->lan = find_lan(im, v->number);
	if (v->lan == NULL)
		IXPM_ERROR(im, section,
			   "is in VLAN %u, but no [lan NAME] of the "
			   "configuration has vlan = %u: add one",
			   v->number, v->number);
	read_macs(im, section, row, v);
	read_addresses(im, section, row, v);
	get_number(im, section, row, "vlaninterfaceid", 1, INT32_MAX, &v->vli);
	snprintf(what, sizeof(what), "the VLAN interface %u", v->vli);
	if (v->vli != 0)
		claim(im, im->nports, section, what);
	p->nvlans++;
}

static void
read_vlans(struct ixpm *im, const char *section, const json_t *row,
	   struct ixpm_port *p)
{
	const json_t *vlans = json_object_get(row, "vlans");
	size_t n = json_array_size(vlans);

	if (!json_is_array(vlans)) {
		wrong(im, section, row, "vlans", "an array");
		return;
	}
	if (n == 0)
		IXPM_ERROR(im, section, "has no VLAN");
	if (n > 1 && !p->tagged)
		IXPM_ERROR(im, section,
			   "has %zu VLANs, but \"dot1q\" is false: all but one "
			   "need tags",
			   n);
	p->vlan = calloc(n + 1, sizeof(*p->vlan));
	for (size_t i = 0; i < n && p->vlan != NULL; i++)
		read_vlan(im, section, json_array_get(vlans, i), p);
}

/* Nothing is up that one of the two says is down. */
static void
read_status(struct ixpm *im, const char *section, const json_t *row,
	    struct ixpm_port *p)
{
	static const struct {
		const char *word;
		enum config_status status;
	} words[] = {
		{ "connected", CONFIG_CONNECTED },
		{ "quarantine", CONFIG_QUARANTINE },
		{ "disabled", CONFIG_DISABLED },
		{ "notconnected", CONFIG_DISABLED },
		{ "awaitingxconnect", CONFIG_DISABLED },
	};
	const char *text;
	bool shutdown;
	size_t i = 0;

	if (!get_switch(im, section, row, "shutdown", &shutdown) ||
	    !get_text(im, section, row, "status", &text))
		return;
	while (i < sizeof(words) / sizeof(words[0]) &&
	       strcmp(words[i].word, text) != 0)
		i++;
	if (i == sizeof(words) / sizeof(words[0]))
		IXPM_ERROR(im, section,
			   "\"status\" is '%.32s', and must be connected, "
			   "quarantine, disabled, notconnected or "
			   "awaitingxconnect",
			   text);
	else
		p->status = shutdown ? CONFIG_DISABLED : words[i].status;
}

/* A line of an INI file: no line ends, no comments, and as long as the key takes. */
static void
read_description(struct ixpm *im, const char *section, const json_t *row,
		 struct ixpm_port *p)
{
	size_t most = sizeof(p->description) - 1, n;
	const char *text;

	if (!get_text(im, section, row, "description", &text))
		return;
	text += strspn(text, " ");
	n = strlen(text);
	if (n > most) {
		n = most;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
		IXPM_WARNING(im, section,
			     "\"description\" is cut to %zu octets", n);
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		p->description[i] = c < ' ' || c == 0x7f ? ' '
				    : c == ';'           ? ','
							 : (char)c;
	}
	while (n > 0 && p->description[n - 1] == ' ')
		n--;
	p->description[n] = '\0';
}

static bool
has_device(struct ixpm *im, const char *section, const char *name)
{
	char text[128];

	if (ixpm_local_has(&im->local, name, "device") ||
	    ixpm_local_has(&im->local, name, "parent"))
		return true;
	snprintf(text, sizeof(text),
		 "it has no device: give it one in the file of --local, under "
		 "[port %.31s]",
		 name);
	ixpm_cannot(im, section, text);
	return false;
}

static void
read_edge(struct ixpm *im, const char *section, const json_t *row,
	  struct ixpm_port *p)
{
	const char *name = p->name;
	char what[64];

	snprintf(what, sizeof(what), "the name %s", name);
	claim(im, im->nports, section, what);
	read_description(im, section, row, p);
	read_status(im, section, row, p);
	if (!p->lag) {
		get_number(im, section, row, "speed", 0, IXPM_SPEED_MAX,
			   &p->speed);
		get_number(im, section, row, "rate_limit", 0, IXPM_SPEED_MAX,
			   &p->rate);
	}
	if (get_switch(im, section, row, "dot1q", &p->tagged))
		read_vlans(im, section, row, p);
	for (size_t i = 0; i < p->nvlans && p->tagged; i++)
		if (strlen(name) + 5 >= CONFIG_NAME_SIZE)
			IXPM_ERROR(im, section,
				   "the name is too long for tagged ports, "
				   "such as %s.%u",
				   name, p->vlan[i].number);
	if (p->rate != 0 && p->nvlans > 1)
		IXPM_WARNING(im, section,
			     "\"rate_limit\" is that of each of its %zu VLANs, "
			     "not of all together",
			     p->nvlans);
	im->nports++;
}

static void
read_port(struct ixpm *im, const char *section, const json_t *row,
	  const char *name)
{
	struct ixpm_port *p = &im->port[im->nports];

	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%s", name);
	if (ixpm_lag_is_lag(row) ? ixpm_lag_read(im, section, row, p)
				 : has_device(im, section, name))
		read_edge(im, section, row, p);
}

static void
read_row(struct ixpm *im, const json_t *row, size_t i)
{
	const char *name, *type;
	char section[64];

	snprintf(section, sizeof(section), "row %zu", i + 1);
	if (!json_is_object(row)) {
		IXPM_ERROR(im, section, "is no object");
		return;
	}
	if (!get_text(im, section, row, "name", &name))
		return;
	snprintf(section, sizeof(section), "port %.40s", name);
	if (!get_text(im, section, row, "type", &type))
		return;
	if (strcmp(type, "edge") != 0 && strcmp(type, "core") != 0) {
		IXPM_ERROR(im, section,
			   "\"type\" is '%.32s', and must be edge or core",
			   type);
		return;
	}
	if (strcmp(type, "core") == 0) {
		ixpm_cannot(im, section,
			    "ports to other switches (type core) are not "
			    "supported: a fabric is one switch");
		return;
	}
	if (ixpm_lag_is_link(row))
		return;
	if (!config_name_is_valid(name)) {
		IXPM_ERROR(im, section,
			   "cannot be the name of a port: use 1 to %d of A-Z, "
			   "a-z, 0-9, '.', '_' and '-'",
			   CONFIG_NAME_SIZE - 1);
		return;
	}
	read_port(im, section, row, name);
}

void
ixpm_read(struct ixpm *im)
{
	const json_t *rows = json_object_get(im->s->answer, "layer2interfaces");
	size_t n = json_array_size(rows);

	if (!json_is_array(rows)) {
		IXPM_ERROR(
			im, NULL,
			"is no answer of IXP Manager about the interfaces of "
			"a switch: there is no array \"layer2interfaces\"");
		return;
	}
	im->port = calloc(n + 1, sizeof(*im->port));
	for (size_t i = 0; i < n && im->port != NULL; i++)
		read_row(im, json_array_get(rows, i), i);
	if (im->nports == 0 && faults_errors(im->faults) == 0)
		IXPM_ERROR(im, NULL, "has no port");
	if (im->port == NULL)
		IXPM_ERROR(im, NULL, "no memory");
}
