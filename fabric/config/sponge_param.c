/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/sponge_param.h"

#include "fabric/config/config_impl.h"

#define PARAM(name, key, kind, member)                                         \
	{                                                                      \
#name, CONFIG_LAN_##key, SPONGE_PARAM_##kind,                  \
			offsetof(struct sponge_values, member)                 \
	}

/* In the order of the keys. */
const struct sponge_param sponge_param_list[SPONGE_PARAMS] = {
	PARAM(queuedepth, sponge_queuedepth, NUMBER, sponge.queuedepth),
	PARAM(rate, sponge_rate, NUMBER, sponge.rate),
	PARAM(pending_limit, sponge_pending, NUMBER, sponge.pending),
	PARAM(proberate, sponge_proberate, NUMBER, sponge.proberate),
	PARAM(flood_protection, sponge_flood_protection, DECIMAL,
	      sponge.flood_protection),
	PARAM(learning, sponge_learning, SECONDS, sponge.learning),
	PARAM(sweep, sponge_sweep, SECONDS, sponge.sweep),
	PARAM(sweep_age, sponge_sweep_age, SECONDS, sponge.sweep_age),
	PARAM(sweep_skip_alive, sponge_sweep_skip_alive, SWITCH,
	      sponge.sweep_skip_alive),
	PARAM(passive, sponge_passive, SWITCH, sponge.passive),
	PARAM(static_mode, sponge_static, SWITCH, sponge.fixed),
	PARAM(dummy, sponge_dummy, SWITCH, sponge.dummy),
	PARAM(arp_update, sponge_arp_update, WORDS, arp_update),
};

void
sponge_values_of(const struct config_lan *c, struct sponge_values *v)
{
	static const enum sponge_kind init[] = {
		[CONFIG_SPONGE_INIT_ALIVE] = SPONGE_ALIVE,
		[CONFIG_SPONGE_INIT_DEAD] = SPONGE_DEAD,
		[CONFIG_SPONGE_INIT_PENDING] = SPONGE_PENDING,
		[CONFIG_SPONGE_INIT_NONE] = SPONGE_NONE,
	};

	v->sponge = (struct sponge_params){
		.queuedepth = config_sponge_queuedepth(c),
		.rate = config_sponge_rate(c),
		.pending = c->sponge_pending,
		.proberate = c->sponge_proberate,
		.flood_protection = c->sponge_flood_protection,
		.init = init[c->sponge_init],
		.learning = c->sponge_learning,
		.sweep = c->sponge_sweep,
		.sweep_age = c->sponge_sweep_age,
		.sweep_at_start = c->sponge_sweep_at_start == CONFIG_ON,
		.sweep_skip_alive = c->sponge_sweep_skip_alive == CONFIG_ON,
		.passive = c->sponge_passive == CONFIG_ON,
		.fixed = c->sponge_static == CONFIG_ON,
		.dummy = c->sponge_dummy == CONFIG_ON,
		.gratuitous = c->sponge_gratuitous == CONFIG_ON,
	};
	v->arp_update = c->sponge_arp_update;
}

const struct sponge_param *
sponge_param_find(const char *name)
{
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++)
		if (strcmp(sponge_param_list[i].name, name) == 0)
			return &sponge_param_list[i];
	return NULL;
}

static const struct config_key *
key_of(const struct sponge_param *p)
{
	return &config_sections[CONFIG_SECTION_LAN].key[p->key];
}

const char *
sponge_param_key(const struct sponge_param *p)
{
	return key_of(p)->name;
}

uint32_t
sponge_param_get(const struct sponge_param *p, const struct sponge_values *v)
{
	const void *at = (const char *)v + p->offset;

	return p->kind == SPONGE_PARAM_SWITCH ? *(const bool *)at
					      : *(const uint32_t *)at;
}

void
sponge_param_copy(const struct sponge_param *p,
		  const struct sponge_values *from, struct sponge_values *to)
{
	memcpy((char *)to + p->offset, (const char *)from + p->offset,
	       p->kind == SPONGE_PARAM_SWITCH ? sizeof(bool)
					      : sizeof(uint32_t));
}

int
sponge_param_parse(const struct sponge_param *p, const char *text,
		   const struct config_lan *lan, struct sponge_values *v,
		   char why[CONFIG_WHY_SIZE])
{
	const struct config_key *key = key_of(p);
	/*
	 * None of these keys has memory of its own, and no other key is
	 * changed.
	 */
	struct config_lan scratch = *lan;
	struct sponge_values read;

	if (key->type->parse(key, text, (struct where){ 0 },
			     config_member(key, &scratch), why) != 0)
		return -EINVAL;
	sponge_values_of(&scratch, &read);
	sponge_param_copy(p, &read, v);
	return 0;
}

/*
 * The value as the member of struct config_lan: a switch is not 0 or 1 there.
 */
static uint32_t
member_of(const struct sponge_param *p, const struct sponge_values *v)
{
	uint32_t n = sponge_param_get(p, v);

	if (p->kind != SPONGE_PARAM_SWITCH)
		return n;
	return n != 0 ? CONFIG_ON : CONFIG_OFF;
}

char *
sponge_param_format(const struct sponge_param *p, const struct sponge_values *v,
		    char text[SPONGE_PARAM_TEXT])
{
	uint32_t member = member_of(p, v);
	FILE *out = fmemopen(text, SPONGE_PARAM_TEXT, "w");

	text[0] = '\0';
	if (out == NULL)
		return text;
	key_of(p)->type->print(&member, 0, out);
	fclose(out);
	return text;
}
