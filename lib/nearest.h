/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEAREST_H
#define IXF_NEAREST_H

/* Finds what somebody who mistyped a word had in mind. */

#include <stddef.h>

/*
 * How far apart two words are: 0 for the same, one for each letter that is
 * missing, added, changed or swapped with its neighbour.  Where one word is
 * the other cut short, or the other with something behind an underscore, never
 * more than 2.  Words of more than 63 octets are far from everything.
 */
unsigned int nearest_distance(const char *a, const char *b);

/*
 * The one of the 'n' known words that is nearest to 'word', the first of
 * equals; NULL when none is near enough to be worth a suggestion.
 */
const char *nearest_word(const char *word, const char *const *known, size_t n);

#endif
