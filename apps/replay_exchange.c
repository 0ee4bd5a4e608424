/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mac.h"

/* The port of a source address. */
struct owner {
	uint64_t mac;
	char port[CONFIG_NAME_SIZE];
	const struct exchange_port *at; /* that port, once all are known */
};

struct exchange {
	enum exchange_split split;
	const char *path;      /* of the configuration, or NULL */
	struct config *config; /* NULL: the caller has it */

	/* The configuration to read: the file, then the ports that are made. */
	char *text;
	size_t size;
	FILE *writing;
	unsigned int nlans, nwritten; /* LANs and ports of the file */
	unsigned int nmade;
	char (*made)[CONFIG_NAME_SIZE];

	unsigned int nports;
	struct exchange_port *port;
	struct exchange_port **by_name; /* sorted */

	unsigned int nfiles;
	const struct exchange_port **by_file;

	unsigned int nowners;
	struct owner *owner; /* sorted by address */

	unsigned int nsources; /* of the configuration: its files */
	struct stat *source;
};

static struct where
place(const struct exchange *ex)
{
	return (struct where){ .file = ex->path };
}

static int
no_memory(struct faults *faults)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "out of memory");
	return -ENOMEM;
}

void
exchange_free(struct exchange *ex)
{
	if (ex == NULL)
		return;
	if (ex->writing != NULL)
		fclose(ex->writing);
	free(ex->text);
	free(ex->made);
	config_free(ex->config);
	for (unsigned int i = 0; i < ex->nports; i++)
		free(ex->port[i].description);
	free(ex->port);
	free(ex->by_name);
	free(ex->by_file);
	free(ex->owner);
	free(ex->source);
	free(ex);
}

/* Begins the text with the file, or without one with a LAN. */
static int
begin_text(struct exchange *ex)
{
	char part[4096];
	size_t got;
	FILE *f;
	int rc = 0;

	if (ex->path == NULL) {
		fputs("[lan lan]\nprofile = open\n", ex->writing);
		return 0;
	}
	f = fopen(ex->path, "re");
	if (f == NULL)
		return -errno;
	while ((got = fread(part, 1, sizeof(part), f)) > 0)
		fwrite(part, 1, got, ex->writing);
	if (ferror(f))
		rc = -errno;
	fclose(f);
	/* The file may lack the end of its last line. */
	fputc('\n', ex->writing);
	return rc;
}

static int
parse(struct exchange *ex, struct faults *faults)
{
	FILE *f;

	if (fflush(ex->writing) != 0)
		return no_memory(faults);
	f = fmemopen(ex->text, ex->size, "r");
	if (f == NULL)
		return no_memory(faults);
	config_free(ex->config);
	ex->config = config_read_stream(
		ex->path != NULL ? ex->path : "ports of this replay", f,
		faults);
	fclose(f);
	return ex->config != NULL ? 0 : -EINVAL;
}

/* Without warnings: the text may be made here. */
static int
parse_quietly(struct exchange *ex, struct faults *faults)
{
	struct faults *mine = faults_create();
	int rc;

	if (mine == NULL)
		return no_memory(faults);
	rc = parse(ex, mine);
	if (rc < 0)
		faults_error(faults, FAULTS_NOWHERE, NULL, "%s",
			     faults_text(mine, 0));
	faults_free(mine);
	return rc;
}

static int
read_config(struct exchange *ex, struct faults *faults)
{
	int rc;

	ex->writing = open_memstream(&ex->text, &ex->size);
	if (ex->writing == NULL)
		return no_memory(faults);
	rc = begin_text(ex);
	if (rc < 0) {
		faults_error(faults, place(ex), NULL, "cannot be read: %s",
			     strerror(-rc));
		return rc;
	}
	if (ex->path == NULL)
		return parse_quietly(ex, faults);
	rc = parse(ex, faults);
	if (rc == 0) {
		ex->nlans = ex->config->nlans;
		ex->nwritten = ex->config->nports;
	}
	return rc;
}

/* -ENOSPC: there are as many ports as there can be. */
static int
make_port(struct exchange *ex, const char *name)
{
	void *all = ex->made;

	if (ex->config->nports + ex->nmade == CONFIG_PORTS_MAX)
		return -ENOSPC;
	if ((ex->nmade & (ex->nmade - 1)) == 0)
		all = reallocarray(all, ex->nmade ? ex->nmade * 2 : 1,
				   CONFIG_NAME_SIZE);
	if (all == NULL)
		return -ENOMEM;
	ex->made = all;
	snprintf(ex->made[ex->nmade++], CONFIG_NAME_SIZE, "%s", name);
	fprintf(ex->writing, "[port %s]\ndevice = net_null_%s\nlan = %s\n",
		name, name, ex->config->lan[0].id);
	return 0;
}

/* Offers the nearest name of a port. */
static void
refuse_port(const struct exchange *ex, const char *name, struct faults *faults)
{
	const char *near = config_nearest(ex->config, "port", name);

	faults_error(faults, place(ex), NULL,
		     "no [port %s] for -i %s=FILE%s%s%s", name, name,
		     near != NULL ? " (did you mean '" : "",
		     near != NULL ? near : "", near != NULL ? "'?)" : "");
}

/* Two files may enter at one port. */
static bool
is_repeated(const struct exchange_request *rq, unsigned int i)
{
	for (unsigned int j = 0; j < i; j++)
		if (strcmp(rq->port[j], rq->port[i]) == 0)
			return true;
	return false;
}

/* Without a configuration a port is made. */
static int
add_file(struct exchange *ex, const char *name, struct faults *faults)
{
	int rc;

	if (!config_name_is_valid(name)) {
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "-i: '%s' cannot be the name of a port: up to %d "
			     "of A-Z a-z 0-9 . _ -",
			     name, CONFIG_NAME_SIZE - 1);
		return -EINVAL;
	}
	rc = make_port(ex, name);
	if (rc == -ENOSPC)
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "-i: '%s' is one port too many: there can be %d",
			     name, CONFIG_PORTS_MAX);
	else if (rc < 0)
		no_memory(faults);
	return rc;
}

static int
add_files(struct exchange *ex, const struct exchange_request *rq,
	  struct faults *faults)
{
	int rc = 0;

	for (unsigned int i = 0; i < rq->n && rc != -ENOSPC; i++) {
		const char *name = rq->port[i];
		int error = 0;

		if (is_repeated(rq, i))
			continue;
		if (ex->path == NULL) {
			error = add_file(ex, name, faults);
		} else if (config_port(ex->config, name) == NULL) {
			refuse_port(ex, name, faults);
			error = -ENOENT;
		}
		if (error != 0)
			rc = error;
	}
	return rc;
}

/* The place of 'mac' in the sorted list, or where it would be. */
static unsigned int
owner_place(const struct exchange *ex, uint64_t mac)
{
	unsigned int from = 0, to = ex->nowners;

	while (from < to) {
		unsigned int mid = (from + to) / 2;

		if (ex->owner[mid].mac < mac)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static bool
is_owned(const struct exchange *ex, uint64_t mac)
{
	unsigned int i = owner_place(ex, mac);

	return i < ex->nowners && ex->owner[i].mac == mac;
}

/* If several ports, in several LANs, have an address, the first one counts. */
static int
add_owner(struct exchange *ex, uint64_t mac, const char *port)
{
	unsigned int i = owner_place(ex, mac);
	struct owner *all = ex->owner;

	if (is_owned(ex, mac))
		return 0;
	if ((ex->nowners & (ex->nowners - 1)) == 0)
		all = reallocarray(all, ex->nowners ? ex->nowners * 2 : 1,
				   sizeof(*all));
	if (all == NULL)
		return -ENOMEM;
	ex->owner = all;
	memmove(&all[i + 1], &all[i], (ex->nowners - i) * sizeof(*all));
	ex->nowners++;
	all[i] = (struct owner){ .mac = mac };
	memcpy(all[i].port, port, CONFIG_NAME_SIZE);
	return 0;
}

static int
add_locks(struct exchange *ex)
{
	for (unsigned int i = 0; i < ex->config->nports; i++) {
		const struct config_port *p = &ex->config->port[i];

		for (unsigned int j = 0; j < p->mac.n; j++)
			if (add_owner(ex, p->mac.value[j], p->id) < 0)
				return -ENOMEM;
	}
	return 0;
}

/* Octets that the frame is too short for count as zero. */
static uint64_t
source_of(const struct capture_record *r)
{
	uint64_t mac = 0;

	for (unsigned int i = 6; i < 12; i++)
		mac = mac << 8 | (i < r->size ? r->frame[i] : 0);
	return mac;
}

static int
add_unknown(struct exchange *ex, uint64_t mac)
{
	char name[CONFIG_NAME_SIZE] = "mac-";
	int rc = 0;

	if (is_owned(ex, mac))
		return 0;
	mac_format(mac, name + 4);
	for (char *c = name; *c != '\0'; c++)
		if (*c == ':')
			*c = '-';
	if (config_port(ex->config, name) == NULL)
		rc = make_port(ex, name);
	return rc < 0 ? rc : add_owner(ex, mac, name);
}

static int
add_interface(struct exchange *ex, const char *name)
{
	for (unsigned int i = 0; name != NULL && i < ex->nmade; i++)
		if (strcmp(ex->made[i], name) == 0)
			return 0;
	if (name == NULL)
		return 0;
	return config_name_is_valid(name) ? make_port(ex, name) : -EINVAL;
}

static void
refuse_source(const struct exchange *ex, const struct input *in,
	      const struct input_frame *f, int rc, struct faults *faults)
{
	if (rc == -ENOSPC)
		input_refuse(in, f, faults,
			     "one port too many (there can be %d): every %s "
			     "has one of its own",
			     CONFIG_PORTS_MAX,
			     ex->split == EXCHANGE_BY_MAC
				     ? "source without a mac line"
				     : "interface");
	else if (rc == -EINVAL)
		input_refuse(in, f, faults,
			     "interface '%s' cannot be the name of a port: "
			     "up to %d of A-Z a-z 0-9 . _ -",
			     f->record.interface, CONFIG_NAME_SIZE - 1);
	else
		no_memory(faults);
}

/*
 * Makes ports for source addresses or interfaces that have none.  A corrupt
 * capture is read up to the fault: the replay reports it later.
 */
static int
scan(struct exchange *ex, struct input *in, uint64_t limit,
     struct faults *faults)
{
	struct faults *later = faults_create();
	struct input_frame f;
	int rc = later != NULL ? 0 : no_memory(faults);

	while (rc == 0 && limit-- > 0 && input_next(in, &f, later) > 0) {
		if (ex->split == EXCHANGE_BY_MAC)
			rc = add_unknown(ex, source_of(&f.record));
		else
			rc = add_interface(ex, f.record.interface);
		if (rc < 0)
			refuse_source(ex, in, &f, rc, faults);
	}
	faults_free(later);
	return rc;
}

static int
add_ports(struct exchange *ex, const struct exchange_request *rq,
	  struct input *in, struct faults *faults)
{
	if (rq->split == EXCHANGE_BY_FILE)
		return add_files(ex, rq, faults);
	if (rq->split == EXCHANGE_BY_INTERFACE && ex->path != NULL)
		return 0;
	if (ex->config->nlans == 0) {
		faults_error(faults, place(ex), NULL,
			     "no [lan] for the ports that --split makes");
		return -ENOENT;
	}
	if (rq->split == EXCHANGE_BY_MAC && add_locks(ex) < 0)
		return no_memory(faults);
	return scan(ex, in, rq->limit, faults);
}

/* Notes the files that the configuration was read from. */
static int
list_sources(struct exchange *ex)
{
	const struct config *c = ex->config;

	ex->source = calloc(c->nfiles + 1, sizeof(*ex->source));
	if (ex->source == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; ex->path != NULL && i < c->nfiles; i++)
		if (stat(c->file[i], &ex->source[ex->nsources]) == 0)
			ex->nsources++;
	return 0;
}

bool
exchange_reads(const struct exchange *ex, const struct stat *there)
{
	for (unsigned int i = 0; i < ex->nsources; i++)
		if (ex->source[i].st_dev == there->st_dev &&
		    ex->source[i].st_ino == there->st_ino)
			return true;
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	const struct exchange_port *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const struct exchange_port *
find(const struct exchange *ex, const char *name)
{
	unsigned int from = 0, to = ex->nports;

	while (from < to) {
		unsigned int mid = (from + to) / 2;
		int order = strcmp(ex->by_name[mid]->name, name);

		if (order == 0)
			return ex->by_name[mid];
		if (order < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

static int
list_ports(struct exchange *ex)
{
	unsigned int n = ex->config->nports;

	ex->port = calloc(n + 1, sizeof(*ex->port));
	ex->by_name = calloc(n + 1, sizeof(*ex->by_name));
	if (ex->port == NULL || ex->by_name == NULL)
		return -ENOMEM;
	for (; ex->nports < n; ex->nports++) {
		const struct config_port *from = &ex->config->port[ex->nports];
		struct exchange_port *to = &ex->port[ex->nports];

		memcpy(to->name, from->id, CONFIG_NAME_SIZE);
		memcpy(to->lan, from->lan, CONFIG_NAME_SIZE);
		to->tag = from->tag;
		ex->by_name[ex->nports] = to;
		if (from->description != NULL)
			to->description = strdup(from->description);
	}
	qsort(ex->by_name, n, sizeof(*ex->by_name), compare_names);
	return 0;
}

static int
list_entries(struct exchange *ex, const struct exchange_request *rq)
{
	if (list_ports(ex) < 0 || list_sources(ex) < 0)
		return -ENOMEM;
	for (unsigned int i = 0; i < ex->nowners; i++)
		ex->owner[i].at = find(ex, ex->owner[i].port);
	if (rq->split != EXCHANGE_BY_FILE)
		return 0;
	ex->by_file = calloc(rq->n, sizeof(*ex->by_file));
	if (ex->by_file == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < rq->n; i++)
		ex->by_file[i] = find(ex, rq->port[i]);
	return 0;
}

struct exchange *
exchange_create(const struct exchange_request *rq, struct input *in,
		struct faults *faults, bool *rejected)
{
	struct exchange *ex = calloc(1, sizeof(*ex));

	*rejected = false;
	if (ex == NULL) {
		no_memory(faults);
		return NULL;
	}
	ex->split = rq->split;
	ex->path = rq->config;
	*rejected = read_config(ex, faults) < 0;
	/* It is read again if ports were made. */
	if (*rejected || add_ports(ex, rq, in, faults) < 0 ||
	    (ex->nmade > 0 && parse_quietly(ex, faults) < 0)) {
		exchange_free(ex);
		return NULL;
	}
	if (list_entries(ex, rq) < 0) {
		no_memory(faults);
		exchange_free(ex);
		return NULL;
	}
	return ex;
}

struct config *
exchange_config(struct exchange *ex)
{
	struct config *c = ex->config;

	for (unsigned int i = ex->nlans; i < c->nlans; i++)
		memset(c->lan[i].line, 0, sizeof(c->lan[i].line));
	for (unsigned int i = ex->nwritten; i < c->nports; i++)
		memset(c->port[i].line, 0, sizeof(c->port[i].line));
	ex->config = NULL;
	return c;
}

struct exchange_port *
exchange_port(struct exchange *ex, unsigned int i)
{
	return i < ex->nports ? &ex->port[i] : NULL;
}

static const struct exchange_port *
entry_by_interface(const struct exchange *ex, const struct input *in,
		   const struct input_frame *f, struct faults *faults)
{
	const struct exchange_port *p;

	if (f->record.interface == NULL) {
		input_refuse(in, f, faults,
			     "its interface has no name, which --split "
			     "interface goes by");
		return NULL;
	}
	p = find(ex, f->record.interface);
	if (p == NULL)
		input_refuse(in, f, faults, "interface '%s' is no port%s%s",
			     f->record.interface,
			     ex->path != NULL ? " in " : "",
			     ex->path != NULL ? ex->path : "");
	return p;
}

const struct exchange_port *
exchange_entry(const struct exchange *ex, const struct input *in,
	       const struct input_frame *f, struct faults *faults)
{
	unsigned int i;

	if (ex->split == EXCHANGE_BY_FILE)
		return ex->by_file[f->file];
	if (ex->split == EXCHANGE_BY_INTERFACE)
		return entry_by_interface(ex, in, f, faults);
	i = owner_place(ex, source_of(&f->record));
	if (i < ex->nowners && ex->owner[i].mac == source_of(&f->record))
		return ex->owner[i].at;
	input_refuse(in, f, faults,
		     "a source that was not there before: the "
		     "file has changed");
	return NULL;
}
