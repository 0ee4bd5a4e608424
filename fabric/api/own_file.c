/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/own_file.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "lib/textfile.h"

void
own_file_end(struct own_file *own)
{
	config_texts_free(&own->texts);
	free(own->fault);
	*own = (struct own_file){ 0 };
}

struct config *
own_file_check(struct config *c, struct faults *faults)
{
	if (c == NULL || config_check_service(c, faults))
		return c;
	config_free(c);
	return NULL;
}

struct config *
own_file_read(const char *file, struct config_texts *texts,
	      struct faults *faults)
{
	struct where at = { .file = file };
	char why[TEXTFILE_WHY_SIZE];

	if (config_texts_load(texts, NULL, file, why) == 0)
		return own_file_check(config_read_texts(texts, false, faults),
				      faults);
	faults_error(faults, at, NULL, "%s", why);
	return NULL;
}

void
own_file_look(struct own_file *own, const char *file,
	      const struct config *running, uint64_t generation)
{
	struct faults *faults;
	struct config *c;
	const char *why;

	if (own->generation == generation && !own->texts.lost &&
	    !config_texts_changed(&own->texts))
		return;
	faults = faults_create();
	if (faults == NULL)
		return;
	own_file_end(own);
	own->generation = generation;
	c = own_file_read(file, &own->texts, faults);
	if (c != NULL) {
		own->changes = config_diff(running, c, NULL, NULL);
	} else {
		why = faults_first_error(faults);
		own->fault = strdup(why != NULL ? why : "no memory");
	}
	config_free(c);
	faults_free(faults);
}
