/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_ARG_H
#define IXF_CONFIG_ARG_H

/*
 * A FILE on the command line of ixctl: read here, with the rights, the folder and
 * the file system of the operator, and sent as text.
 */

#include <jansson.h>
#include <stdbool.h>

#include "fabric/config/config.h"
#include "fabric/config/config_texts.h"

/*
 * Reads the file 'word', under its 'absolute' path or as it was given, and those
 * that it includes, and makes the configuration.  "-", /dev/stdin and /dev/fd/N are
 * read to their end, whatever they are.  NULL and errors in 'faults'; the texts are
 * there if '*texts' has any and is not 'lost'.  config_texts_free() frees them.
 */
struct config *config_arg_read(const char *word, bool absolute,
			       struct config_texts *, struct faults *);

/*
 * The texts as the daemon takes them: a new array.  NULL: they cannot be sent, since
 * they are not UTF-8 text, or memory is short.
 */
json_t *config_arg_json(const struct config_texts *);

#endif
