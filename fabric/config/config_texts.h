/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_TEXTS_H
#define IXF_CONFIG_TEXTS_H

/*
 * The texts that a configuration is made of: a file, and those that it includes.
 *
 * One side may read the files, and another make the configuration of the texts: the
 * daemon has neither the rights nor the folders of ixctl, and must open no path that
 * a client names.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "lib/faults.h"

struct config;

#define CONFIG_TEXTS_MAX      1024       /* files */
#define CONFIG_TEXTS_SIZE_MAX (8u << 20) /* octets of all of them */

struct config_text {
	char *pattern; /* the value of the 'include' that named it; NULL: the first */
	char *name; /* of the file, for faults */
	char *text; /* with a NUL behind it */
	size_t size;
	struct stat stat; /* of a file that was read here */
};

/* An 'include' with a wildcard, and how many files it matched. */
struct config_glob {
	char *pattern;
	size_t n;
};

struct config_texts {
	struct config_glob *glob;
	unsigned int nglobs;
	unsigned int n;
	struct config_text *text; /* text[0] is the first file */
	size_t size;              /* of all */
	bool lost;                /* an included file could not be read */
};

void config_texts_free(struct config_texts *);

/*
 * Adds 'text', which it takes over also when it fails: 0, -ENOMEM, or -EFBIG when
 * there are too many or too large ones.
 */
int config_texts_add(struct config_texts *, const char *pattern,
		     const char *name, char *text, size_t size);

/* Reads the file 'name' and adds it: 0 or -errno, with a phrase in 'why'. */
int config_texts_load(struct config_texts *, const char *pattern,
		      const char *name, char *why);

/* Whether a file that was loaded has another text by now, or may have. */
bool config_texts_changed(const struct config_texts *);

/*
 * Makes a configuration as config_read() does, of text[0] and what it includes.
 * 'complete': all files are there, and none is opened.  Otherwise included files
 * are read and added.
 */
struct config *config_read_texts(struct config_texts *, bool complete,
				 struct faults *);

#endif
