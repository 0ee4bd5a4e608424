/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PAGES_H
#define IXF_PAGES_H

/*
 * Memory for large tables.  A lookup at random in half a gigabyte misses the TLB
 * each time if its pages have 4 KiB, so the largest pages that there are are taken:
 * huge pages that the operator has reserved (hugetlbfs), else those that the kernel
 * makes by itself (transparent huge pages), else normal ones.
 *
 * All memory is there, and zero, when pages_map() returns: a table that is used
 * later never meets a lack of it.  Any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pages_kind {
	PAGES_NORMAL,      /* of 4 KiB, or as malloc() gives them */
	PAGES_TRANSPARENT, /* most of it on transparent huge pages */
	PAGES_2M,          /* reserved huge pages of 2 MiB */
	PAGES_1G,          /* ... of 1 GiB */
	PAGES_KINDS
};

struct pages {
	void *at; /* aligned to 64 octets at least */
	size_t size;
	size_t mapped; /* octets to unmap; 0: of malloc() */
	enum pages_kind kind;
};

/* Memory of 'size' octets.  0 or -ENOMEM. */
int pages_map(struct pages *, size_t size);

/* Frees it.  Of a struct of zeros nothing. */
void pages_unmap(struct pages *);

/*
 * Frees at most some 32 MiB of it, its end first.  Returns whether anything is left:
 * half a gigabyte of normal pages takes the kernel many milliseconds.
 */
bool pages_unmap_some(struct pages *);

/* "normal", "transparent", "2M", "1G". */
const char *pages_name(enum pages_kind);

/* Huge pages that are reserved and free, and memory that is available, in octets. */
uint64_t pages_free_huge(void);
uint64_t pages_free(void);

#endif
