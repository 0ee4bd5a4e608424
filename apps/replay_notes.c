/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_notes.h"

#include <assert.h>
#include <string.h>

#define WIDTH_MIN 1000 /* ns */
#define COARSER   10   /* a wider bin takes so many */

static void
add(struct notes_bin *to, const struct notes_bin *from)
{
	to->received += from->received;
	to->dropped += from->dropped;
}

/* Makes the bins wider, so that more time has room. */
static void
widen(struct notes *notes)
{
	unsigned int n = (notes->n + COARSER - 1) / COARSER;

	for (unsigned int i = 0; i < n; i++) {
		struct notes_bin sum = { 0 };

		for (unsigned int j = 0; j < COARSER; j++)
			add(&sum, &notes->bin[i * COARSER + j]);
		notes->bin[i] = sum;
	}
	memset(&notes->bin[n], 0, sizeof(notes->bin[0]) * (NOTES_BINS - n));
	notes->n = n;
	notes->width *= COARSER;
}

static_assert(NOTES_BINS % COARSER == 0, "the last bin is whole");

static struct notes_bin *
bin_at(struct notes *notes, uint64_t at)
{
	if (notes->width == 0)
		notes->width = WIDTH_MIN;
	while (at / notes->width >= NOTES_BINS)
		widen(notes);
	if (at / notes->width >= notes->n)
		notes->n = (unsigned int)(at / notes->width) + 1;
	return &notes->bin[at / notes->width];
}

void
notes_received(struct notes *notes, uint64_t at)
{
	bin_at(notes, at)->received++;
}

void
notes_dropped(struct notes *notes, uint64_t at)
{
	bin_at(notes, at)->dropped++;
}

void
notes_example(struct notes *notes, enum drop why,
	      const struct notes_example *example, const void *frame,
	      uint32_t size, uint32_t len)
{
	struct notes_example *e;

	if (notes->reason[why].n == NOTES_EXAMPLES)
		return;
	e = &notes->reason[why].example[notes->reason[why].n++];
	*e = *example;
	e->len = len;
	frametext(frame, size, len, e->text);
}

/* How many bins a column has. */
static unsigned int
bins_of_column(const struct notes *notes)
{
	static const unsigned int steps[] = { 1, 2, 5, 10, 20 };
	unsigned int i = 0;

	static_assert(NOTES_BINS <= NOTES_COLUMNS * 20, "the last step does");
	while (notes->n > NOTES_COLUMNS * steps[i])
		i++;
	return steps[i];
}

bool
notes_column(const struct notes *notes, unsigned int i, struct notes_bin *sum,
	     uint64_t *width)
{
	unsigned int n = bins_of_column(notes);

	*width = n * notes->width;
	*sum = (struct notes_bin){ 0 };
	if (i * n >= notes->n)
		return false;
	for (unsigned int j = i * n; j < (i + 1) * n && j < notes->n; j++)
		add(sum, &notes->bin[j]);
	return true;
}
