/* SPDX-License-Identifier: BSD-3-Clause */
/* Mirrors, and ports that listen, with what became of the copies. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/value.h"
#include "fabric/runtime/mirror.h"

static json_t *
names_of(const struct config_names *list)
{
	json_t *names = json_array();

	for (unsigned int i = 0; i < list->n; i++)
		json_array_append_new(names, json_string(list->value[i].id));
	return names;
}

static json_t *
reasons_of(const struct config_reasons *list)
{
	json_t *reasons = json_array();

	for (unsigned int i = 0; i < list->n; i++)
		json_array_append_new(
			reasons, json_string(list->value[i] != DROP_NONE
						     ? drop_name(list->value[i])
						     : "all"));
	return reasons;
}

static void
put_stats(json_t *row, const struct mirror_stats *s)
{
	value_put(row, "taken", s->taken);
	value_put(row, "filtered", s->filtered);
	value_put(row, "sent", s->sent);
	value_put(row, "lost", s->lost_budget + s->lost_ring + s->lost_egress);
	value_put(row, "lost_budget", s->lost_budget);
	value_put(row, "lost_ring", s->lost_ring);
	value_put(row, "lost_egress", s->lost_egress);
}

static const char *
direction_of(const struct config_mirror *c)
{
	static const char *const name[] = {
		[CONFIG_DIRECTION_BOTH] = "both",
		[CONFIG_DIRECTION_RX] = "rx",
		[CONFIG_DIRECTION_TX] = "tx",
		[CONFIG_DIRECTION_NONE] = "none",
	};

	return name[c->direction];
}

static json_t *
mirror_row(struct fabric *f, const struct config_mirror *c)
{
	struct mirror_stats s = mirror_stats(f, mirror_find(f, c->id, false));
	json_t *row =
		json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "mirror", c->id,
			  "kind", "mirror", "ports", names_of(&c->port), "lans",
			  names_of(&c->lan), "direction", direction_of(c),
			  "drops", reasons_of(&c->drops));

	json_object_set_new(row, "filter", value_text_or_null(c->filter));
	json_object_set_new(row, "to", value_text_or_null(c->to));
	json_object_set_new(row, "file", value_text_or_null(c->file));
	put_stats(row, &s);
	value_put(row, "file_octets", s.file_octets);
	json_object_set_new(row, "file_error",
			    value_text_or_null(s.file_error != 0
						       ? strerror(-s.file_error)
						       : NULL));
	return row;
}

static json_t *
listener_row(struct fabric *f, const struct config_port *c)
{
	struct mirror_stats s = mirror_stats(f, mirror_find(f, c->id, true));
	bool drops = c->listen == CONFIG_HEARS_DROPS;
	json_t *row = json_pack("{s:s, s:s, s:[], s:[s], s:s, s:o, s:n, s:s, "
				"s:n}",
				"mirror", c->id, "kind", "listen", "ports",
				"lans", c->lan, "direction", "floods", "drops",
				drops ? json_pack("[s]", "all") : json_array(),
				"filter", "to", c->id, "file");

	put_stats(row, &s);
	value_put(row, "file_octets", 0);
	json_object_set_new(row, "file_error", json_null());
	return row;
}

enum ctl_verdict
answer_mirror_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const struct config *c = f->config;

	(void)rq;
	*part = json_array();
	for (unsigned int i = 0; i < c->nmirrors; i++)
		json_array_append_new(*part, mirror_row(f, &c->mirror[i]));
	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].listen != CONFIG_HEARS_OFF)
			json_array_append_new(*part,
					      listener_row(f, &c->port[i]));
	return CTL_END;
}
