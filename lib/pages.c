/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pages.h"

#include <errno.h>
#include <glob.h>
#include <linux/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LINE     64
#define TWO_MEG  ((size_t)2 << 20)
#define ONE_GIG  ((size_t)1 << 30)
#define A_TIME   ((size_t)32 << 20) /* that pages_unmap_some() frees */
#define READABLE (PROT_READ | PROT_WRITE)
#define PRIVATE  (MAP_PRIVATE | MAP_ANONYMOUS)

static size_t
round_up(size_t size, size_t to)
{
	return (size + to - 1) / to * to;
}

/* Below a huge page there is nothing to gain. */
static int
allocate(struct pages *p, size_t size)
{
	size_t room = round_up(size, LINE);

	p->at = aligned_alloc(LINE, room);
	if (p->at == NULL)
		return -ENOMEM;
	memset(p->at, 0, room);
	return 0;
}

/*
 * Takes the memory now.  An error here is an error of the caller; at the first write
 * it would be SIGBUS, or the end of some process.
 */
static int
populate(void *at, size_t size)
{
	if (madvise(at, size, MADV_POPULATE_WRITE) == 0)
		return 0;
	if (errno != EINVAL)
		return -ENOMEM;
	/* A kernel before 5.14. */
	memset(at, 0, size);
	return 0;
}

static int
map_reserved(struct pages *p, size_t size, size_t page, int flag,
	     enum pages_kind kind)
{
	size_t room = round_up(size, page);
	void *at =
		mmap(NULL, room, READABLE, PRIVATE | MAP_HUGETLB | flag, -1, 0);

	if (at == MAP_FAILED)
		return -ENOMEM;
	if (populate(at, room) != 0) {
		munmap(at, room);
		return -ENOMEM;
	}
	p->at = at;
	p->mapped = room;
	p->kind = kind;
	return 0;
}

/*
 * Whether most of the mapping is on transparent huge pages.  The kernel may have
 * joined it with one beside it, of the same kind.
 */
static bool
is_transparent(const void *at)
{
	unsigned long start, end, kilobytes = 0;
	size_t size = 0;
	char line[256];
	FILE *file = fopen("/proc/self/smaps", "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			size = start <= (uintptr_t)at && (uintptr_t)at < end
				       ? end - start
				       : 0;
		else if (size != 0 &&
			 sscanf(line, "AnonHugePages: %lu kB", &kilobytes) == 1)
			break;
	}
	if (file != NULL)
		fclose(file);
	return size != 0 && 2 * ((size_t)kilobytes << 10) >= size;
}

/* A multiple of 2 MiB, aligned to that; the rest of the mapping is given back. */
static void *
map_aligned(size_t room)
{
	char *at = mmap(NULL, room + TWO_MEG, READABLE, PRIVATE, -1, 0);
	size_t before;

	if (at == MAP_FAILED)
		return NULL;
	before = round_up((uintptr_t)at, TWO_MEG) - (uintptr_t)at;
	if (before != 0)
		munmap(at, before);
	munmap(at + before + room, TWO_MEG - before);
	return at + before;
}

static int
map_normal(struct pages *p, size_t size)
{
	size_t room = round_up(size, TWO_MEG);
	void *at = map_aligned(room);

	if (at == NULL)
		return -ENOMEM;
	(void)madvise(at, room, MADV_HUGEPAGE);
	if (populate(at, room) != 0) {
		munmap(at, room);
		return -ENOMEM;
	}
	p->at = at;
	p->mapped = room;
	p->kind = is_transparent(at) ? PAGES_TRANSPARENT : PAGES_NORMAL;
	return 0;
}

int
pages_map(struct pages *p, size_t size)
{
	*p = (struct pages){ .size = size };
	if (size < TWO_MEG)
		return allocate(p, size);
	/* The larger pages only if they are not mostly wasted. */
	if (size >= ONE_GIG / 2 &&
	    map_reserved(p, size, ONE_GIG, MAP_HUGE_1GB, PAGES_1G) == 0)
		return 0;
	if (map_reserved(p, size, TWO_MEG, MAP_HUGE_2MB, PAGES_2M) == 0)
		return 0;
	return map_normal(p, size);
}

void
pages_unmap(struct pages *p)
{
	if (p->mapped != 0)
		munmap(p->at, p->mapped);
	else
		free(p->at);
	*p = (struct pages){ 0 };
}

bool
pages_unmap_some(struct pages *p)
{
	size_t left;

	if (p->kind == PAGES_1G || p->mapped <= A_TIME) {
		pages_unmap(p);
		return false;
	}
	left = p->mapped - A_TIME;
	munmap((char *)p->at + left, A_TIME);
	p->mapped = left;
	return true;
}

const char *
pages_name(enum pages_kind kind)
{
	static const char *const name[PAGES_KINDS] = {
		[PAGES_NORMAL] = "normal",
		[PAGES_TRANSPARENT] = "transparent",
		[PAGES_2M] = "2M",
		[PAGES_1G] = "1G",
	};

	return name[kind];
}

/* Free octets of the reserved pages of one size, in such a folder. */
static uint64_t
free_in(const char *folder)
{
	unsigned long long n = 0, kilobytes = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/free_hugepages", folder);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu", &n) != 1 ||
	    sscanf(strstr(path, "hugepages-"), "hugepages-%llukB",
		   &kilobytes) != 1)
		n = 0;
	fclose(file);
	return (n * kilobytes) << 10;
}

uint64_t
pages_free_huge(void)
{
	uint64_t octets = 0;
	glob_t found;

	if (glob("/sys/kernel/mm/hugepages/hugepages-*kB", 0, NULL, &found) !=
	    0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++)
		octets += free_in(found.gl_pathv[i]);
	globfree(&found);
	return octets;
}

uint64_t
pages_free(void)
{
	unsigned long long kilobytes = 0;
	char line[128];
	FILE *file = fopen("/proc/meminfo", "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "MemAvailable: %llu kB", &kilobytes) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return (uint64_t)kilobytes << 10;
}
