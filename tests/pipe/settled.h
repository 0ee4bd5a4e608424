/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_SETTLED_H
#define IXF_TEST_SETTLED_H

/*
 * What holds of a fabric between two applies, whatever they did.  The harness asks
 * for it after each apply.
 */

struct fabric;

/*
 * The test fails unless the objects are those of the running configuration, the
 * view points to them, and every count equals what a walk over the tables finds.
 */
void settled_check(struct fabric *);

/*
 * All that an apply could change, a line each, to be freed: an apply that fails
 * changes nothing of it.  Without what workers count.
 */
char *settled_text(struct fabric *);

/* The test fails unless the texts are the same, and shows where they are not. */
void settled_compare(const char *after, const char *before);

#endif
