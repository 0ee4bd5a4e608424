/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STRTABLE_H
#define IXF_STRTABLE_H

/*
 * A map from strings to numbers, for names of the configuration.  It grows as
 * needed; entries are never removed.
 */

#include <stddef.h>
#include <stdint.h>

struct strtable;

/* Of a name; FNV-1a: the names come from the operator, so there is no secret. */
uint64_t strtable_hash(const char *);

#define STRTABLE_NONE SIZE_MAX

/* NULL when there is no memory. */
struct strtable *strtable_create(void);
void strtable_free(struct strtable *);

/*
 * Stores 'value' under 'key', which is copied.  Returns 0, -EEXIST if the key is
 * there already, which then stays, or -ENOMEM.
 */
int strtable_put(struct strtable *, const char *key, size_t value);

/* The value of 'key', or STRTABLE_NONE. */
size_t strtable_get(const struct strtable *, const char *key);

#endif
