/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Drafts of whole exchanges, and small changes of one.  What a change breaks
 * elsewhere (a prefix, and the addresses in it) is left to the caller to mend.
 */
#include "tests/model/draft.h"
#include "tests/model/pick.h"

static void
set_random(const struct draft *d, struct draft_section *s,
	   const struct config_key *key)
{
	char value[DRAFT_VALUE];

	draw_value(d, s, key, value);
	draft_set(s, key, value);
}

static void
set_named(const struct draft *d, struct draft_section *s, const char *key)
{
	set_random(d, s, config_key_find(s->type, key));
}

/* Keys that say where a section belongs; they are changed with others. */
static bool
is_place(const struct config_key *key)
{
	static const char *const places[] = { "device", "parent", "tag", "lan",
					      "sponge" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(key->name, places[i]) == 0)
			return true;
	return false;
}

/* Every key of the section, by chance. */
static void
sprinkle(const struct draft *d, struct draft_section *s, unsigned int chance)
{
	for (unsigned int i = 0; i < s->type->nkeys; i++)
		if (!is_place(&s->type->key[i]) && one_in(chance))
			set_random(d, s, &s->type->key[i]);
}

static const char *
free_name(const struct draft *d, enum config_section_kind kind, unsigned int n,
	  char name[CONFIG_NAME_SIZE])
{
	unsigned int first = pick(n);

	for (unsigned int i = 0; i < n; i++) {
		snprintf(name, CONFIG_NAME_SIZE, "%c%u",
			 config_sections[kind].type[0], (first + i) % n);
		if (draft_find(d, kind, name) == NULL)
			return name;
	}
	return NULL;
}

static struct draft_section *
add_free(struct draft *d, enum config_section_kind kind, unsigned int n)
{
	char name[CONFIG_NAME_SIZE];

	if (free_name(d, kind, n, name) == NULL)
		return NULL;
	return draft_add(d, kind, name);
}

static void
add_sponge(struct draft *d, struct draft_section *s)
{
	if (draft_get(s, "ipv4") == NULL)
		set_named(d, s, "ipv4");
	if (draft_get(s, "sponge_mac") == NULL)
		set_named(d, s, "sponge_mac");
	draft_put(s, "sponge", "on");
}

static void
add_lan(struct draft *d)
{
	struct draft_section *s =
		add_free(d, CONFIG_SECTION_LAN, draft_size.lans);

	if (s == NULL)
		return;
	for (unsigned int i = pick(3); i > 0; i--)
		set_named(d, s, "ipv4");
	if (one_in(2))
		set_named(d, s, "ipv6");
	if (one_in(3))
		draft_put(s, "profile", "open");
	sprinkle(d, s, 12);
	if (one_in(3))
		add_sponge(d, s);
}

static bool
uses_device(const struct draft_section *s, const char *device)
{
	size_t n = strcspn(device, ",");

	for (unsigned int i = 0; i < s->n; i++)
		if (strcmp(s->line[i].key->name, "device") == 0 &&
		    strcspn(s->line[i].value, ",") == n &&
		    strncmp(s->line[i].value, device, n) == 0)
			return true;
	return false;
}

/* Whether a port uses the device of this text, up to the comma. */
static bool
is_taken(const struct draft *d, const char *device)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (uses_device(&d->section[i], device))
			return true;
	return false;
}

static void
set_device(struct draft *d, struct draft_section *s)
{
	char device[DRAFT_VALUE];
	unsigned int tries = 20;

	do
		draw_value(d, s, config_key_find(s->type, "device"), device);
	while (is_taken(d, device) && --tries > 0);
	draft_put(s, "device", device);
}

/* A device of its own, or a tag on that of another. */
static void
attach(struct draft *d, struct draft_section *s)
{
	const struct draft_section *parent = draft_any(d, CONFIG_SECTION_PORT);

	draft_unset(s, "device");
	draft_unset(s, "parent");
	draft_unset(s, "tag");
	if (one_in(3) && parent != NULL && parent != s &&
	    draft_get(parent, "device") != NULL) {
		draft_put(s, "parent", parent->name);
		set_named(d, s, "tag");
	} else {
		set_device(d, s);
		/* A LAG, which is static mostly: without a partner it is down. */
		while (one_in(4))
			set_device(d, s);
		draft_unset(s, "lacp");
	}
}

static void
add_port(struct draft *d)
{
	struct draft_section *s =
		add_free(d, CONFIG_SECTION_PORT, draft_size.ports);

	if (s == NULL)
		return;
	attach(d, s);
	set_named(d, s, "lan");
	for (unsigned int i = pick(3); i > 0; i--)
		set_named(d, s, "mac");
	if (one_in(2))
		set_named(d, s, "ipv4");
	if (one_in(3))
		set_named(d, s, "ipv6");
	if (one_in(4))
		draft_put(s, "mac_limit", "3");
	sprinkle(d, s, 20);
}

static void
add_acl(struct draft *d)
{
	struct draft_section *s =
		add_free(d, CONFIG_SECTION_ACL, draft_size.acls);

	for (unsigned int i = pick(4); s != NULL && i > 0; i--)
		sprinkle(d, s, 1);
}

/* Some make no sense: the port of another one, or a port with a LAN. */
static void
add_mirror(struct draft *d)
{
	struct draft_section *s = add_free(d, CONFIG_SECTION_MIRROR, 4);

	if (s == NULL)
		return;
	set_named(d, s, one_in(2) ? "port" : "lan");
	if (one_in(3))
		set_named(d, s, "to");
	else
		draft_put(s, "file", s->name);
	if (one_in(2))
		set_named(d, s, "direction");
	if (one_in(2))
		set_named(d, s, "drops");
	if (one_in(3))
		draft_put(s, "filter", "arp or tcp port 179");
	if (one_in(3))
		set_named(d, s, "snap");
	if (one_in(3))
		draft_put(s, "rate", "1000pps");
}

void
mutate_new(struct draft *d)
{
	struct draft_section *fixed = NULL;

	/* What is fixed stands first. */
	for (unsigned int i = 0; i < d->n; i++)
		if (d->section[i].fixed)
			fixed = &d->section[i];
	d->n = fixed != NULL ? (unsigned int)(fixed - d->section) + 1 : 0;
	if (d->n == 0)
		draft_add(d, CONFIG_SECTION_FABRIC, "");
	d->section[0].n = 0;
	/* The default is large: that costs time. */
	if (!one_in(20))
		draft_put(&d->section[0], "mac_table", "64");
	sprinkle(d, &d->section[0], 8);
	for (unsigned int i = pick(draft_size.acls - 1); i > 0; i--)
		add_acl(d);
	for (unsigned int i = 1 + pick(draft_size.lans / 2); i > 0; i--)
		add_lan(d);
	for (unsigned int i = 2 + pick(draft_size.ports / 2); i > 0; i--)
		add_port(d);
	if (one_in(3))
		add_mirror(d);
}

static struct draft_section *
any_section(struct draft *d)
{
	struct draft_section *s = draft_any(d, pick(CONFIG_SECTIONS));

	return s != NULL ? s : &d->section[0];
}

static void
change_key(struct draft *d)
{
	struct draft_section *s = any_section(d);
	const struct config_key *key = &s->type->key[pick(s->type->nkeys)];

	if (strcmp(key->name, "mac_table") != 0 &&
	    (one_in(3) || (key->list && one_in(2))))
		draft_unset(s, key->name);
	else if (strcmp(key->name, "sponge") == 0)
		add_sponge(d, s);
	else if (!is_place(key))
		set_random(d, s, key);
}

static void
change_fabric(struct draft *d)
{
	set_random(d, &d->section[0],
		   &d->section[0].type->key[pick(CONFIG_FABRIC_KEYS)]);
}

static void
change_table(struct draft *d)
{
	set_named(d, &d->section[0], "mac_table");
}

static void
change_mtu(struct draft *d)
{
	struct draft_section *s = draft_any(d, CONFIG_SECTION_LAN);

	if (s != NULL)
		set_named(d, s, "mtu");
}

static void
change_place(struct draft *d)
{
	struct draft_section *s = draft_any(d, CONFIG_SECTION_PORT);

	if (s == NULL)
		return;
	if (one_in(2))
		attach(d, s);
	else
		set_named(d, s, "lan");
}

/* Its device with other arguments. */
static void
change_arguments(struct draft *d)
{
	struct draft_section *s = draft_any(d, CONFIG_SECTION_PORT);
	const char *device = s != NULL ? draft_get(s, "device") : NULL;
	char text[DRAFT_VALUE];

	if (device == NULL)
		return;
	snprintf(text, 64, "%.*s", (int)strcspn(device, ","), device);
	if (strchr(device, ',') == NULL)
		strcat(text, one_in(2) ? ",size=64" : ",size=128");
	draft_put(s, "device", text);
}

static void
remove_any(struct draft *d)
{
	struct draft_section *s = any_section(d);

	if (s != &d->section[0])
		draft_remove(d, s);
}

static void
remove_port(struct draft *d)
{
	struct draft_section *s = draft_any(d, CONFIG_SECTION_PORT);

	if (s != NULL)
		draft_remove(d, s);
}

/* The port that stands first, which others may stand behind in tables. */
static void
remove_first(struct draft *d)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (d->section[i].type ==
			    &config_sections[CONFIG_SECTION_PORT] &&
		    !d->section[i].fixed) {
			draft_remove(d, &d->section[i]);
			return;
		}
}

/* Values that name the section by a key of this type get its new name. */
static void
rename_in(struct draft *d, const char *from, const char *to)
{
	for (unsigned int i = 0; i < d->n; i++)
		for (unsigned int k = 0; k < d->section[i].n; k++) {
			struct draft_line *l = &d->section[i].line[k];

			if (l->key->type == &config_type_NAME &&
			    strcmp(l->value, from) == 0)
				snprintf(l->value, DRAFT_VALUE, "%s", to);
		}
}

static void
rename_section(struct draft *d)
{
	const unsigned int most[] = { [CONFIG_SECTION_LAN] = draft_size.lans,
				      [CONFIG_SECTION_PORT] = draft_size.ports,
				      [CONFIG_SECTION_ACL] = draft_size.acls,
				      [CONFIG_SECTION_MIRROR] = 4 };
	enum config_section_kind kind = 1 + pick(CONFIG_SECTIONS - 1);
	struct draft_section *s = draft_any(d, kind);
	char name[CONFIG_NAME_SIZE];

	if (s == NULL || free_name(d, kind, most[kind], name) == NULL)
		return;
	if (!one_in(10))
		rename_in(d, s->name, name);
	strcpy(s->name, name);
}

static void
swap_values(struct draft_section *a, struct draft_section *b, const char *key)
{
	const char *of_a = draft_get(a, key), *of_b = draft_get(b, key);
	char value[DRAFT_VALUE];

	if (of_a == NULL || of_b == NULL)
		return;
	snprintf(value, sizeof(value), "%s", of_a);
	draft_unset(a, key);
	draft_put(a, key, of_b);
	draft_unset(b, key);
	draft_put(b, key, value);
}

static void
swap(struct draft *d)
{
	static const char *const keys[] = { "device", "mac", "lan",   "ipv4",
					    "ipv6",   "tag", "status" };
	struct draft_section *a = draft_any(d, CONFIG_SECTION_PORT);
	struct draft_section *b = draft_any(d, CONFIG_SECTION_PORT);
	config_name name;

	if (a == NULL || a == b)
		return;
	if (!one_in(4)) {
		swap_values(a, b, keys[pick(sizeof(keys) / sizeof(keys[0]))]);
		return;
	}
	memcpy(name, a->name, sizeof(name));
	memcpy(a->name, b->name, sizeof(name));
	memcpy(b->name, name, sizeof(name));
}

static void
reorder(struct draft *d)
{
	static struct draft_section moved;
	unsigned int from = pick(d->n), to = pick(d->n);

	if (from == 0 || to == 0 || d->section[from].fixed ||
	    d->section[to].fixed)
		return;
	moved = d->section[from];
	d->section[from] = d->section[to];
	d->section[to] = moved;
}

/* Something that no configuration has. */
static void
break_it(struct draft *d)
{
	struct draft_section *s = any_section(d);
	const struct config_key *key = &s->type->key[pick(s->type->nkeys)];

	draft_set(s, key, one_in(2) ? "4294967296" : "no such value");
}

void
mutate(struct draft *d)
{
	static const struct {
		unsigned int weight;
		void (*change)(struct draft *);
	} changes[] = {
		{ 12, change_key },  { 2, change_fabric },
		{ 5, change_table }, { 6, change_mtu },
		{ 4, change_place }, { 3, add_port },
		{ 2, add_lan },      { 1, add_acl },
		{ 2, remove_port },  { 3, remove_first },
		{ 1, remove_any },   { 2, rename_section },
		{ 4, swap },         { 2, reorder },
		{ 1, break_it },     { 2, change_arguments },
	};
	unsigned int total = 0, n;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		total += changes[i].weight;
	n = pick(total);
	for (size_t i = 0;; n -= changes[i++].weight)
		if (n < changes[i].weight) {
			changes[i].change(d);
			return;
		}
}
