/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/nearest.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define LETTERS_MAX 63

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * One row of the table of distances (Damerau's, without overlapping swaps):
 * row[j] is the distance of the first 'i' letters of a from the first j of b.
 */
static void
next_row(const char *a, size_t i, const char *b, size_t nb,
	 const unsigned int *before, const unsigned int *last,
	 unsigned int *row)
{
	row[0] = (unsigned int)i;
	for (size_t j = 1; j <= nb; j++) {
		row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]),
			       least(last[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
		    a[i - 2] == b[j - 1])
			row[j] = least(row[j], before[j - 2] + 1);
	}
}

static unsigned int
edits(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned int rows[3][LETTERS_MAX + 1];

	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= na; i++)
		next_row(a, i, b, nb, rows[(i + 1) % 3], rows[(i + 2) % 3],
			 rows[i % 3]);
	return rows[na % 3][nb];
}

/* "desc" of "description"; "mac_address" of "mac". */
static bool
is_cut_short(const char *part, size_t n, const char *whole)
{
	return n >= 3 && strncmp(part, whole, n) == 0;
}

unsigned int
nearest_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);
	unsigned int d;

	if (na > LETTERS_MAX || nb > LETTERS_MAX)
		return UINT_MAX;
	d = edits(a, na, b, nb);
	if (is_cut_short(a, na, b) || (is_cut_short(b, nb, a) && a[nb] == '_'))
		d = least(d, 2);
	return d;
}

const char *
nearest_word(const char *word, const char *const *known, size_t n)
{
	unsigned int best = (unsigned int)(strlen(word) + 2) / 3 + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned int d = nearest_distance(word, known[i]);

		if (d < best) {
			best = d;
			found = known[i];
		}
	}
	return found;
}
