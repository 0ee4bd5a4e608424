/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From lines to a struct config: sections, keys, included files.  What can be
 * said of a line by itself is said here; config_check.c does the rest.
 */
#include "fabric/config/config_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config_include.h"
#include "lib/inifile.h"
#include "lib/nearest.h"
#include "lib/strtable.h"

/* A section that is read for its faults only. */
struct scratch {
	struct config_fabric fabric;
	struct config_lan lan;
	struct config_port port;
	struct config_acl acl;
	struct config_marks marks;
};

struct reader {
	struct config_reading r;
	bool included; /* the file we are in is not the first */
	bool full[CONFIG_SECTIONS];
	bool no_memory;

	/* The section we are in; kind NULL: its keys are passed over. */
	const struct config_section *kind;
	void *section;
	struct config_marks *marks;
	char title[INIFILE_LINE_MAX + 1]; /* "port x" */
	unsigned int nerrors;             /* that we know the reason of */
	struct scratch scratch;
};

static const struct config_section *
section_of_type(const char *type)
{
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		if (strcmp(config_sections[i].type, type) == 0)
			return &config_sections[i];
	return NULL;
}

static void
enter(struct reader *rd, enum config_section_kind kind, void *section,
      struct config_marks *marks)
{
	rd->kind = &config_sections[kind];
	rd->section = section;
	rd->marks = marks;
	rd->nerrors = faults_errors(rd->r.faults);
	memset(marks, 0, sizeof(*marks));
	if (config_section_init(rd->kind, section) != 0)
		rd->no_memory = true;
}

static void
enter_scratch(struct reader *rd, enum config_section_kind kind)
{
	void *section = &rd->scratch.fabric;

	if (kind == CONFIG_SECTION_LAN)
		section = &rd->scratch.lan;
	else if (kind == CONFIG_SECTION_PORT)
		section = &rd->scratch.port;
	else if (kind == CONFIG_SECTION_ACL)
		section = &rd->scratch.acl;
	enter(rd, kind, section, &rd->scratch.marks);
}

/* Room for one more of 'size' behind the 'n' of '*array', zeroed, or NULL. */
static void *
one_more(void *array, unsigned int n, size_t size)
{
	char *bigger = array;

	if ((n & (n - 1)) == 0)
		bigger = reallocarray(array, n == 0 ? 1 : n * 2, size);
	if (bigger != NULL)
		memset(bigger + n * size, 0, size);
	return bigger;
}

/* add_lan(rd, name, at): makes the section, and the current one; or false. */
#define ADD_SECTION(type, kind)                                                \
	static bool add_##type(struct reader *rd, const char *name,            \
			       struct where at)                                \
	{                                                                      \
		struct config *c = rd->r.config;                               \
		struct config_##type *made =                                   \
			one_more(c->type, c->n##type##s, sizeof(*made));       \
		struct config_marks *marks =                                   \
			one_more(rd->r.type, c->n##type##s, sizeof(*marks));   \
                                                                               \
		c->type = made == NULL ? c->type : made;                       \
		rd->r.type = marks == NULL ? rd->r.type : marks;               \
		if (made == NULL || marks == NULL ||                           \
		    strtable_put(c->index, rd->title, c->n##type##s) != 0)     \
			return false;                                          \
		made += c->n##type##s;                                         \
		strcpy(made->id, name);                                        \
		made->at = at;                                                 \
		enter(rd, kind, made, &marks[c->n##type##s++]);                \
		return true;                                                   \
	}

ADD_SECTION(lan, CONFIG_SECTION_LAN)
ADD_SECTION(port, CONFIG_SECTION_PORT)
ADD_SECTION(acl, CONFIG_SECTION_ACL)

/* Whether there can be no more sections of 'kind'.  Says so once. */
static bool
is_full(struct reader *rd, enum config_section_kind kind, struct where at)
{
	static const struct {
		const char *what;
		unsigned int max;
	} most[CONFIG_SECTIONS] = {
		[CONFIG_SECTION_LAN] = { "LAN", CONFIG_LANS_MAX },
		[CONFIG_SECTION_PORT] = { "port", CONFIG_PORTS_MAX },
		[CONFIG_SECTION_ACL] = { "ACL", CONFIG_ACLS_MAX },
	};
	const struct config *c = rd->r.config;
	const unsigned int n[CONFIG_SECTIONS] = {
		[CONFIG_SECTION_LAN] = c->nlans,
		[CONFIG_SECTION_PORT] = c->nports,
		[CONFIG_SECTION_ACL] = c->nacls,
	};

	if (most[kind].what == NULL || n[kind] < most[kind].max)
		return false;
	if (!rd->full[kind])
		faults_error(rd->r.faults, at, rd->title,
			     "too many %ss: there can be %u", most[kind].what,
			     most[kind].max);
	rd->full[kind] = true;
	return true;
}

static bool
is_repeated(struct reader *rd, enum config_section_kind kind, const char *name,
	    struct where at)
{
	const struct config *c = rd->r.config;
	struct where first = { 0 };

	if (kind == CONFIG_SECTION_FABRIC)
		first = c->fabric.at;
	else if (kind == CONFIG_SECTION_LAN && config_lan(c, name) != NULL)
		first = config_lan(c, name)->at;
	else if (kind == CONFIG_SECTION_PORT && config_port(c, name) != NULL)
		first = config_port(c, name)->at;
	else if (kind == CONFIG_SECTION_ACL && config_acl(c, name) != NULL)
		first = config_acl(c, name)->at;
	if (first.line == 0)
		return false;
	faults_error(rd->r.faults, at, rd->title,
		     "given twice, first at %s:%u: put all keys in one place",
		     first.file, first.line);
	return true;
}

/* Whether a section of 'kind' may be called 'name'. */
static bool
name_is_sound(struct reader *rd, const struct config_section *kind,
	      const char *name, struct where at)
{
	if (!kind->named && *name != '\0')
		faults_error(rd->r.faults, at, rd->title,
			     "takes no name: write [%s]", kind->type);
	else if (kind->named && *name == '\0')
		faults_error(rd->r.faults, at, rd->title,
			     "needs a name: write [%s NAME]", kind->type);
	else if (kind->named && !config_name_is_valid(name))
		faults_error(rd->r.faults, at, rd->title,
			     "a name has 1 to %d of A-Z, a-z, 0-9, '.', '_' "
			     "and '-'",
			     CONFIG_NAME_SIZE - 1);
	else
		return true;
	return false;
}

/* Makes the section the current one, unless it is there already. */
static void
open_section(struct reader *rd, enum config_section_kind kind, const char *name,
	     struct where at)
{
	struct config *c = rd->r.config;
	bool ok = true;

	if (!name_is_sound(rd, &config_sections[kind], name, at) ||
	    is_full(rd, kind, at)) {
		rd->r.lost = true;
		enter_scratch(rd, kind);
		return;
	}
	if (is_repeated(rd, kind, name, at)) {
		enter_scratch(rd, kind);
		return;
	}
	if (kind == CONFIG_SECTION_FABRIC) {
		c->fabric.at = at;
		enter(rd, kind, &c->fabric, &rd->r.fabric);
	} else if (kind == CONFIG_SECTION_LAN) {
		ok = add_lan(rd, name, at);
	} else if (kind == CONFIG_SECTION_PORT) {
		ok = add_port(rd, name, at);
	} else {
		ok = add_acl(rd, name, at);
	}
	if (!ok)
		rd->no_memory = true;
}

static void
unknown_section(struct reader *rd, const char *type, struct where at)
{
	const char *known[CONFIG_SECTIONS];
	const char *near;

	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		known[i] = config_sections[i].type;
	near = nearest_word(type, known, CONFIG_SECTIONS);
	if (near == NULL)
		faults_error(rd->r.faults, at, rd->title,
			     "unknown type of section '%s': there are [fabric],"
			     " [lan NAME], [port NAME] and [acl NAME]",
			     type);
	else
		faults_error(rd->r.faults, at, rd->title,
			     "unknown type of section '%s' (did you mean "
			     "'%s'?)",
			     type, near);
}

/* An error that is not ours is about a line of the section. */
static void
note_lost_lines(struct reader *rd)
{
	if (rd->kind != NULL && faults_errors(rd->r.faults) != rd->nerrors)
		rd->marks->has_lost = true;
}

static void
leave_section(struct reader *rd)
{
	struct scratch *s = &rd->scratch;

	note_lost_lines(rd);
	if (rd->kind != NULL &&
	    (rd->section == &s->fabric || rd->section == &s->lan ||
	     rd->section == &s->port || rd->section == &s->acl))
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
	kind = section_of_type(type);
	if (kind != NULL) {
		open_section(rd,
			     (enum config_section_kind)(kind - config_sections),
			     name, at);
		return;
	}
	rd->r.lost = true;
	unknown_section(rd, type, at);
}

/* A section that has the key, if it is not this one. */
static const char *
other_home(const struct reader *rd, const char *name)
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
	const char *home = other_home(rd, name);
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

/* Whether the key may stand here, whatever its value. */
static bool
key_is_welcome(struct reader *rd, const struct config_key *key, struct where at)
{
	unsigned int first = rd->marks->key[key - rd->kind->key].line;

	if (!key->type->list && first != 0) {
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
value_is_there(struct reader *rd, const struct config_key *key,
	       const char *value, struct where at)
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

	if (!value_is_there(rd, key, value, at))
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
	unsigned int i;

	if (!key_is_welcome(rd, key, at))
		return;
	i = (unsigned int)(key - rd->kind->key);
	rd->marks->key[i].line = at.line;
	if (!take_value(rd, key, value, at))
		rd->marks->key[i].bad = true;
	else if (rd->kind == &config_sections[CONFIG_SECTION_PORT] &&
		 i == CONFIG_PORT_device)
		((struct config_port *)rd->section)->device_at = at;
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
		rd->marks->has_lost = true;
	} else {
		take_known_key(rd, key, value, at);
	}
	rd->nerrors = faults_errors(rd->r.faults);
}

/* Remembers 'name', which every 'at' of the file will point to.  Or NULL. */
static const char *
keep_name(struct config *c, const char *name)
{
	char **files = one_more(c->file, c->nfiles, sizeof(*files));

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
		faults_error(rd->r.faults, at, NULL,
			     "larger than %u MiB: no configuration",
			     INIFILE_SIZE_MAX >> 20);
	else if (rc != 0)
		faults_error(rd->r.faults, at, NULL, "cannot be read: %s",
			     strerror(-rc));
	if (rc != 0)
		rd->r.lost = true;
}

static void
read_included(void *arg, const char *path, FILE *stream)
{
	read_stream(arg, path, stream);
}

static void
read_all(struct reader *rd, const char *path, FILE *stream)
{
	struct config *c = rd->r.config;

	read_stream(rd, path, stream);
	rd->included = true;
	if (!config_include(path, &c->fabric.include, read_included, rd,
			    rd->r.faults))
		rd->r.lost = true;
}

static void
copy_lines(const struct config_marks *marks, unsigned int *line)
{
	for (unsigned int i = 0; i < CONFIG_KEYS_MAX; i++)
		line[i] = marks->key[i].line;
}

/* Where each key stands outlives the reading. */
static void
keep_lines(const struct reader *rd)
{
	struct config *c = rd->r.config;

	copy_lines(&rd->r.fabric, c->fabric.line);
	for (unsigned int i = 0; i < c->nlans; i++)
		copy_lines(&rd->r.lan[i], c->lan[i].line);
	for (unsigned int i = 0; i < c->nports; i++)
		copy_lines(&rd->r.port[i], c->port[i].line);
	for (unsigned int i = 0; i < c->nacls; i++)
		copy_lines(&rd->r.acl[i], c->acl[i].line);
}

static void
say_no_memory(const char *path, struct faults *faults)
{
	struct where at = { .file = path };

	faults_error(faults, at, NULL, "out of memory");
}

struct config *
config_read_stream(const char *path, FILE *stream, struct faults *faults)
{
	struct reader rd = { .r = { .faults = faults } };
	struct config *c = config_empty();

	if (c == NULL) {
		say_no_memory(path, faults);
		return NULL;
	}
	rd.r.config = c;
	c->path = strdup(path);
	if (c->path == NULL)
		rd.no_memory = true;
	read_all(&rd, path, stream);
	if (!rd.no_memory && config_check(&rd.r) != 0)
		rd.no_memory = true;
	if (rd.no_memory)
		say_no_memory(path, faults);
	else
		keep_lines(&rd);
	free(rd.r.lan);
	free(rd.r.port);
	free(rd.r.acl);
	if (faults_errors(faults) == 0)
		return c;
	config_free(c);
	return NULL;
}

struct config *
config_read(const char *path, struct faults *faults)
{
	struct where at = { .file = path };
	FILE *stream = fopen(path, "re");
	struct config *c;

	if (stream == NULL) {
		faults_error(faults, at, NULL, "cannot be read: %s",
			     strerror(errno));
		return NULL;
	}
	c = config_read_stream(path, stream, faults);
	fclose(stream);
	return c;
}
