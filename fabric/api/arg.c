/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/arg.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/runtime.h"
#include "lib/nearest.h"

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

/*
 * No object of this kind is called 'name': the error offers the nearest name.
 * There are 'n' objects of 'size' octets, and each begins with its name.
 */
static enum ctl_verdict
refuse_name(struct ctl_request *rq, const char *kind, const char *name,
	    const void *objects, size_t size, unsigned int n)
{
	const char **known = calloc(n + 1, sizeof(*known));
	const char *near = NULL;

	for (unsigned int i = 0; known != NULL && i < n; i++)
		known[i] = (const char *)objects + i * size;
	if (known != NULL)
		near = nearest_word(name, known, n);
	free(known);
	return ctl_refuse(rq, "not_found", "there is no %s '%.64s'%s%s%s", kind,
			  name, near != NULL ? "; did you mean '" : "",
			  near != NULL ? near : "", near != NULL ? "'?" : "");
}

const struct config_port *
arg_port(const struct fabric *f, struct ctl_request *rq)
{
	const struct config *c = f->config;
	const char *name = arg_text(rq, "port");
	const struct config_port *port = config_port(c, name);

	if (port == NULL)
		refuse_name(rq, "port", name, c->port, sizeof(c->port[0]),
			    c->nports);
	return port;
}

enum ctl_verdict
arg_refuse_lan(const struct fabric *f, struct ctl_request *rq, const char *name)
{
	const struct config *c = f->config;

	return refuse_name(rq, "LAN", name, c->lan, sizeof(c->lan[0]),
			   c->nlans);
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
