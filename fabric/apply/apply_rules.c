/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACLs that come and go with a configuration.
 *
 * An ACL whose rules are the same in both configurations is the same object, and
 * a port that keeps it keeps its counters.  One that changes is compiled anew
 * beside the old one: a frame is judged by the one or the other.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "fabric/apply/retire.h"
#include "lib/acl_compile.h"
#include "lib/acl_text.h"

#define LINE_COUNTERS 8 /* in a cache line, which workers do not share */

static bool
is_same(const struct acl_rt *a, const struct config_acl *c)
{
	if (strcmp(a->name, c->id) != 0 || a->n != c->rule.n)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (!acl_rule_equal(&a->rule[i], &c->rule.value[i]))
			return false;
	return true;
}

static struct acl_rt *
acl_create(const struct config_acl *c)
{
	struct acl_rt *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	strlcpy(a->name, c->id, sizeof(a->name));
	a->n = c->rule.n;
	a->rule = calloc(a->n + 1, sizeof(*a->rule));
	a->compiled = acl_compile(c->rule.value, c->rule.n);
	if (a->rule == NULL || a->compiled == NULL) {
		object_free_acl(a);
		return NULL;
	}
	for (unsigned int i = 0; i < a->n; i++)
		a->rule[i] = c->rule.value[i];
	return a;
}

static struct acl_rt *
find(struct acl_rt *list, const struct config_acl *c)
{
	while (list != NULL && !is_same(list, c))
		list = list->next;
	return list;
}

/* The object for 'c', made if there is none. */
static struct acl_rt *
acl_for(struct apply *a, const struct config_acl *c)
{
	struct acl_rt *acl = find(a->f->acls, c);

	if (acl == NULL)
		acl = find(a->acls, c);
	if (acl != NULL)
		return acl;
	acl = acl_create(c);
	if (acl == NULL)
		return NULL;
	acl->next = a->acls;
	a->acls = acl;
	return acl;
}

static struct rule_hits *
hits_create(unsigned int nrules, unsigned int nworkers)
{
	size_t stride =
		(nrules + LINE_COUNTERS) / LINE_COUNTERS * LINE_COUNTERS;
	size_t size = sizeof(struct rule_hits) +
		      stride * nworkers * sizeof(struct counter);
	struct rule_hits *h = aligned_alloc(64, (size + 63) & ~(size_t)63);

	if (h == NULL)
		return NULL;
	memset(h, 0, size);
	h->stride = stride;
	return h;
}

static int
make_rules(struct apply *a, const struct config_acl *c,
	   const struct port_rules *old, struct port_rules *new_rules)
{
	memset(new_rules, 0, sizeof(*new_rules));
	if (c == NULL)
		return 0;
	new_rules->acl = acl_for(a, c);
	if (new_rules->acl == NULL)
		return -ENOMEM;
	if (new_rules->acl == old->acl) {
		*new_rules = *old;
		return 0;
	}
	new_rules->hits = hits_create(new_rules->acl->n, a->f->nworkers);
	return new_rules->hits != NULL ? 0 : -ENOMEM;
}

static int
make(struct apply *a, unsigned int i)
{
	int rc = 0;

	a->nrules = i + 1;
	for (unsigned int out = 0; rc == 0 && out < 2; out++)
		rc = make_rules(
			a, config_acl_of(a->config, &a->config->port[i], out),
			&a->next->port[i]->rules[out], &a->next->rules[i][out]);
	return rc;
}

static void
undo(struct apply *a)
{
	struct acl_rt *acl, *next;

	for (unsigned int i = 0; i < a->nrules; i++)
		for (unsigned int out = 0; out < 2; out++)
			if (a->next->rules[i][out].hits !=
			    a->next->port[i]->rules[out].hits)
				free(a->next->rules[i][out].hits);
	for (acl = a->acls; acl != NULL; acl = next) {
		next = acl->next;
		object_free_acl(acl);
	}
}

/* The new ones are among those of the fabric from here on. */
static void
adopt(struct apply *a)
{
	struct acl_rt **end = &a->acls;

	while (*end != NULL)
		end = &(*end)->next;
	*end = a->f->acls;
	a->f->acls = a->acls;
}

/* Takes the ACLs that no port has any more out of the list. */
static struct acl_rt *
take_unused(struct apply *a)
{
	struct acl_rt *taken = NULL, **at = &a->f->acls;

	for (struct acl_rt *acl = *at; acl != NULL; acl = acl->next)
		acl->used = false;
	for (unsigned int i = 0; i < a->config->nports; i++)
		for (unsigned int out = 0; out < 2; out++)
			if (a->next->rules[i][out].acl != NULL)
				a->next->rules[i][out].acl->used = true;
	while (*at != NULL) {
		struct acl_rt *acl = *at;

		if (acl->used) {
			at = &acl->next;
			continue;
		}
		*at = acl->next;
		acl->next = taken;
		taken = acl;
	}
	return taken;
}

static void
retire_hits(struct apply *a, const struct port_rules *old,
	    const struct port_rules *new_rules)
{
	if (old->hits == NULL || old->hits == new_rules->hits)
		return;
	old->hits->next = a->retired->hits;
	a->retired->hits = old->hits;
}

static void
keep(struct apply *a)
{
	adopt(a);
	for (unsigned int i = 0; i < a->config->nports; i++) {
		struct port_rt *p = a->next->port[i];

		for (unsigned int out = 0; out < 2; out++) {
			retire_hits(a, &p->rules[out], &a->next->rules[i][out]);
			p->rules[out] = a->next->rules[i][out];
		}
	}
	a->retired->acls = take_unused(a);
}

const struct apply_step apply_rules = { "the ACLs", object_ports, 1,
					make,       undo,         keep };
