/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an operator is told of a fabric after an apply, and of one that has just
 * started with the same file.
 */
#include <jansson.h>

#include "fabric/api/answers.h"
#include "fabric/api/command.h"
#include "tests/model/model.h"
#include "tests/model/world.h"

/*
 * Keys of what has happened, besides times in seconds; the others follow from the
 * configuration.
 */
static const char *const past[] = {
	"aged",
	"busy_percent",
	"culled",
	"dropped",
	"drops_per_second",
	"err_disabled_by",
	"err_disabled_count",
	"flushed",
	"frozen",
	"generation",
	"healthy",
	"hits",
	"learned",
	"link_changes",
	"macs",
	"macs_refused",
	"moved",
	"overrides",
	"ports",
	"problems",
	"refused",
	"rx_bits_per_second",
	"rx_bytes",
	"rx_dropped",
	"rx_frames",
	"rx_frames_per_second",
	"sponge",
	"state",
	"totals",
	"tx_bits_per_second",
	"tx_bytes",
	"tx_dropped",
	"tx_frames",
	"tx_frames_per_second",
};

static bool
is_past(const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < sizeof(past) / sizeof(past[0]); i++)
		if (strcmp(key, past[i]) == 0)
			return true;
	return n > 8 && strcmp(key + n - 8, "_seconds") == 0;
}

static void
forget_past(json_t *value)
{
	const char *key;
	json_t *inner;
	void *next;
	size_t i;

	json_object_foreach_safe(value, next, key, inner)
	{
		if (is_past(key))
			json_object_del(value, key);
		else
			forget_past(inner);
	}
	json_array_foreach(value, i, inner) forget_past(inner);
}

/*
 * The speed of a link that is held down because it has flapped is not known; a
 * fabric that has just started holds none.  Rows of 'port show'.
 */
static void
forget_held(json_t *found, json_t *wanted)
{
	json_t *row;
	size_t i;

	json_array_foreach(found, i, row)
	{
		if (!json_is_integer(json_object_get(row, "held_seconds")))
			continue;
		json_object_del(row, "speed_mbit");
		json_object_del(json_array_get(wanted, i), "speed_mbit");
	}
}

/* All parts of the answer. */
static json_t *
ask(struct answers *a, const char *command, const char *port)
{
	struct ctl_request rq = { .command = command_find(command),
				  .args = json_pack("{s:s*}", "port", port) };
	json_t *result = NULL, *part;
	enum ctl_verdict verdict;

	do {
		part = NULL;
		verdict = answers_ops.answer(a, &rq, &part);
		MODEL_MUST(verdict != CTL_ERROR && part != NULL);
		if (result == NULL) {
			result = part;
			continue;
		}
		json_array_extend(result, part);
		json_decref(part);
	} while (verdict == CTL_MORE);
	answers_ops.done(a, &rq);
	json_decref((json_t *)(uintptr_t)rq.args);
	return result;
}

static void
compare(struct answers *a, struct answers *fresh, const char *command,
	const char *port)
{
	json_t *found = ask(a, command, port);
	json_t *wanted = ask(fresh, command, port);

	forget_held(found, wanted);
	forget_past(found);
	forget_past(wanted);
	if (!json_equal(found, wanted))
		dump_compare(
			command,
			json_dumps(wanted, JSON_INDENT(1) | JSON_SORT_KEYS),
			json_dumps(found, JSON_INDENT(1) | JSON_SORT_KEYS));
	json_decref(found);
	json_decref(wanted);
}

void
answers_compare(struct world *w, struct world *fresh)
{
	static const char *const asked[] = { "config show", "acl show",
					     "port show", "status" };
	struct answers *a = answers_create(w->f, "model.ini");
	struct answers *b = answers_create(fresh->f, "model.ini");

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		compare(a, b, asked[i], NULL);
	for (unsigned int i = 0; i < w->f->config->nports; i++) {
		const char *name = w->f->config->port[i].id;
		const struct port_rt *p = runtime_port(w->f, name);

		/* Nothing by an operator or a violation. */
		if (p->blocked == 0 &&
		    p->culled == runtime_port(fresh->f, name)->culled)
			compare(a, b, "policy show", name);
	}
	answers_free(a);
	answers_free(b);
}
