/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/arg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/command.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "fabric/runtime/runtime.h"

const char *
arg_text(const struct ctl_request *rq, const char *name)
{
	return json_string_value(json_object_get(rq->args, name));
}

bool
arg_is_set(const struct ctl_request *rq, const char *name)
{
	return json_object_get(rq->args, name) != NULL;
}

/* There is no section [type name]: the error offers the nearest name. */
static enum ctl_verdict
refuse_name(const struct fabric *f, struct ctl_request *rq, const char *kind,
	    const char *type, const char *name)
{
	const char *near = config_nearest(f->config, type, name);

	return ctl_refuse(rq, "not_found", "there is no %s '%.64s'%s%s%s", kind,
			  name, near != NULL ? "; did you mean '" : "",
			  near != NULL ? near : "", near != NULL ? "'?" : "");
}

const struct config_port *
arg_port(const struct fabric *f, struct ctl_request *rq)
{
	return arg_port_named(f, rq, arg_text(rq, "port"));
}

const struct config_port *
arg_port_named(const struct fabric *f, struct ctl_request *rq, const char *name)
{
	const struct config_port *port = config_port(f->config, name);

	if (port == NULL && config_lan(f->config, name) != NULL &&
	    command_has(rq->command, "lan"))
		ctl_refuse(rq, "not_found",
			   "there is no port '%.64s'; for the LAN write 'lan "
			   "%.64s'",
			   name, name);
	else if (port == NULL)
		refuse_name(f, rq, "port", "port", name);
	return port;
}

enum ctl_verdict
arg_refuse_lan(const struct fabric *f, struct ctl_request *rq, const char *name)
{
	return refuse_name(f, rq, "LAN", "lan", name);
}

bool
arg_address(struct ctl_request *rq, const char *text, struct ipaddr *a)
{
	if (ipaddr_parse(text, 4, a) == 0 || ipaddr_parse(text, 6, a) == 0)
		return true;
	ctl_refuse(
		rq, "usage",
		"'%.64s' is not an IP address such as 192.0.2.9 or 2001:db8::9",
		text);
	return false;
}

bool
arg_number(struct ctl_request *rq, const char *what, const char *text,
	   uint32_t least, uint32_t most, uint32_t *n)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*n = (uint32_t)value;
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
	    strlen(text) < 10 && value >= least && value <= most)
		return true;
	ctl_refuse(rq, "usage", "%s '%.32s': must be a number, %u to %u", what,
		   text, least, most);
	return false;
}

/* Sponges. */

/* A list longer than this ends with "...". */
#define LIST_SIZE 256

/* Appends to a list, or "..." once if it is full. */
static void
append(char *list, const char *text)
{
	size_t n = strlen(list);

	if (n + strlen(", ") + strlen(text) + sizeof(", ...") > LIST_SIZE)
		text = "...";
	if (n >= 3 && strcmp(list + n - 3, "...") == 0)
		return;
	snprintf(list + n, LIST_SIZE - n, "%s%s", n != 0 ? ", " : "", text);
}

static char *
list_lans(const struct fabric *f, char *list)
{
	const char *lan;
	unsigned int at = 0;

	list[0] = '\0';
	while ((lan = sponge_ops_lan(f, &at)) != NULL)
		append(list, lan);
	return list;
}

enum ctl_verdict
sponge_arg_refuse_lan(const struct fabric *f, struct ctl_request *rq,
		      const char *name)
{
	if (config_lan(f->config, name) == NULL)
		return arg_refuse_lan(f, rq, name);
	return ctl_refuse(rq, "no_sponge",
			  "LAN %s has no sponge: write 'sponge = on' and a "
			  "'sponge_mac' into [lan %s], and apply it",
			  name, name);
}

bool
sponge_arg_lans_are_there(const struct fabric *f, struct ctl_request *rq)
{
	const char *name = arg_text(rq, "lan");
	unsigned int at = 0;

	if (name != NULL && sponge_ops_mac(f, name) == 0)
		sponge_arg_refuse_lan(f, rq, name);
	else if (sponge_ops_lan(f, &at) == NULL)
		ctl_refuse(rq, "no_sponge",
			   "no LAN has a sponge: write 'sponge = on' and a "
			   "'sponge_mac' into the section of a LAN, and apply "
			   "it");
	return rq->code == NULL;
}

const char *
sponge_arg_lan(const struct fabric *f, struct ctl_request *rq)
{
	const char *name = arg_text(rq, "lan"), *first;
	unsigned int at = 0;
	char list[LIST_SIZE];

	if (!sponge_arg_lans_are_there(f, rq))
		return NULL;
	if (name != NULL)
		return name;
	first = sponge_ops_lan(f, &at);
	if (sponge_ops_lan(f, &at) == NULL)
		return first;
	ctl_refuse(rq, "usage",
		   "there is more than one sponge: add 'lan NAME', one of %s",
		   list_lans(f, list));
	return NULL;
}

static char *
list_prefixes(const struct fabric *f, const char *lan, uint8_t family,
	      char *list)
{
	const struct config_lan *c = config_lan(f->config, lan);
	const struct config_prefixes *p = family == 4 ? &c->ipv4 : &c->ipv6;
	char text[PREFIX_TEXT_SIZE];

	list[0] = '\0';
	for (unsigned int i = 0; i < p->n; i++)
		append(list, prefix_format(&p->value[i], text));
	return list[0] != '\0' ? list
			       : strcpy(list, "no prefix of that family");
}

static enum ctl_verdict
refuse_range(const struct fabric *f, struct ctl_request *rq, const char *lan,
	     const struct ipaddr *a, const char *text)
{
	char list[LIST_SIZE];
	const struct config_lan *c = config_lan(f->config, lan);

	if (ipaddr_is_link_local(a) && c->sponge_link_local != CONFIG_ON)
		return ctl_refuse(rq, "address",
				  "%s is link-local, and sponge_link_local of "
				  "LAN %s is off",
				  text, lan);
	for (unsigned int i = 0; a->family == 6 && i < c->ipv6.n; i++)
		if (prefix_contains(&c->ipv6.value[i], a))
			return ctl_refuse(rq, "not_found",
					  "%s is not known: there was no "
					  "request for it yet",
					  text);
	return ctl_refuse(rq, "address", "%s is outside LAN %s, which has %s",
			  text, lan, list_prefixes(f, lan, a->family, list));
}

static enum ctl_verdict
refuse_room(const struct fabric *f, struct ctl_request *rq, const char *lan,
	    const char *text)
{
	return ctl_refuse(rq, "full",
			  "no room for %s: LAN %s keeps track of %u IPv6 "
			  "addresses; raise nd_max_targets",
			  text, lan,
			  config_lan(f->config, lan)->nd_max_targets);
}

enum ctl_verdict
sponge_refuse(const struct fabric *f, struct ctl_request *rq, const char *lan,
	      const struct ipaddr *a, int error)
{
	char text[PREFIX_TEXT_SIZE];

	ipaddr_format(a, text);
	switch (-error) {
	case ENOENT:
		return sponge_arg_refuse_lan(f, rq, lan);
	case ERANGE:
		return refuse_range(f, rq, lan, a, text);
	case EPERM:
		return ctl_refuse(rq, "address",
				  "%s has no state: it is the sponge's own "
				  "address, or the first or last of its prefix",
				  text);
	case ENOSPC:
		return refuse_room(f, rq, lan, text);
	case ENXIO:
		return ctl_refuse(
			rq, "passive",
			"%s cannot be probed: the sponge of LAN %s is passive "
			"there, or has no sponge_ipv4 in the prefix",
			text, lan);
	case EBUSY:
		return ctl_refuse(rq, "busy",
				  "too many addresses are being probed; wait "
				  "two seconds, or add 'force'");
	default:
		return ctl_refuse(rq, "failed", "%s: %s", text,
				  strerror(-error));
	}
}
