/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEAREST_H
#define IXF_NEAREST_H

/* Finds the word that was probably meant by a mistyped one. */

#include <stddef.h>

/*
 * The distance of two words: 0 if they are equal, one for each letter that is
 * missing, added, changed or swapped with its neighbour.  If one word is the
 * beginning of the other, or the other with something after an underscore, it
 * is at most 2.  A word of more than 63 octets is far from all others.
 */
unsigned int nearest_distance(const char *a, const char *b);

/*
 * The nearest to 'word' of the 'n' known words, the first of equals; NULL if
 * none is near enough for a suggestion.
 */
const char *nearest_word(const char *word, const char *const *known, size_t n);

#endif
