/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/arg.h"

#include <stdlib.h>
#include <string.h>

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
	const char *name = arg_text(rq, "port");
	const struct config_port *port = config_port(f->config, name);

	if (port == NULL)
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
