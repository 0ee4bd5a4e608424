/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes a struct config from lines: sections, keys, included files.  Reports
 * errors that can be seen in one line; config_check.c reports the others.
 */
#include "fabric/config/config_impl.h"

#include "fabric/config/config_texts.h"
#include "lib/inifile.h"
#include "lib/nearest.h"
#include "lib/textfile.h"

struct reader {
	struct config_reading r;
	bool included; /* the current file is not the first */
	bool full[CONFIG_SECTIONS];
	bool no_memory;

	/* The current section; kind NULL: its keys are ignored. */
	const struct config_section *kind;
	void *section;
	char title[INIFILE_LINE_MAX + 1]; /* "port x" */
	unsigned int nerrors;             /* that were reported here */

	/* A section that is read only for its errors. */
	union {
#define SECTION(type, TYPE) struct config_##type type;
#include "fabric/config/section_list.h"
	} scratch;
};

static void
enter(struct reader *rd, const struct config_section *kind, void *section)
{
	rd->kind = kind;
	rd->section = section;
	rd->nerrors = faults_errors(rd->r.faults);
	if (config_section_init(kind, section) != 0)
		rd->no_memory = true;
}

static void
enter_scratch(struct reader *rd, const struct config_section *kind)
{
	memset(&rd->scratch, 0, sizeof(rd->scratch));
	enter(rd, kind, &rd->scratch);
}

/* Adds a section, and makes it the current one. */
static void
add_section(struct reader *rd, const struct config_section *kind,
	    const char *name, struct where at)
{
	struct config *c = rd->r.config;
	void *section = kind->most == 0 ? config_section_at(c, kind, 0)
					: config_section_add(c, kind, name);

	if (section == NULL) {
		rd->no_memory = true;
		return;
	}
	*CONFIG_OF(section, at) = at;
	enter(rd, kind, section);
}

/* Whether there are too many sections of 'kind'.  Reports it once. */
static bool
is_full(struct reader *rd, const struct config_section *kind, struct where at)
{
	bool *full = &rd->full[kind - config_sections];

	if (kind->most == 0 ||
	    config_section_count(rd->r.config, kind) < kind->most)
		return false;
	if (!*full)
		faults_error(rd->r.faults, at, rd->title,
			     "too many %ss: there can be %u", kind->noun,
			     kind->most);
	*full = true;
	return true;
}

static bool
is_repeated(struct reader *rd, const struct config_section *kind,
	    const char *name, struct where at)
{
	const void *there = config_section_find(rd->r.config, kind, name);
	struct where first = { 0 };

	if (there != NULL)
		first = *CONFIG_OF(there, at);
	if (first.line == 0)
		return false;
	faults_error(rd->r.faults, at, rd->title,
		     "this section is given twice, first at %s:%u: put all "
		     "keys in one section",
		     first.file, first.line);
	return true;
}

/* Whether a section of 'kind' may be called 'name'. */
static bool
is_name_valid(struct reader *rd, const struct config_section *kind,
	      const char *name, struct where at)
{
	if (kind->most == 0 && *name != '\0')
		faults_error(rd->r.faults, at, rd->title,
			     "takes no name: write [%s]", kind->type);
	else if (kind->most != 0 && *name == '\0')
		faults_error(rd->r.faults, at, rd->title,
			     "needs a name: write [%s NAME]", kind->type);
	else if (kind->most != 0 && !config_name_is_valid(name))
		faults_error(rd->r.faults, at, rd->title,
			     "wrong name: use 1 to %d of A-Z, a-z, 0-9, '.', "
			     "'_' and '-'",
			     CONFIG_NAME_SIZE - 1);
	else
		return true;
	return false;
}

/* Makes the section the current one.  A wrong one is read for its errors. */
static void
open_section(struct reader *rd, const struct config_section *kind,
	     const char *name, struct where at)
{
	if (!is_name_valid(rd, kind, name, at) || is_full(rd, kind, at)) {
		rd->r.lost = true;
		enter_scratch(rd, kind);
	} else if (is_repeated(rd, kind, name, at)) {
		enter_scratch(rd, kind);
	} else {
		add_section(rd, kind, name, at);
	}
}

/* "[fabric], [lan NAME] and [port NAME]" */
static char *
list_types(char *text, size_t size)
{
	size_t used = 0;

	for (unsigned int i = 0; i < CONFIG_SECTIONS && used < size; i++) {
		const char *lead = i == 0                     ? ""
				   : i + 1 == CONFIG_SECTIONS ? " and "
							      : ", ";

		used += (size_t)snprintf(
			text + used, size - used, "%s[%s%s]", lead,
			config_sections[i].type,
			config_sections[i].most == 0 ? "" : " NAME");
	}
	return text;
}

static void
unknown_section(struct reader *rd, const char *type, struct where at)
{
	const char *known[CONFIG_SECTIONS];
	const char *near;
	char types[256];

	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		known[i] = config_sections[i].type;
	near = nearest_word(type, known, CONFIG_SECTIONS);
	if (near == NULL)
		faults_error(rd->r.faults, at, rd->title,
			     "unknown type of section '%s': there are %s", type,
			     list_types(types, sizeof(types)));
	else
		faults_error(
			rd->r.faults, at, rd->title,
			"unknown type of section '%s' (did you mean '%s'?)",
			type, near);
}

/* An error that was not reported here is about a line of the section. */
static void
note_lost_lines(struct reader *rd)
{
	if (rd->kind != NULL && faults_errors(rd->r.faults) != rd->nerrors)
		*CONFIG_OF(rd->section, incomplete) = true;
}

static void
leave_section(struct reader *rd)
{
	note_lost_lines(rd);
	if (rd->kind != NULL && rd->section == &rd->scratch)
		config_section_clear(rd->kind, rd->section);
	rd->kind = NULL;
}

static void
take_section(void *arg, struct where at, const char *type, const char *name)
{
	struct reader *rd = arg;
	const struct config_section *kind;

	leave_section(rd);
	if (type == NULL) {
		rd->r.lost = true;
		return;
	}
	snprintf(rd->title, sizeof(rd->title), "%s%s%s", type,
		 *name == '\0' ? "" : " ", name);
	kind = config_section_of_type(type);
	if (kind != NULL) {
		open_section(rd, kind, name, at);
		return;
	}
	rd->r.lost = true;
	unknown_section(rd, type, at);
}

/* The type of another section that has the key. */
static const char *
other_section(const struct reader *rd, const char *name)
{
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		if (&config_sections[i] != rd->kind &&
		    config_key_find(&config_sections[i], name) != NULL)
			return config_sections[i].type;
	return NULL;
}

static void
unknown_key(struct reader *rd, const char *name, struct where at)
{
	const char *known[CONFIG_KEYS_MAX];
	const char *home = other_section(rd, name);
	const char *near;

	for (unsigned int i = 0; i < rd->kind->nkeys; i++)
		known[i] = rd->kind->key[i].name;
	near = nearest_word(name, known, rd->kind->nkeys);
	if (home != NULL)
		faults_error(rd->r.faults, at, rd->title,
			     "unknown key '%s': it belongs in a [%s] section",
			     name, home);
	else if (near != NULL)
		faults_error(rd->r.faults, at, rd->title,
			     "unknown key '%s' (did you mean '%s'?)", name,
			     near);
	else
		faults_error(rd->r.faults, at, rd->title, "unknown key '%s'",
			     name);
}

/* Whether the key may stand here, with any value. */
static bool
is_key_allowed(struct reader *rd, const struct config_key *key, struct where at)
{
	unsigned int first =
		(*CONFIG_OF(rd->section, line))[key - rd->kind->key];

	if (!key->list && first != 0) {
		faults_error(rd->r.faults, at, rd->title,
			     "'%s' is given twice, first at line %u", key->name,
			     first);
		return false;
	}
	if (rd->included && key->type == &config_type_FILES) {
		faults_error(rd->r.faults, at, rd->title,
			     "an included file cannot include others");
		return false;
	}
	return true;
}

/* Whether there is a value where one is needed. */
static bool
has_value(struct reader *rd, const struct config_key *key, const char *value,
	  struct where at)
{
	if (*value != '\0')
		return true;
	if (key->type == &config_type_TEXT && key->min == 0) {
		faults_warning(rd->r.faults, at, rd->title, "%s is empty",
			       key->name);
		return true;
	}
	faults_error(rd->r.faults, at, rd->title, "'%s' needs a value: %s",
		     key->name, key->type->what);
	return false;
}

static bool
take_value(struct reader *rd, const struct config_key *key, const char *value,
	   struct where at)
{
	char why[CONFIG_WHY_SIZE];
	int rc;

	if (!has_value(rd, key, value, at))
		return false;
	rc = key->type->parse(key, value, at, config_member(key, rd->section),
			      why);
	if (rc == 0)
		return true;
	if (rc == -ENOMEM)
		rd->no_memory = true;
	faults_error(rd->r.faults, at, rd->title, "%s = %s: %s", key->name,
		     value, why);
	return false;
}

static void
take_known_key(struct reader *rd, const struct config_key *key,
	       const char *value, struct where at)
{
	unsigned int i = (unsigned int)(key - rd->kind->key);

	if (!is_key_allowed(rd, key, at))
		return;
	(*CONFIG_OF(rd->section, line))[i] = at.line;
	if (!take_value(rd, key, value, at))
		(*CONFIG_OF(rd->section, bad))[i] = true;
}

static void
take_key(void *arg, struct where at, const char *name, const char *value)
{
	struct reader *rd = arg;
	const struct config_key *key;

	if (rd->kind == NULL)
		return;
	note_lost_lines(rd);
	key = config_key_find(rd->kind, name);
	if (key == NULL) {
		unknown_key(rd, name, at);
		*CONFIG_OF(rd->section, incomplete) = true;
	} else {
		take_known_key(rd, key, value, at);
	}
	rd->nerrors = faults_errors(rd->r.faults);
}

/* Keeps 'name' for every 'at' of the file.  Returns the copy, or NULL. */
static const char *
keep_name(struct config *c, const char *name)
{
	char **files = config_grow(c->file, c->nfiles, sizeof(*files));

	if (files == NULL)
		return NULL;
	c->file = files;
	files[c->nfiles] = strdup(name);
	return files[c->nfiles] == NULL ? NULL : files[c->nfiles++];
}

static void
read_stream(struct reader *rd, const char *path, FILE *stream)
{
	static const struct inifile_ops ops = { take_section, take_key };
	const char *name = keep_name(rd->r.config, path);
	struct where at = { .file = path };
	int rc = -ENOMEM;

	if (name != NULL)
		rc = inifile_read(stream, name, &ops, rd, rd->r.faults);
	leave_section(rd);
	if (rc == -EFBIG)
		faults_error(
			rd->r.faults, at, NULL,
			"is larger than %u MiB: too large for a configuration",
			INIFILE_SIZE_MAX >> 20);
	else if (rc != 0)
		faults_error(rd->r.faults, at, NULL, "cannot be read: %s",
			     strerror(-rc));
	if (rc != 0)
		rd->r.lost = true;
}

static void
read_text(struct reader *rd, const struct config_text *t)
{
	struct textfile_place place = { t->text, t->size };
	FILE *stream = textfile_stream(&place);

	if (stream == NULL) {
		rd->no_memory = true;
		return;
	}
	read_stream(rd, t->name, stream);
	fclose(stream);
}

static void
read_included(void *arg, const struct config_text *t)
{
	read_text(arg, t);
}

static void
report_no_memory(const char *path, struct faults *faults)
{
	struct where at = { .file = path };

	faults_error(faults, at, NULL, "out of memory");
}

static bool
begin(struct reader *rd, const char *path)
{
	struct config *c = rd->r.config = config_empty();

	if (c == NULL)
		return false;
	c->path = strdup(path);
	if (c->path == NULL)
		rd->no_memory = true;
	return true;
}

/* The port of a mirror sends frames of any LAN. */
static void
find_mirrors(struct config *c)
{
	for (unsigned int i = 0; i < c->nports; i++) {
		struct config_port *p = &c->port[i];

		if (config_mirror_to(c, p) == NULL)
			continue;
		for (unsigned int k = 0; k < c->nlans; k++)
			if (c->lan[k].mtu > p->carries)
				p->carries = c->lan[k].mtu;
	}
}

/* What an apply would look up again and again, for thousands of ports. */
static void
find_lans(struct config *c)
{
	for (unsigned int i = 0; i < c->nports; i++) {
		struct config_port *p = &c->port[i];
		const struct config_lan *lan = config_lan(c, p->lan);
		const struct config_port *parent = config_port(c, p->parent);
		struct config_port *carrier =
			parent != NULL ? &c->port[parent - c->port] : p;

		if (lan == NULL)
			continue;
		p->in = (unsigned int)(lan - c->lan) + 1;
		if (lan->mtu > carrier->carries)
			carrier->carries = lan->mtu;
	}
	find_mirrors(c);
}

/* The configuration, or NULL: there are faults. */
static struct config *
finish(struct reader *rd, const char *path)
{
	struct config *c = rd->r.config;
	struct faults *faults = rd->r.faults;

	if (c == NULL || rd->no_memory || config_check(&rd->r) != 0)
		report_no_memory(path, faults);
	if (faults_errors(faults) == 0) {
		find_lans(c);
		return c;
	}
	config_free(c);
	return NULL;
}

/* After the first file: those that it includes. */
static void
read_includes(struct reader *rd, struct config_texts *texts, bool complete)
{
	rd->included = true;
	if (config_include(texts, complete, &rd->r.config->fabric.include,
			   read_included, rd, rd->r.faults))
		return;
	rd->r.lost = true;
	texts->lost = true;
}

struct config *
config_read_texts(struct config_texts *texts, bool complete,
		  struct faults *faults)
{
	struct reader rd = { .r = { .faults = faults } };
	const char *path = texts->text[0].name;

	if (begin(&rd, path)) {
		read_text(&rd, &texts->text[0]);
		read_includes(&rd, texts, complete);
	}
	return finish(&rd, path);
}

struct config *
config_read_stream(const char *path, FILE *stream, struct faults *faults)
{
	struct reader rd = { .r = { .faults = faults } };
	struct config_texts texts = { 0 };

	if (begin(&rd, path)) {
		read_stream(&rd, path, stream);
		if (config_texts_add(&texts, NULL, path, strdup(""), 0) == 0)
			read_includes(&rd, &texts, false);
		else
			rd.no_memory = true;
	}
	config_texts_free(&texts);
	return finish(&rd, path);
}

struct config *
config_read(const char *path, struct faults *faults)
{
	struct config_texts texts = { 0 };
	struct where at = { .file = path };
	char why[TEXTFILE_WHY_SIZE];
	struct config *c = NULL;

	if (config_texts_load(&texts, NULL, path, why) == 0)
		c = config_read_texts(&texts, false, faults);
	else
		faults_error(faults, at, NULL, "%s", why);
	config_texts_free(&texts);
	if (c != NULL)
		config_check_limit(c, faults);
	if (faults_errors(faults) == 0)
		return c;
	config_free(c);
	return NULL;
}
