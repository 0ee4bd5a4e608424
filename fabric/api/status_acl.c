/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/status_acl.h"

#include "fabric/runtime/runtime.h"
#include "lib/acl_text.h"

static uint64_t
hits_of(const struct fabric *f, const struct rule_hits *hits, unsigned int i)
{
	uint64_t n = 0;

	for (unsigned int w = 0; w < f->nworkers; w++)
		n += counter_read(&hits->n[w * hits->stride + i]);
	return n;
}

static const char *
action_name(enum acl_action action)
{
	static const char *const name[] = {
		[ACL_ACTION_PERMIT] = "permit",
		[ACL_ACTION_DENY] = "deny",
		[ACL_ACTION_COUNT] = "count",
	};

	return name[action];
}

static json_t *
rule_row(const struct fabric *f, const struct config_port *c,
	 const struct port_rules *r, bool out, unsigned int i)
{
	const struct config_acl *acl = config_acl(f->config, r->acl->name);
	struct where at = acl->rule.at[i];
	char text[ACL_TEXT_SIZE];

	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:I}",
			 "port", c->id, "direction", out ? "out" : "in", "acl",
			 r->acl->name, "number", (json_int_t)i + 1, "action",
			 action_name(r->acl->rule[i].action), "rule",
			 acl_rule_format(&r->acl->rule[i], text), "hits",
			 (json_int_t)hits_of(f, r->hits, i), "file", at.file,
			 "line", (json_int_t)at.line);
}

json_t *
status_acl(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();

	for (unsigned int out = 0; p != NULL && out < 2; out++)
		for (unsigned int i = 0;
		     p->rules[out].acl != NULL && i < p->rules[out].acl->n; i++)
			json_array_append_new(
				rows, rule_row(f, c, &p->rules[out], out, i));
	return rows;
}
